"""What each column of JSON lines holds, as a cell of Arrow: made of a value, or refused in words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from interleaver.lab.suites.json_text import check_whole, spell_value, write_json
from interleaver.lab.suites.wording import describe_kind, shorten
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.unusable import Unusable

GREATEST: Final = 10**300


def spell_text(value: object) -> str:
    """A text. Raises ValueError for anything else."""
    if not isinstance(value, str):
        raise ValueError(f"found {describe_kind(value)} ({shorten(value)}); a text is wanted, in quotes")
    return check_whole(value)


def take_number(value: object) -> float:
    """A number. Raises ValueError for anything else; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"found {describe_kind(value)} ({shorten(value)}); a number is wanted")
    if isinstance(value, int) and abs(value) > GREATEST:
        raise ValueError(f"found {shorten(value)}; a number that can be stored is wanted")
    return float(value)


def take_item(value: object) -> str:
    """The spelling of an item's id. Raises ValueError for what can be none."""
    return spell_id(check_whole(value) if isinstance(value, str) else value)


def spell_headers(value: object) -> str:
    """Headers as the text of their object. Raises ValueError where it is no object of texts."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(f"found {shorten(value)}; an object of names and texts is wanted")
    return write_json(value, sort=True)


Convert = Callable[[Any], Any]
CONVERSIONS: Final[Mapping[str, tuple[Convert, Any]]] = {
    "item": (take_item, pa.large_string()),
    "request": (write_json, pa.large_string()),
    "input": (write_json, pa.large_string()),
    "headers": (spell_headers, pa.large_string()),
    "gain": (take_number, pa.float64()),
    "label": (take_number, pa.float64()),
    "weight": (take_number, pa.float64()),
}
TEXT: Final[tuple[Convert, Any]] = (spell_text, pa.large_string())
OTHER: Final[tuple[Convert, Any]] = (spell_value, pa.large_string())


def convert(values: Iterable[Any], conversion: tuple[Convert, Any], refuse: Callable[[int, str], Unusable]) -> Any:
    """A column of values, null where they are. `refuse` makes the error of the row of this index."""
    function, kind = conversion
    converted = []
    for index, value in enumerate(values):
        try:
            converted.append(None if value is None else function(value))
        except ValueError as error:
            raise refuse(index, str(error)) from None
    return pa.array(converted, kind)
