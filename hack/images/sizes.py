"""What is in the images and how large it is: `make image-sizes`. Reads the docker archives that `make image` wrote.

Sizes are those of files as they are unpacked, in millions of bytes; what is pulled is compressed and smaller.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import Final

from hack.images.layers import list_members

MEGA: Final = 1_000_000
SHOWN: Final = 12


def main(archives: list[Path]) -> None:
    """Print a table for each image."""
    for archive in archives:
        parts = measure(archive)
        print(f"{archive.stem}: {parts.total() / MEGA:.1f} MB")
        for part, size in parts.most_common(SHOWN):
            print(f"  {size / MEGA:7.1f}  {part}")


def measure(archive: Path) -> Counter[str]:
    """Bytes of an image by its parts. A file that a later layer replaces counts twice, as it is pulled twice."""
    parts: Counter[str] = Counter()
    for _, member in list_members(archive):
        parts[name_part(member.name)] += member.size
    return parts


def name_part(path: str) -> str:
    """What a file belongs to: a Python package, the project, or a folder of the base."""
    steps = path.removeprefix("./").strip("/").split("/")
    if "site-packages" in steps:
        package = steps[steps.index("site-packages") + 1 :][:1] or ["site-packages"]
        return f"package {package[0].partition('-')[0].removesuffix('.libs')}"
    if steps[:2] == ["opt", "project"]:
        return "the project"
    return "/".join(steps[:3])


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]])
