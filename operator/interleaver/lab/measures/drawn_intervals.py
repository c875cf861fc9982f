"""Which interval a metric of scores gets: that of a share, of an area, of a cost; percentiles where none is needed."""

from collections.abc import Iterable
from math import hypot

from interleaver.lab.measures.resampling import SPREAD
from interleaver.lab.measures.score_drawn import Drawn
from interleaver.lab.measures.score_sheet import Kind
from interleaver.lab.measures.share_intervals import FEW, Rate, bounded_interval, difference_interval, share_interval

Ends = tuple[float, float]


def find_interval(drawn: Drawn, error: float, confidence: float) -> Ends | None:
    """The interval of one model's value with this standard error; None where percentiles of resamples serve."""
    if drawn.terms:
        return add_up(
            drawn.value,
            ((weight, term.value, share_interval(as_rate(term), confidence)) for weight, term in drawn.terms),
        )
    if drawn.kind is Kind.SHARE:
        return share_interval(as_rate(drawn), confidence)
    if drawn.kind is Kind.BOUNDED and 0 < drawn.value < 1 and error > SPREAD:
        return bounded_interval(drawn.value, error, drawn.weighty, confidence)
    return None


def find_difference(candidate: Drawn, champion: Drawn, confidence: float) -> Ends | None:
    """The interval of candidate - champion; None where percentiles of resamples serve.

    They do not where few units change a rate, or one of the rates that a cost is made of: a miss that costs a
    hundred times as much as an alarm, and that none of these units saw, is in no resample.
    """
    if candidate.terms and champion.terms:
        pairs = [(weight, new, old) for (weight, new), (_, old) in zip(candidate.terms, champion.terms, strict=True)]
        if all(count_moved(new, old) >= FEW for _, new, old in pairs):
            return None
        parts = (
            (weight, new.value - old.value, difference_interval(as_rate(new), as_rate(old), confidence))
            for weight, new, old in pairs
        )
        return add_up(candidate.value - champion.value, parts)
    if candidate.kind is Kind.SHARE and count_moved(candidate, champion) < FEW:
        return difference_interval(as_rate(candidate), as_rate(champion), confidence)
    return None


def count_moved(candidate: Drawn, champion: Drawn) -> int:
    """How many units add something else with the candidate."""
    if candidate.sums is None or champion.sums is None:
        return FEW
    return int((candidate.sums != champion.sums).any(axis=1).sum())


def as_rate(drawn: Drawn) -> Rate:
    """A share as its interval takes it."""
    return Rate(drawn.value, drawn.resampled, drawn.trials, drawn.weighty)


def add_up(value: float, terms: Iterable[tuple[float, float, Ends]]) -> Ends:
    """Interval of a sum of terms, of which each has a weight, a value and an interval: Zou, Huang and Zhang, "A note on
    confidence interval estimation for a linear function of binomial proportions", Computational Statistics and Data
    Analysis 53 (2009), equation 3."""
    below = above = 0.0
    for weight, middle, (low, high) in terms:
        below, above = hypot(below, weight * (middle - low)), hypot(above, weight * (high - middle))
    return value - below, value + above
