"""A table of JSON lines: one object a line. Blank lines are passed over; a byte order mark is no content."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from interleaver.lab.suites.attributes import spell_attribute
from interleaver.lab.suites.conversions import CONVERSIONS, OTHER, TEXT, convert
from interleaver.lab.suites.json_text import is_storable, read_json
from interleaver.lab.suites.quick_judgments import QuickJudgments
from interleaver.lab.suites.rows import OPEN, list_columns
from interleaver.lab.suites.tables import PREFIX, Table
from interleaver.lab.suites.wording import describe_kind
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Place, Unusable

BLOCK: Final = 16_000_000  # bytes that are decoded at once: a table of a gigabyte is never in memory as objects
BOM: Final = b"\xef\xbb\xbf"
Row = Mapping[str, Any]


def read_json_lines(path: Path, name: str) -> Table:
    """The table in a file. Raises Unusable with line and key."""
    reader = Reader(path, name)
    for lines in read_blocks(path):
        reader.add(lines)
    return reader.finish()


def read_blocks(path: Path) -> Iterator[list[bytes]]:
    """The file's lines, some megabytes at once."""
    with path.open("rb") as file:
        if file.read(len(BOM)) != BOM:
            file.seek(0)
        while lines := file.readlines(BLOCK):
            yield lines


class Reader:
    """Puts blocks of lines together into columns."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name, self.quick = path, name, QuickJudgments()
        self.chunks: dict[str, list[Any]] = {}
        self.lines: list[Any] = []
        self.seen = self.rows = 0

    def add(self, lines: Sequence[bytes]) -> None:
        """The rows of some lines."""
        quick = self.quick.read(lines) if self.name == "judgments" else None
        if quick is not None:
            self.add_columns(quick, range(self.seen + 1, self.seen + len(lines) + 1))
            self.seen += len(lines)
            return
        places = [self.seen + index for index, line in enumerate(lines, 1) if not line.isspace()]
        rows = [self.decode(line, self.seen + index) for index, line in enumerate(lines, 1) if not line.isspace()]
        self.seen += len(lines)
        self.add_rows(rows, places)

    def add_rows(self, rows: Sequence[Row], places: Sequence[int]) -> None:
        """Rows, and the lines that they stand on."""
        for name in set(chain.from_iterable(rows)):
            self.add_column(name, rows, places)
        self.lines.append(np.asarray(places, dtype=np.int64))
        self.rows += len(rows)

    def add_columns(self, columns: Mapping[str, Any], places: Sequence[int]) -> None:
        """Columns that are checked, and the lines that their rows stand on."""
        for name, column in columns.items():
            self.append(name, column)
        self.lines.append(np.asarray(places, dtype=np.int64))
        self.rows += len(places)

    def decode(self, line: bytes, place: int) -> Row:
        try:
            row = read_json(line)
        except ValueError as error:
            raise Unusable(
                Place(str(self.path), line=place), f"is no JSON: {error}", "one object a line is wanted"
            ) from None
        if not isinstance(row, dict):
            raise Unusable(
                Place(str(self.path), line=place), f"holds {describe_kind(row)}", "one object a line is wanted"
            )
        return row

    def add_column(self, name: str, rows: Sequence[Row], places: Sequence[int]) -> None:
        known = list_columns(self.name)
        if name == "attributes" and name in known:
            self.add_attributes([row.get(name) for row in rows], places)
            return
        if name not in known and (self.name not in OPEN or not is_storable(name)):
            place = next(place for row, place in zip(rows, places, strict=True) if name in row)
            raise Unusable(
                Place(str(self.path), line=place, field=name if is_storable(name) else ascii(name)),
                "is no such key",
                nearest(name, known),
            )
        conversion = CONVERSIONS.get(name, TEXT) if name in known else OTHER
        self.append(name, convert([row.get(name) for row in rows], conversion, self.refuser(name, places)))

    def add_attributes(self, objects: Sequence[Any], places: Sequence[int]) -> None:
        for value, place in zip(objects, places, strict=True):
            if value is not None and not isinstance(value, dict):
                raise Unusable(
                    Place(str(self.path), line=place, field="attributes"),
                    f"found {describe_kind(value)}",
                    "an object is wanted",
                )
        full = [value or {} for value in objects]
        for name in set(chain.from_iterable(full)):
            values = [value.get(name) for value in full]
            column = convert(values, (spell_attribute, pa.large_string()), self.refuser(PREFIX + name, places))
            self.append(PREFIX + name, column)

    def refuser(self, name: str, places: Sequence[int]) -> Callable[[int, str], Unusable]:
        return lambda index, found: Unusable(Place(str(self.path), line=places[index], field=name), found)

    def append(self, name: str, column: Any) -> None:
        """A block's column, with nulls for the rows before in which it did not come."""
        chunks = self.chunks.setdefault(name, [])
        self.fill(chunks, column.type)
        chunks.append(column)

    def fill(self, chunks: list[Any], kind: Any) -> None:
        missing = self.rows - sum(len(chunk) for chunk in chunks)
        if missing:
            chunks.append(pa.nulls(missing, kind))

    def finish(self) -> Table:
        """The whole table."""
        for chunks in self.chunks.values():
            self.fill(chunks, chunks[0].type)
        columns = {name: pa.chunked_array(chunks) for name, chunks in self.chunks.items()}
        lines = np.concatenate(self.lines) if self.lines else np.empty(0, dtype=np.int64)
        return Table(self.name, self.path, columns, self.rows, lines)
