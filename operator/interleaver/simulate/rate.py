"""A rate: so many things in so much time."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from interleaver.simulate.scenario import DAY, HOUR

UNITS: Final = ((DAY, "days"), (HOUR, "hours"), (60, "minutes"), (1, "seconds"))


@dataclass(frozen=True, slots=True)
class Rate:
    """So many things, counted in so many seconds, and how many that makes in a day."""

    what: str
    count: float
    seconds: float
    daily: float

    def __str__(self) -> str:
        doubt = 2 / sqrt(self.count) if self.count else 0.0  # twice the standard error of a Poisson count
        unit, name = next((unit for unit in UNITS if self.seconds >= 2 * unit[0]), UNITS[-1])
        time = f"{self.seconds / unit:.3g} {name}"
        return f"{self.count:.0f} {self.what} in {time}, {self.daily:.0f} a day (give or take {doubt:.0%})"


def make_rate(what: str, count: float, since: float, until: float) -> Rate:
    """The rate of what was counted between two times (unix).

    Raises ValueError when the second is not the later one, and for less than nothing.
    """
    if until <= since:
        raise ValueError("the metrics were read before they began to count: is a clock wrong?")
    if count < 0:
        raise ValueError(f"the {what} became fewer between the readings: are they of the same routers, and in order?")
    return Rate(what, count, until - since, count * DAY / (until - since))


def add_rates(rates: Iterable[Rate]) -> Rate:
    """Rates of one thing at several places; the time is the longest of theirs."""
    each = list(rates)
    count, daily = sum(rate.count for rate in each), sum(rate.daily for rate in each)
    return Rate(each[0].what, count, max(rate.seconds for rate in each), daily)
