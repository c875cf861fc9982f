"""A table of a suite in memory, whatever form its file has: columns of Arrow, and where each row stands in the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from interleaver.lab.suites.rows import OPEN, ROWS, TABLES, list_columns
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Place, Unusable

FORMS: Final = (".jsonl", ".parquet")
PREFIX: Final = "attributes."


@dataclass(frozen=True)
class Table:
    """Columns by name, all of one length. Attributes are columns `attributes.NAME`; JSON values are their text."""

    name: str
    file: Path
    columns: Mapping[str, Any]
    """Arrow's chunked arrays."""
    rows: int
    lines: NDArray[np.int64] | None = None
    """The line of each row in a file of text; none in Parquet, whose rows are counted."""

    def refuse(self, row: int | None, column: str | None, found: str, wanted: str = "") -> Unusable:
        """The error about one place of the table; `row` counts from 0."""
        return Unusable(self.place(row, column), found, wanted)

    def place(self, row: int | None, column: str | None = None) -> Place:
        """Where a row, counted from 0, stands in the file."""
        if row is None or self.lines is None:
            return Place(str(self.file), None if row is None else row + 1, column)
        return Place(str(self.file), field=column, line=int(self.lines[row]))

    @property
    def attributes(self) -> Sequence[str]:
        """The names of the attributes, in their order; tables whose rows have none have no such columns."""
        kept = [name for name in self.columns if name.startswith(PREFIX)] if "attributes" in self.known else []
        return sorted(name.removeprefix(PREFIX) for name in kept)

    @property
    def known(self) -> Sequence[str]:
        """Names that the published schema has."""
        return list_columns(self.name)

    def list_others(self) -> Sequence[str]:
        """Columns that the published schema does not name."""
        return [
            name
            for name in self.columns
            if name not in self.known and not (name.startswith(PREFIX) and "attributes" in self.known)
        ]


def find_tables(folder: Path, task: str) -> dict[str, Path]:
    """The files of a suite's tables by name. Raises Unusable where one is there twice, or is of no such suite."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in FORMS:
            continue
        if path.stem not in TABLES[task]:
            refuse_table(path, task)
            continue
        if path.stem in found:
            raise Unusable(str(path), f"stands beside {found[path.stem].name}", "keep one of the two")
        found[path.stem] = path
    return found


def refuse_table(path: Path, task: str) -> None:
    """Raises Unusable for a table of the other task, and for one whose name is a slip; others are none of the suite."""
    if path.stem in ROWS:
        raise Unusable(str(path), f"is no table of a {task} suite", f"its tables are {', '.join(TABLES[task])}")
    said = nearest(path.stem, TABLES[task])
    if said.startswith("did you mean"):
        raise Unusable(str(path), "is no table of a suite", said)


def check_names(table: Table) -> None:
    """Raises Unusable, with the nearest names, for a column that the schema does not know."""
    if table.name not in OPEN:
        for name in table.list_others():
            raise table.refuse(None, name, "is no such column", nearest(name, table.known))


def join(column: Any) -> Any:
    """A column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks()
