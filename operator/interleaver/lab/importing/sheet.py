"""A table of a stranger's: its columns by name, and the row of the file that a value stands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.importing.numbers import NUMBER
from interleaver.lab.terms.unusable import Place, Unusable

# Columns that pandas and R write when nobody asked for them: they number the rows, and are no data.
ROW_NUMBERS: Final = ("", "Unnamed: 0", "rownames", "__index_level_0__")


@dataclass(frozen=True)
class Sheet:
    """Columns of one length; those of a text file are all text. Text has no spaces around it, and empty is missing."""

    file: str
    table: pa.Table
    find: Callable[[int], Place]
    """Where in the file a row stands: of a text, the line in which it begins."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return tuple(self.table.column_names)

    def place(self, column: str, at: int) -> Place:
        """Where a value stands, for people."""
        return replace(self.find(at), field=column)

    def refuse_missing(self, column: str, wanted: str) -> pa.Array:
        """A column in one piece. Raises Unusable for the first missing value."""
        values = join(self.table.column(column))
        if values.null_count:
            at = int(np.argmax(values.is_null().to_numpy(zero_copy_only=False)))
            raise Unusable(self.place(column, at), "nothing", wanted)
        return values

    def read_texts(self, column: str, wanted: str) -> pa.Array:
        """A column as text, none of it missing; whole numbers are spelt as such. Raises Unusable."""
        values = self.refuse_missing(column, wanted)
        if pa.types.is_floating(values.type):
            found = f"the column holds decimal numbers ({values[0]})" if len(values) else "the column holds decimals"
            raise Unusable(Place(self.file, None, column), found, "save ids as whole numbers or as text")
        return values if pa.types.is_string(values.type) else values.cast(pa.string())

    def read_numbers(self, column: str, wanted: str) -> NDArray[np.float64]:
        """A column of finite numbers, none of it missing. Raises Unusable."""
        values = self.refuse_missing(column, wanted)
        if pa.types.is_string(values.type):
            odd = pc.invert(pc.match_substring_regex(values, f"^(?:{NUMBER.pattern})$"))
            self.refuse_first(odd, column, values, wanted)
        try:
            numbers: NDArray[np.float64] = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise Unusable(Place(self.file, None, column), str(error), wanted) from None
        self.refuse_first(pa.array(~np.isfinite(numbers)), column, values, wanted)
        return numbers

    def refuse_first(self, odd: pa.Array, column: str, values: pa.Array, wanted: str) -> None:
        """Raise Unusable for the first value that is odd, if one is."""
        marked = odd.to_numpy(zero_copy_only=False)
        if marked.any():
            at = int(np.argmax(marked))
            raise Unusable(self.place(column, at), f"{values[at].as_py()!r}", wanted)


def join(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    joined = column.combine_chunks()
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def find_columns(sheet: Sheet, roles: Mapping[str, tuple[str, ...]], named: Mapping[str, str]) -> Mapping[str, str]:
    """The column of each role: the one that was named for it, else the only one with a customary name.

    Roles without a column are left out. Raises Unusable for a named column that is not there, and for two customary
    ones.
    """
    found: dict[str, str] = {}
    for role, customary in roles.items():
        wanted = named.get(role)
        if wanted is not None and wanted not in sheet.names:
            raise Unusable(
                Place(sheet.file, None, wanted), "there is no such column", f"there are {', '.join(sheet.names)}"
            )
        fits = [wanted] if wanted is not None else [name for name in sheet.names if name.lower() in customary]
        if len(fits) > 1:
            raise Unusable(
                sheet.file, f"{' and '.join(fits)} may both be the {role}", f"say --columns {role}={fits[0]}"
            )
        if fits:
            found[role] = fits[0]
    return found


def demand(sheet: Sheet, found: Mapping[str, str], roles: tuple[str, ...]) -> None:
    """Raises Unusable where a role has no column."""
    for role in roles:
        if role not in found:
            columns = ", ".join(sheet.names)
            wanted = (
                f"--columns {role}=NAME says which it is, --columns user,item,… names those of a file without a header"
            )
            raise Unusable(sheet.file, f"no column for {role} among {columns}", wanted)
