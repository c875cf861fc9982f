"""A bound against an interval: the interval's end decides, and three outcomes are possible. Pure."""

from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import Final

from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.gate.rules import Bound, Kind
from interleaver.lab.terms.figure import Estimate

# A bound is inclusive, also where binary fractions miss it: 0.3 - 0.305 is -0.0050000000000000044.
ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Limit:
    """A number that the whole interval has to be on one side of, the number itself included."""

    at: float
    floor: bool
    """True: the low end has to be `at` or more. False: the high end has to be `at` or less."""

    def holds(self, value: float) -> bool:
        """Whether this value is on the right side."""
        slack = ROUNDING * max(1.0, abs(self.at))
        return value >= self.at - slack if self.floor else value <= self.at + slack


def limit_of(bound: Bound, champion: float) -> Limit:
    """The limit that a bound sets, on the candidate's value or on the difference; `champion` is what a share is of."""
    number = bound.number.value
    if bound.number.relative:
        number *= champion / 100
    if bound.kind is Kind.NOT_WORSE_BY:
        return Limit(0.0 - number, floor=True)
    return Limit(number, floor=bound.kind in (Kind.AT_LEAST, Kind.BETTER_BY))


def is_share_of_nothing(bound: Bound, champion: Estimate) -> bool:
    """Whether the bound is a share of a champion's value that is no positive number, or may be 0 for all we know."""
    positive = 0 < champion.value < inf and (champion.low is None or champion.low > 0)
    return bound.number.relative and not positive


def ends_of(estimate: Estimate, sampled: bool) -> tuple[float, float] | None:
    """The interval to decide on: a count without sampling is its own. None where there is none, or no finite one."""
    low, high = (estimate.low, estimate.high) if sampled else (estimate.value, estimate.value)
    if low is None or high is None or not (isfinite(low) and isfinite(high) and isfinite(estimate.value)):
        return None
    return low, high


def decide(ends: tuple[float, float], limit: Limit) -> Outcome:
    """*Passed* when the worse end holds, *failed* when not even the better one does, and else *not told*."""
    worse, better = ends if limit.floor else ends[::-1]
    if limit.holds(worse):
        return Outcome.PASSED
    return Outcome.NOT_TOLD if limit.holds(better) else Outcome.FAILED


def units_to_tell(value: float, ends: tuple[float, float], limit: Limit, units: int) -> int | None:
    """About how many units more would tell, if the value stays what it is; None if no number of units would.

    An interval's half-width goes with 1 / sqrt(units): the one at the end that decides has to shrink to the distance
    between value and limit.
    """
    distance = abs(value - limit.at)
    passing = limit.holds(value)
    half = value - ends[0] if passing == limit.floor else ends[1] - value
    if distance <= ROUNDING or not isfinite(half):
        return None
    needed = units * (half / distance) ** 2 * (1 - 1e-9)  # not one more because of a rounded last digit
    return max(1, ceil(needed) - units) if needed < 1e12 else None
