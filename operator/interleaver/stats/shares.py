"""How far two observed shares are apart at least, and how high one is at least: for alarms, not for verdicts.

Bounds at one look. Whoever looks often must ask for a difference, or a share, that honest numbers are nowhere near:
then no number of looks makes chance reach it.
"""

from math import sqrt
from typing import NamedTuple

from interleaver.stats.arguments import check_between, check_count


class Bounds(NamedTuple):
    """A share and its bounds, each within 0 and 1."""

    low: float
    share: float
    high: float


def bound_share(hits: int, trials: int, z: float) -> Bounds:
    """The score interval of `hits` in `trials`, at least one, z standard deviations wide on either side.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22(158), 1927. Raises
    ValueError for numbers that are no such counts.
    """
    check_count("hits", hits)
    check_count("trials", trials, least=1)
    check_between("z", z, 0, 100)
    if hits > trials:
        raise ValueError(f"hits must not exceed trials, but {hits} > {trials}")
    share, weight = hits / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    reach = z * sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    return Bounds(max(0.0, middle - reach), share, min(1.0, middle + reach))


def bound_difference(one: Bounds, other: Bounds) -> float:
    """By how much two independent shares differ at least, whichever is the greater; 0 if they need not differ.

    Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven methods",
    Statistics in Medicine 17, 1998, method 10.
    """
    less, more = sorted((one, other), key=lambda bounds: bounds.share)
    reach = sqrt((more.share - more.low) ** 2 + (less.high - less.share) ** 2)
    return max(0.0, more.share - less.share - reach)
