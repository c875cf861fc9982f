"""Rankings: a model's ordered items, and what makes two items the same one."""

import math
from collections.abc import Hashable
from enum import Enum
from typing import TypeVar

ItemT = TypeVar("ItemT", bound=Hashable)


class Truth(Enum):
    """The ids `true` and `false`. Python holds `True == 1`, JSON does not."""

    TRUE = "true"
    FALSE = "false"


Identity = str | int | float | Truth


def identify(value: object) -> Identity:
    """The identity of an item, from its decoded JSON id: equal exactly if JSON type and value are equal.

    The string "1", the number 1 and `true` are three items. The numbers 1 and 1.0 are one item: JSON knows a single
    type of number, and a shop whose front end is JavaScript sends 1 back for the 1.0 it was shown.
    Raises ValueError for what cannot name an item: null, lists, objects, and numbers that are not finite.
    """
    if type(value) is str or type(value) is int:
        return value
    if value is True or value is False:
        return Truth.TRUE if value else Truth.FALSE
    if type(value) is float and math.isfinite(value):
        return int(value) if value.is_integer() else value
    raise ValueError(f"an item's id must be a string, a number or a boolean, not {type(value).__name__}")


def spell(item: Identity) -> bytes:
    """The identity as bytes that are the same in every process, for hashing: two items never share a spelling."""
    if type(item) is str:
        return b'"' + item.encode("utf-8", "surrogatepass")
    return item.value.encode() if isinstance(item, Truth) else repr(item).encode()
