"""Pictures of a suite: files below its folder, and nothing outside of it."""

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Any

from interleaver.lab.suites.tables import Table
from interleaver.lab.suites.wording import shorten


def check_pictures(table: Table, column: Any) -> None:
    """Raises Unusable with the row of the first picture that leaves the folder, or is not there."""
    folder = table.file.parent
    root = Path(os.path.realpath(folder))
    folders: dict[str, frozenset[str]] = {}
    for row, path in enumerate(column.to_pylist()):
        if path is None:
            continue
        found = find_fault(folder, root, path, folders)
        if found:
            raise table.refuse(row, "picture", f"{shorten(path)} {found}", "a file below the suite's folder is wanted")


def find_fault(folder: Path, root: Path, path: str, folders: dict[str, frozenset[str]]) -> str:
    """What is wrong with a path, empty where nothing is. `folders` remembers the plain files of folders seen."""
    pure = PurePosixPath(path)
    if "\\" in path or "\x00" in path:
        return "is no path, whose parts / separates"
    if pure.is_absolute() or ".." in pure.parts:
        return "leaves the folder"
    above = str(pure.parent)
    if above not in folders:
        folders[above] = list_plain(folder / above, root)
    if pure.name in folders[above]:
        return ""
    real = Path(os.path.realpath(folder / path))
    if not real.is_relative_to(root):
        return "leaves the folder"
    return "" if real.is_file() else "is not there"


def list_plain(folder: Path, root: Path) -> frozenset[str]:
    """The names of the files in a folder that are no links, so that they are where they seem to be."""
    if not Path(os.path.realpath(folder)).is_relative_to(root) or not folder.is_dir():
        return frozenset()
    with os.scandir(folder) as entries:
        return frozenset(entry.name for entry in entries if entry.is_file(follow_symlinks=False))


def digest_pictures(folder: Path, column: Any) -> bytes:
    """SHA-256 over the content of all pictures, in the order of the rows."""
    whole = hashlib.sha256()
    for path in column.to_pylist():
        if path is not None:
            with (folder / path).open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.digest()
