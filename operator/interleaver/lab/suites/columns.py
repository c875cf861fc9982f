"""Columns of text and of numbers, checked as a whole: the row is looked for only where something is wrong."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.suites.coding import TEXTS, is_utf8
from interleaver.lab.suites.rows import LONGEST_ID
from interleaver.lab.suites.tables import Table, join
from interleaver.lab.suites.wording import shorten


def take_text(table: Table, name: str, *, required: bool = False) -> Any:
    """A column of text, Arrow's large_string; null where it is missing, and so is the empty text unless it is required.

    Raises Unusable for other types and bad UTF-8.
    """
    if name not in table.columns:
        if required and table.rows:
            raise table.refuse(None, name, "is no column of it", "every row needs one")
        return pa.nulls(table.rows, pa.large_string())
    column = join(table.columns[name])
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.type not in (*TEXTS, pa.null()):
        raise table.refuse(None, name, f"is a column of {column.type}", "text is wanted")
    column = column.cast(pa.large_string())
    check_utf8(table, name, column)
    if required and column.null_count:
        raise table.refuse(first(pc.is_null(column)), name, "is missing", "every row needs one")
    return column if required else pc.if_else(pc.equal(column, ""), None, column)


def take_unique(table: Table, name: str) -> Any:
    """The ids of a table's rows, a text of bounded length each, each once. Raises Unusable with both rows."""
    column = take_text(table, name, required=True)
    lengths = pc.utf8_length(column).to_numpy(zero_copy_only=False)
    if len(lengths) and not 1 <= lengths.min() <= lengths.max() <= LONGEST_ID:
        row = first((lengths < 1) | (lengths > LONGEST_ID))
        found = "is empty" if lengths[row] < 1 else f"has {lengths[row]} characters"
        raise table.refuse(row, name, found, f"1 to {LONGEST_ID} characters are wanted")
    again = find_repeated(column.dictionary_encode().indices.to_numpy(zero_copy_only=False))
    if again is not None:
        row, before = again
        line = table.place(before)
        raise table.refuse(row, name, f"{shorten(column[row].as_py())} stands in {line} already", "keep one of them")
    return column


def find_repeated(codes: NDArray[Any]) -> tuple[int, int] | None:
    """The first row whose code came before, and the row where it came first; None where there is none."""
    ordered = np.sort(codes)
    if not np.any(ordered[1:] == ordered[:-1]):
        return None
    order = np.argsort(codes, kind="stable")
    same = np.flatnonzero(codes[order[1:]] == codes[order[:-1]]) + 1
    row = int(order[same].min())
    return row, int(np.flatnonzero(codes == codes[row])[0])


def take_numbers(table: Table, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column of numbers, and which are missing (they read 0). Raises Unusable for other types, not for NaN."""
    if name not in table.columns:
        return np.zeros(table.rows), np.ones(table.rows, dtype=np.bool_)
    column = join(table.columns[name])
    kind = column.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if not numeric and not pa.types.is_null(kind):
        raise table.refuse(None, name, f"is a column of {kind}", "numbers are wanted")
    missing = pc.is_null(column).to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(column.cast(pa.float64(), safe=False), 0.0).to_numpy(zero_copy_only=False)
    return numbers, missing


def first(mask: Any) -> int:
    """The first row of which something is true."""
    return int(np.flatnonzero(np.asarray(mask))[0])


def check_utf8(table: Table, name: str, column: Any) -> None:
    """Raises Unusable where a text of a Parquet file is none: writers may store any bytes."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        row = next(index for index, value in enumerate(column.cast(pa.large_binary())) if not is_utf8(value.as_py()))
        raise table.refuse(row, name, "holds bytes that are no UTF-8", "write text as UTF-8") from None
