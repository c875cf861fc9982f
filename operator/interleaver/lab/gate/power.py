"""What can be told with so many units, before anything is asked: formulas of power, without suite or gate. Pure.

The test that a rule makes is one end of a two-sided interval at `confidence`: one-sided at (1 - confidence) / 2. Of a
mean over n units with standard error e, the end is value - t * e, with the quantile of t for n - 1 degrees of freedom,
which is how the intervals of small suites are made (`measures.resampling.tail`). The probability that it is beyond a
bound, where the true distance to the bound is d, is that of a noncentral t with noncentrality d / e: Julious 2004,
Sample sizes for clinical trials with Normal data, Statistics in Medicine 23, on superiority and non-inferiority; Chow,
Shao and Wang 2008, Sample Size Calculations in Clinical Research, chapter 3.
"""

from functools import lru_cache
from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import nct
from scipy.stats import t as student

PROBABILITY: Final = 0.8
"""With which what is said to be told is told."""


def probability(distance: float, error: float, units: int, confidence: float) -> float:
    """How likely an interval's end is beyond a bound from which the truth is `distance` away: on the right side of it,
    if positive. `error` is the standard error of the estimate over `units` independent units, 2 or more."""
    if error == 0:
        return 1.0 if distance >= 0 else 0.0
    # Far out the distribution function has no digits left, and the answer is not in doubt.
    shift = distance / error
    if abs(shift) > 30:
        return 1.0 if shift > 0 else 0.0
    return float(nct.sf(quantile(units, confidence), units - 1, shift))


def distance_told(error: float, units: int, confidence: float) -> float:
    """How far from a bound the truth has to be to be told on the right side of it with `PROBABILITY`."""
    return error * _shift_told(units, confidence)


def units_for(distance: float, error: float, units: int, confidence: float) -> int | None:
    """About how many units would tell this distance with `PROBABILITY`; None if no number would.

    The standard error goes with 1 / sqrt(units); the quantiles of t are those of the units that there are.
    """
    if distance <= 0:
        return None
    return max(2, ceil(units * (distance_told(error, units, confidence) / distance) ** 2 * (1 - 1e-9)))


def quantile(units: int, confidence: float) -> float:
    """How many standard errors an interval reaches to each side."""
    return float(student.ppf((1 + confidence) / 2, units - 1))


@lru_cache(maxsize=1024)
def _shift_told(units: int, confidence: float) -> float:
    reach = quantile(units, confidence)
    return float(brentq(lambda shift: nct.sf(reach, units - 1, shift) - PROBABILITY, 0, 4 * reach + 10))


def effective_units(sizes: NDArray[np.float64]) -> float:
    """How many units of equal size have the variance of these, if all cases of a unit are alike.

    (sum of sizes)^2 / (sum of squares): Kish 1965, Survey Sampling, chapter 11. Without a difference in size it is
    their number.
    """
    return float(sizes.sum()) ** 2 / float((sizes**2).sum())


def greatest_error(reach: float, units: float) -> float:
    """The greatest standard error that the mean of values within an interval of this length can have.

    No variance is greater than a quarter of the squared length: Popoviciu 1935, Mathematica 9.
    """
    return reach / 2 / sqrt(units)
