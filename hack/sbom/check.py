"""Whether files are CycloneDX 1.6 by its own schema. What is wrong is printed, and ends it with 1."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def main(files: list[str]) -> int:
    """Check all files by one schema, which takes seconds to load."""
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    faults = {file: fault for file in files if (fault := validator.validate_str(Path(file).read_text()))}
    for file, fault in faults.items():
        print(f"{file}: {str(fault.data)[:300]}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
