"""Tables of bounded length: a page about 100,000 queries must not be 100 MB, and what is left out is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Bounded(Generic[Row]):
    """The first rows of a table, and how many came after them."""

    rows: Sequence[Row]
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.rows)


def bound(rows: Sequence[Row], most: int) -> Bounded[Row]:
    """At most so many rows, the first ones: what matters most is put there by who asks."""
    return Bounded(rows[:most], max(0, len(rows) - most))
