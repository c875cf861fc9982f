"""What was worked out before, kept for the next time in bounded memory."""

from typing import TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


def remember(known: dict[KeyT, ValueT], most: int, key: KeyT, value: ValueT) -> ValueT:
    """Keep a value among at most so many, and return it. When there is no room all are forgotten: they come again."""
    if len(known) >= most:
        known.clear()
    known[key] = value
    return value
