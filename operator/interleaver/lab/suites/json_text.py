"""JSON values and their one spelling in the lab: compact, with the order of keys as it was given."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final


def read_json(text: str | bytes) -> Any:
    """The value that a text of JSON says. Raises ValueError for what is none, has a key twice or is nested too deeply.

    Whole numbers are kept exactly, however long. One that is too great for any other is infinite: writers refuse it.
    """
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode())
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is no UTF-8") from None


def keep_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its keys and values. Raises ValueError where a key comes twice: readers differ on which counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in [name for name, _ in pairs[:index]])
        raise ValueError(f"the key {twice!r} is given twice")
    return found


def write_json(value: Any, *, sort: bool = False) -> str:
    """The compact text of a value: the same for the same value. Keys are sorted where their order has no meaning."""
    text = (_SORTED if sort else _PLAIN).encode(value)
    if text.isascii() or is_storable(text):
        return text
    return json.dumps(value, separators=(",", ":"), allow_nan=False, sort_keys=sort)


def spell_value(value: Any) -> str | None:
    """The text of a value that people added to a table: keys sorted, 30.0 as 30; NaN is missing, as tables have it."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return write_json(int(value)) if value.is_integer() else write_json(value)
    return write_json(value, sort=True)


def is_storable(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_whole(text: str) -> str:
    """A text. Raises ValueError for half of a character, which JSON permits and no file of text can hold."""
    if not text.isascii() and not is_storable(text):
        raise ValueError("found half a character (a lone surrogate); whole ones are wanted")
    return text


def refuse_constant(name: str) -> object:
    """JSON has no NaN and no infinity, whatever Python's reader takes. Raises ValueError always."""
    raise ValueError(f"{name} is no JSON")


# Made once: a reader or writer made for each value would cost more than the value.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=keep_once, parse_constant=refuse_constant)
_PLAIN: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SORTED: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
