"""Which cases of a suite are asked here, where several pods share them out."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shard:
    """One of `count` parts, from 0 on: every so manieth case, so that parts are alike whatever order a suite has."""

    index: int
    count: int

    def holds(self, row: int) -> bool:
        """Whether the case in this row of the suite is asked here."""
        return row % self.count == self.index

    @property
    def mark(self) -> str:
        """What stands in the name of its answer files; nothing for the whole."""
        return f".{self.index}-of-{self.count}" if self.count > 1 else ""


WHOLE: Final = Shard(0, 1)
MOST: Final = 1000  # parts


def read_shard(text: str) -> Shard:
    """A part as `I/N`, with I from 0 to N-1. Raises ValueError in words."""
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and int(index) < int(count) <= MOST):
        raise ValueError(f"{text!r}: give I/N with I from 0 to N-1 and N up to {MOST:,}, as in 0/3")
    return Shard(int(index), int(count))
