"""Whether two builds of an image are the same to the bit: `make reproducible`. Reads the docker archives of both.

An image is named by the digest of its configuration, which holds those of its layers as they are unpacked.
"""

import hashlib
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hack.images.layers import list_members, read_configuration

SHOWN: Final = 20


def main(first: Path, second: Path) -> int:
    """Print the digest that both have, and 0; or what differs, and 1."""
    digests = [hashlib.sha256(read_configuration(archive)).hexdigest() for archive in (first, second)]
    if digests[0] == digests[1]:
        print(f"{first.stem}: twice sha256:{digests[0]}")
        return 0
    print(f"{first.stem}: two builds differ: sha256:{digests[0]} and sha256:{digests[1]}")
    lines = list_differences(first, second)
    for line in lines[:SHOWN]:
        print(f"  {line}")
    if more := len(lines[SHOWN:]):
        print(f"  and {more} more")
    return 1


def list_differences(first: Path, second: Path) -> list[str]:
    """Each file that is not the same in both, and in what; the configurations where all files are the same."""
    ones, others = dict(describe(first)), dict(describe(second))
    paths = sorted(path for path in ones.keys() | others.keys() if ones.get(path) != others.get(path))
    return [compare(path, ones.get(path), others.get(path)) for path in paths] or [
        "no file: the configurations do, or the order of what is in a layer"
    ]


def describe(archive: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """The files of an image by their paths; where layers have the same one, the upper one's."""
    for layer, member in list_members(archive):
        yield member.name.removeprefix("./"), describe_file(layer, member)


def describe_file(layer: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, object]:
    content = layer.extractfile(member) if member.isreg() else None
    return {
        "kind": member.type,
        "mode": member.mode,
        "owner": (member.uid, member.gid),
        "time": member.mtime,
        "link": member.linkname,
        "content": hashlib.sha256(content.read()).hexdigest() if content else "",
    }


def compare(path: str, one: dict[str, object] | None, other: dict[str, object] | None) -> str:
    """One file's difference in words."""
    if one is None or other is None:
        return f"{path}: only in the {'second' if one is None else 'first'}"
    return f"{path}: {', '.join(name for name in one if one[name] != other[name])}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
