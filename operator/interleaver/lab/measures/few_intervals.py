"""Intervals of means that few units tell of: where nearly all have one value, resamples know of no others.

Of 300 people one lost all, and the others nothing. A resample holds that one three times at most, so to say; yet
three in 300 show one or none in every fifth suite. What few units tell is bounded by what all others may be worth.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS: Final = 4000
IN_TAIL: Final = 20
"""Draws that have to lie beyond each end, but for confidences that would take more than the most draws."""
MOST_DRAWS: Final = 200_000


@dataclass(frozen=True)
class Few:
    """What units are worth beside a value that all others have: sums and sizes of those that differ."""

    sums: Floats
    """What each of them differs by in all, (units,)."""
    sizes: Floats
    """How many cases it has, weighted, (units,)."""
    others: int
    """Units that have just that value."""
    size: float
    """Cases of one of the others, on average, or of all where there are no others."""


def few_interval(few: Few, below: float, above: float, confidence: float) -> tuple[float, float]:
    """Ends of the mean difference from the value that the others have; `below` <= 0 and `above` >= 0 are the least and
    the greatest difference that a unit can have.

    Random weights over all units and one more, which is as far below, or above, as can be: Gaffke 2005, "Three test
    statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable", Mathematical Methods of
    Statistics 14; Phan, Thomas and Learned-Miller 2021, "Towards practical mean bounds for small samples", ICML. Of
    shares it is the interval of Clopper and Pearson, and of many units the bootstrap's. The weights are exponential;
    those of the others are drawn as their sum.
    """
    tail = (1 - confidence) / 2
    draws = min(MOST_DRAWS, max(DRAWS, ceil(IN_TAIL / tail)))
    chance = np.random.default_rng([0, len(few.sums), few.others])
    weights = chance.standard_exponential((draws, len(few.sums)))
    rest = chance.standard_gamma(few.others, draws) * few.size if few.others else np.zeros(draws)
    more = chance.standard_exponential(draws) * few.size
    told, whole = weights @ few.sums, weights @ few.sizes + rest + more
    low, high = np.quantile((told + below * more) / whole, tail), np.quantile((told + above * more) / whole, 1 - tail)
    return float(low), float(high)
