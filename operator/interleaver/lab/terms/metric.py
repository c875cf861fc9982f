"""What a metric is called, which way is better, and in which unit it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VERSION: Final = 1
"""Of what metrics are: goes up when a metric's values for the same answers change. Stands in every verdict."""


class Task(StrEnum):
    """What a model does: rank items for a request, or score a sample."""

    RANKING = "ranking"
    SCORING = "scoring"


class Direction(StrEnum):
    """Which way a metric gets better."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def sign(self) -> int:
        """What a difference is multiplied with so that positive is better."""
        return 1 if self is Direction.HIGHER else -1


@dataclass(frozen=True)
class Metric:
    """A metric as figures, gates and reports know it. `name` is whole, with its depth or threshold: `nDCG@10`."""

    name: str
    direction: Direction
    unit: str = ""
    """Unit of its values: empty for shares and gains, else `ms`, `bytes`, or a custom metric's own."""
    words: str = ""
    """One sentence that says what it is."""
    sampled: bool = True
    """Whether its values have sampling error; counts such as errors are decided as they stand."""
    paired: bool = False
    """Whether its value itself takes a champion, as those of `flips` and `overlap@10` do."""
