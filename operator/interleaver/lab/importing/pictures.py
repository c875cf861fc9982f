"""A table of pictures with labels: a sample for each, every other column an attribute."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interleaver.lab.importing.draft import Draft
from interleaver.lab.importing.sheet import Sheet, demand, find_columns
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Place, Unusable

ROLES: Final = {
    "path": ("path", "picture", "file", "filename"),
    "label": ("label",),
    "unit": ("unit",),
    "attack": ("attack",),
    "sample": ("sample",),
}
FOLDER: Final = "pictures"
"""The folder of the suite that pictures are copied into, under the paths of the table."""
# How labels are spelt by what writes tables: Python, R, JSON, and numbers that became decimal by a missing one.
LABELS: Final = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}
# The first bytes of pictures; WebP has its name at the ninth.
STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")


@dataclass(frozen=True)
class Pictures:
    """Samples, and for each the file that it is about, under the folder of pictures."""

    draft: Draft
    paths: Sequence[str]


def read_pictures(sheet: Sheet, named: Mapping[str, str], positive: str | None = None) -> Pictures:
    """The samples of a table. `positive` is the label that counts as 1, where labels are words. Raises Unusable."""
    found = find_columns(sheet, ROLES, named)
    demand(sheet, found, ("path", "label"))
    if not len(sheet):
        raise Unusable(sheet.file, "no picture", "a row for each")
    paths = [
        check_path(path, sheet.place(found["path"], at)) for at, path in enumerate(read_unique(sheet, found["path"]))
    ]
    names = read_unique(sheet, found["sample"]) if "sample" in found else paths
    labels = read_labels(sheet, found["label"], positive)
    columns = {
        "sample": pa.array(names, pa.string()),
        "picture": pa.array([f"{FOLDER}/{path}" for path in paths], pa.string()),
        "label": pa.array(labels, pa.int64()),
        "source": pa.array(["benchmark"] * len(paths), pa.string()),
    }
    for role in ("unit", "attack"):
        if role in found:
            columns[role] = read_words(sheet, found[role])
    others = [name for name in sheet.names if name not in found.values()]
    columns |= {f"attributes.{name}": read_words(sheet, name) for name in others}
    rules = (f"label 1 is {positive!r}" if positive else "labels are 0 and 1",)
    told = (f"attributes are {', '.join(others)}",) if others else ()
    return Pictures(Draft(Task.SCORING, pa.table(columns), rules=rules + told), paths)


def read_unique(sheet: Sheet, column: str) -> list[str]:
    """A column of texts, each of them once. Raises Unusable."""
    values: list[str] = sheet.read_texts(column, "one in each row").to_pylist()
    first: dict[str, int] = {}
    for at, value in enumerate(values):
        if first.setdefault(value, at) != at:
            found = f"{value} again, first in {sheet.find(first[value])}"
            raise Unusable(sheet.place(column, at), found, "one row for each")
    return values


def check_path(path: str, place: Place) -> str:
    """The path, if it leads down from the folder of pictures and nowhere else. Raises Unusable."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or not parts:
        raise Unusable(place, repr(path), "a path below the folder of pictures, with / between its parts")
    return str(PurePosixPath(path))


def read_labels(sheet: Sheet, column: str, positive: str | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Labels as 0 and 1. Raises Unusable for a label that is neither, and for a positive one that nobody has."""
    values = sheet.refuse_missing(column, "each picture has a label").cast(pa.string())
    texts: list[str] = values.to_pylist()
    if positive is None:
        odd = pc.invert(pc.is_in(pc.utf8_lower(values), pa.array(list(LABELS))))
        sheet.refuse_first(odd, column, values, "0 or 1; --positive WORD says which word counts as 1")
        return np.asarray([LABELS[text.lower()] for text in texts], dtype=np.int64)
    if positive not in texts:
        raise Unusable(
            Place(sheet.file, None, column), f"no label {positive!r}", f"there are {', '.join(sorted(set(texts)))}"
        )
    return np.asarray([text == positive for text in texts], dtype=np.int64)


def read_words(sheet: Sheet, column: str) -> pa.Array:
    """A column as text; what is missing stays so."""
    return sheet.table.column(column).cast(pa.string())


def copy_pictures(paths: Sequence[str], source: Path, suite: Path, table: str) -> None:
    """Copy pictures below a suite. Raises Unusable, before the first is copied, for a file that is no picture."""
    for path in paths:
        check_picture(source / path, table)
    for path in paths:
        target = suite / FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)


def check_picture(file: Path, table: str) -> None:
    """Raises Unusable where there is no picture: what a file is called says nothing, its first bytes do."""
    try:
        with file.open("rb") as stream:
            start = stream.read(12)
    except OSError as error:
        found = f"{file}: {error.strerror}"
        raise Unusable(Place(table, None, "path"), found, "--pictures names their folder") from None
    if not start.startswith(STARTS) and start[8:12] != b"WEBP":
        raise Unusable(str(file), "no picture" if start else "an empty file", "PNG, JPEG, GIF, BMP, TIFF or WebP")
