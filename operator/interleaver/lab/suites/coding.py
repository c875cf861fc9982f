"""Columns whose values come again and again, as codes: each different value is looked at once."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.suites.rows import LONGEST_ID
from interleaver.lab.suites.tables import Table, join
from interleaver.lab.terms.labels import Labels

TEXTS: Final = (pa.string(), pa.large_string(), pa.string_view())
Spell = Callable[[Any], str | None]


def take_codes(table: Table, name: str, *, required: bool = False) -> Labels:
    """A column of text as codes, in the order in which values come first. Raises Unusable with row and column.

    A required one has a text in every row, of bounded length; in others the empty text is missing.
    """
    if name not in table.columns:
        if required and table.rows:
            raise table.refuse(None, name, "is no column of it", "every row needs one")
        return Labels(np.full(table.rows, -1, dtype=np.int32), ())
    labels = spell_codes(table, name, check_id if required else drop_empty, text=True)
    if required and len(labels) and labels.codes.min() < 0:
        raise table.refuse(int(np.argmin(labels.codes)), name, "is missing", "every row needs one")
    return labels


def spell_codes(table: Table, name: str, spell: Spell, *, text: bool = False) -> Labels:
    """A column as codes of what `spell` makes of its values; None is missing, a ValueError refuses the row.

    `text` refuses columns of anything else as a whole.
    """
    encoded = encode_column(table, name, text=text)
    spelled: list[str | None] = []
    for index, value in enumerate(list_values(table, name, encoded)):
        try:
            spelled.append(None if value is None else spell(value))
        except ValueError as error:
            row = encoded.indices.index(index).as_py()
            raise table.refuse(row, name, *split(str(error))) from None
    return renumber(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), spelled)


def encode_column(table: Table, name: str, *, text: bool) -> Any:
    """A column as Arrow's dictionary. Raises Unusable where `text` is wanted and the column is of another type."""
    column = join(table.columns[name])
    if pa.types.is_dictionary(column.type):
        kind = column.type.value_type
    else:
        kind = column.type
        if pa.types.is_null(kind):
            column = column.cast(pa.large_string())
        elif text and kind not in TEXTS:
            raise table.refuse(None, name, f"is a column of {kind}", "text is wanted")
        if pa.types.is_nested(kind):
            raise table.refuse(None, name, f"is a column of {kind}", "plain values are wanted")
        column = column.dictionary_encode()
    if text and kind not in (*TEXTS, pa.null()):
        raise table.refuse(None, name, f"is a column of {kind}", "text is wanted")
    return column


def list_values(table: Table, name: str, encoded: Any) -> Sequence[Any]:
    """The different values of a column. Raises Unusable where a text is no UTF-8: writers may store any bytes."""
    try:
        values: Sequence[Any] = encoded.dictionary.to_pylist()
    except UnicodeDecodeError:
        for index, value in enumerate(encoded.dictionary.cast(pa.large_binary()).to_pylist()):
            if not is_utf8(value):
                row = encoded.indices.index(index).as_py()
                raise table.refuse(row, name, "holds bytes that are no UTF-8", "write text as UTF-8") from None
        raise
    return values


def renumber(indices: NDArray[Any], names: Sequence[str | None]) -> Labels:
    """Codes in the order in which names come first, each name once, whatever a file's own order of them is."""
    merged: dict[str, int] = {}
    mapping = [-1 if name is None else merged.setdefault(name, len(merged)) for name in names]
    codes = np.asarray([*mapping, -1], dtype=np.int32)[indices]
    came = np.full(len(merged) + 1, len(codes), dtype=np.int64)
    np.minimum.at(came, codes, np.arange(len(codes)))
    order = np.argsort(came[:-1], kind="stable")
    order = order[came[order] < len(codes)]
    places = np.full(len(merged) + 1, -1, dtype=np.int32)
    places[order] = np.arange(len(order))
    texts = tuple(merged)
    return Labels(places[codes], tuple(texts[index] for index in order))


def check_id(text: str) -> str:
    """A text that names something. Raises ValueError where it is empty or too long."""
    if not 1 <= len(text) <= LONGEST_ID:
        found = f"has {len(text)} characters" if text else "is empty"
        raise ValueError(f"{found}; 1 to {LONGEST_ID} characters are wanted")
    return text


def drop_empty(text: str) -> str | None:
    """A text, missing where it is empty."""
    return text or None


def split(words: str) -> tuple[str, str]:
    """What was found, and what is wanted, of an error's words."""
    found, _, wanted = words.partition("; ")
    return found, wanted


def is_utf8(data: bytes | None) -> bool:
    """Whether bytes are text."""
    try:
        (data or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
