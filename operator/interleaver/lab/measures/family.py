"""A family of metrics: what `nDCG@5` and `nDCG@10` have in common."""

from dataclasses import dataclass
from enum import StrEnum

from interleaver.lab.terms.metric import Direction, Metric, Task


class Takes(StrEnum):
    """What stands behind the `@` of a name."""

    NOTHING = "nothing"
    DEPTH = "depth"
    EITHER = "either"
    """A depth, or nothing: over the whole list."""


@dataclass(frozen=True)
class Family:
    """Metrics of one name, which differ in what stands behind their `@`."""

    base: str
    words: str
    """One sentence; `k` stands for the depth."""
    direction: Direction = Direction.HIGHER
    takes: Takes = Takes.DEPTH
    unit: str = ""
    sampled: bool = True
    reach: tuple[float, float] | None = (0.0, 1.0)
    """The least and greatest value of one case, where there are such."""
    task: Task | None = Task.RANKING
    """None where both tasks have it."""
    paired: bool = False
    """Whether its value itself takes a champion."""

    @property
    def templates(self) -> tuple[str, ...]:
        """How its names are written, with `k` for a depth."""
        return {
            Takes.NOTHING: (self.base,),
            Takes.DEPTH: (f"{self.base}@k",),
            Takes.EITHER: (self.base, f"{self.base}@k"),
        }[self.takes]

    def metric(self, name: str) -> Metric:
        """The metric of this name, as figures know it."""
        return Metric(name, self.direction, self.unit, self.words, self.sampled, self.paired)
