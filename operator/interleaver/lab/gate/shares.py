"""A margin that is a share of the champion's value, which is uncertain itself.

`notWorseBy 20%` of times asks whether the candidate takes at most 1.2 times what the champion takes. Of two models
that go together, as those of one family do, the difference is known far better than either value: an interval of the
difference alone, held against a fifth of the champion's value as it was found, would be too narrow for that.
"""

from dataclasses import dataclass

from interleaver.lab.gate.bounds import Limit
from interleaver.lab.gate.rules import Kind
from interleaver.lab.measures.share_intervals import reach
from interleaver.lab.terms.figure import Estimate


@dataclass(frozen=True)
class Ends:
    """A value that has an interval."""

    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2


def holds_as_share(
    kind: Kind, share: float, champion: Estimate, candidate: Estimate | None, difference: Estimate, sign: int
) -> bool:
    """Whether the bound holds with the champion's own interval taken into account, too. `share` is of 1, `sign` of the
    metric's direction. Where an interval is missing there is nothing more to say than the difference's says.

    The end of difference + share * champion: Zou and Donner 2008, Construction of confidence limits about effect
    measures: a general approach, Statistics in Medicine 27, equation 5 for estimates that are correlated.
    """
    found = [take_ends(one) for one in (difference, champion, candidate)]
    apart, base, other = found
    if apart is None or base is None or other is None:
        return True
    together = sign * correlate(base, apart, other)
    margin, below, above = share * base.value, apart.value - apart.low, apart.high - apart.value
    if kind is Kind.NOT_WORSE_BY:
        length = reach(below, share * (base.value - base.low), -together)
        return Limit(-margin, floor=True).holds(apart.value - length)
    if kind is Kind.BETTER_BY:
        length = reach(below, share * (base.high - base.value), together)
        return Limit(margin, floor=True).holds(apart.value - length)
    length = reach(above, share * (base.value - base.low), together)
    return Limit(margin, floor=False).holds(apart.value + length)


def take_ends(estimate: Estimate | None) -> Ends | None:
    """The estimate with its ends, None where it has none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return None
    return Ends(estimate.value, estimate.low, estimate.high)


def correlate(champion: Ends, difference: Ends, candidate: Ends) -> float:
    """How far the champion's value and candidate - champion go together, from how wide the three intervals are:
    Var(candidate) = Var(champion) + Var(difference) + 2 Cov. 0 where one of them has no width."""
    product = 2 * champion.half * difference.half
    if product == 0:
        return 0.0
    found = (candidate.half**2 - champion.half**2 - difference.half**2) / product
    return max(-1.0, min(1.0, found))
