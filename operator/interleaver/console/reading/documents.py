"""The documents that commands of the lab leave in their output folders."""

import json
from pathlib import Path
from typing import Any

from interleaver.console.reading.missing import Missing
from interleaver.lab.terms.unusable import Place, Unusable

Document = dict[str, Any]


def read_document(folder: Path, name: str, command: str) -> Document:
    """The document of this name, which `interleaver lab COMMAND` writes. Raises Missing, and Unusable for another."""
    file = folder / name
    try:
        document = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        wanted = f"Run: interleaver lab {command} SUITE --champion URL --candidate URL --output {folder}"
        raise Missing(f"There is no {file}.", wanted) from None
    except OSError as error:
        raise Unusable(str(file), error.strerror or str(error), "give a file that can be read") from None
    except ValueError:
        raise Unusable(str(file), "is no JSON", f"run interleaver lab {command} again") from None
    if not isinstance(document, dict) or document.get("version") != 1:
        raise Unusable(Place(str(file), field="version"), "is not what this version writes", f"run {command} again")
    return document


def stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of a file, or of the files of a folder, from another: names, times and sizes."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    known = [(file, file.stat()) for file in files if file.is_file()]
    return tuple((file.name, found.st_mtime_ns, found.st_size) for file, found in known)
