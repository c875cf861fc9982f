"""Whether a change costs too much: pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

ALLOWED: Final = 5.0  # percent; the counts of one and the same code differ by about one
TRAILER: Final = re.compile(r"\+(\d+(?:\.\d+)?) ?% because \S")  # of `Instructions: +8% because …`


class BadTrailer(ValueError):
    """A trailer `Instructions:` that does not say how much and why."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Instructions per request of one kind of request, in batches before and after the change."""

    kind: str
    before: Sequence[float]
    after: Sequence[float]

    @property
    def change(self) -> float:
        """By how many percent the median rose."""
        return 100 * (median(self.after) / median(self.before) - 1)

    @property
    def spread(self) -> float:
        """The larger of both distances between the least and the greatest batch, in percent of the median."""
        return max(100 * (max(each) - min(each)) / median(each) for each in (self.before, self.after))

    def __str__(self) -> str:
        before, after = median(self.before), median(self.after)
        return f"{self.kind:<14} {before:>11,.0f} {after:>11,.0f} {self.change:>+8.1f} % {self.spread:>7.1f} %"


HEADER: Final = f"{'':<14} {'before':>11} {'after':>11} {'change':>10} {'spread':>9}"


def sum_allowances(trailers: Iterable[str]) -> float:
    """What the commits' trailers allow in all, in percent; ALLOWED if they allow less."""
    return max(ALLOWED, sum(read_trailer(trailer) for trailer in trailers))


def read_trailer(trailer: str) -> float:
    """The percent that one trailer allows. Raises BadTrailer when it names no reason."""
    match = TRAILER.match(trailer)
    if match is None:
        raise BadTrailer(f"the trailer `Instructions: {trailer}` is not of the form `Instructions: +8% because …`")
    return float(match[1])


def list_excesses(comparisons: Iterable[Comparison], allowed: float) -> list[str]:
    """What costs more than is allowed, in words; empty if nothing does."""
    return [
        f"{each.kind} executes {each.change:.1f} % more instructions per request; {allowed:g} % are allowed"
        for each in comparisons
        if each.change > allowed
    ]
