"""The bootstrap over units: which units a resample holds how often, and the interval that resampled values give.

A unit is a user or person, where the suite names one, else a query or sample. What one person did is not independent,
so units are drawn, each with all that belongs to it (Davison and Hinkley 1997, Bootstrap Methods and their
Application, chapter 3). A comparison is paired: both models are measured under the same weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr, stdtrit

from interleaver.lab.measures.leaning import lean, measure_leaning
from interleaver.lab.terms.figure import Estimate

BLOCK: Final = 1 << 23
"""Weights that are made at once, so that they take tens of megabytes whatever the suite."""

LEAST_DEFINED: Final = 0.5
"""Share of the resamples that must have a value. Below it the others say little of the value that there is."""

SPREAD: Final = 1e-6
"""Spread, as a share of the value, that is taken for none: weights are summed in single precision."""


def count_draws(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """How often each unit is in each resample, (block, units), until there are `resamples` rows.

    Every row is drawn from the multinomial distribution exactly, by counting random indices. One seed gives one table.
    A count is at most `units`, and above 255 not once in the life of the universe.
    """
    generator = np.random.default_rng(seed)
    most = max(1, BLOCK // max(units, 1))
    for start in range(0, resamples, most):
        block = np.empty((min(most, resamples - start), units), dtype=np.uint8)
        for row in block:  # one by one, because what is counted then stays in the processor's cache: five times as fast
            drawn = generator.integers(0, units, units, dtype=np.uint32)
            row[:] = np.bincount(drawn.astype(np.int64), minlength=units)  # which would else convert them one by one
        yield block


def draw(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """The same as weights: blocks of shape (block, units), for a metric that is computed anew under each row."""
    for counts in count_draws(units, resamples, seed):
        yield counts.astype(np.float32)


@dataclass(frozen=True)
class Bounds:
    """What resamples say of several values at once; every array has one entry a value, NaN where there is none."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    error: NDArray[np.float64]
    """Standard error, with the factor sqrt(n / (n - 1)) that the bootstrap's lacks."""
    defined: NDArray[np.int64]
    """In how many resamples there was a value."""


@lru_cache(maxsize=4096)
def reach_of_t(units: int, confidence: float) -> float:
    """How many standard errors the two-sided t interval of a mean of this many units reaches to either side."""
    return float(stdtrit(units - 1, (1 + confidence) / 2))


def t_interval(
    value: float, error: float, units: int, confidence: float, reach: tuple[float, float] | None
) -> Estimate:
    """A value with its t interval, within reach; without one where one unit or no error says nothing of it."""
    if units < 2 or isnan(error):
        return Estimate(value)
    half = error * reach_of_t(units, confidence)
    least, greatest = reach or (-inf, inf)
    return Estimate(value, max(least, value - half), min(greatest, value + half))


def tail(units: int, confidence: float) -> float:
    """The share of resamples that is left out at each end, for an interval at `confidence` from this many units.

    The plain percentile interval is too narrow for few units. The expanded one takes the tail that the t distribution
    gives, and the factor sqrt(n / (n - 1)): Hesterberg 2015, What Teachers Should Know About the Bootstrap, The
    American Statistician 69(4), on the expanded percentile interval.
    """
    return float(ndtr(-reach_of_t(units, confidence) * np.sqrt(units / (units - 1))))


def bound(
    values: NDArray[np.float64], resampled: NDArray[np.floating], units: int, confidence: float, *, means: bool = False
) -> Bounds:
    """Intervals of `values`, (columns,), from `resampled`, (columns, resamples), NaN where a resample has no value.
    Of `means` the ends are moved to where the values of units reach farther (`lean`).

    With so few units that less than one resample lies in a tail, resamples cannot say where it begins; the interval
    is then the t interval around the value, with the bootstrap's standard error. One unit has no interval, nor has a
    value that was not there in `LEAST_DEFINED` of the resamples.
    """
    columns, resamples = resampled.shape
    ordered = np.sort(resampled, axis=1)  # NaN comes last
    defined = resamples - np.isnan(ordered).sum(axis=1)
    if units < 2 or not columns:
        nothing = np.full(columns, np.nan)
        return Bounds(nothing, nothing, nothing, defined)
    usable = (defined >= max(2, LEAST_DEFINED * resamples)) & np.isfinite(values)
    error = deviate(resampled, defined, usable) * np.sqrt(units / (units - 1))
    share = tail(units, confidence)
    leaning = measure_leaning(resampled, defined, usable) if means else np.zeros(columns)
    low, high = pick(ordered, defined, lean(share, leaning)), pick(ordered, defined, lean(1 - share, leaning))
    reach = error * reach_of_t(units, confidence)
    unresolved = share * defined < 1
    low = np.where(unresolved, values - reach, low)
    high = np.where(unresolved, values + reach, high)
    return Bounds(np.where(usable, low, np.nan), np.where(usable, high, np.nan), error, defined)


def bound_means(
    values: NDArray[np.float64], resampled: NDArray[np.floating], units: NDArray[np.int64], confidence: float
) -> Bounds:
    """The intervals of means, each of which has its own number of units, (columns,)."""
    numbers = np.unique(units)
    if len(numbers) == 1:
        return bound(values, resampled, int(numbers[0]), confidence, means=True)
    low, high, error = np.full((3, len(values)), np.nan)
    defined = np.zeros(len(values), dtype=np.int64)
    for number in numbers:
        of = units == number
        found = bound(values[of], resampled[of], int(number), confidence, means=True)
        low[of], high[of], error[of], defined[of] = found.low, found.high, found.error, found.defined
    return Bounds(low, high, error, defined)


def deviate(
    resampled: NDArray[np.floating], defined: NDArray[np.int64], usable: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The standard deviation of each row's resampled values; NaN where they are not usable."""
    present = ~np.isnan(resampled)
    count = np.maximum(defined, 2)
    centre = np.where(present, resampled, 0).sum(axis=1, dtype=np.float64) / count
    squares = np.where(present, resampled - centre[:, None], 0) ** 2
    return np.where(usable, np.sqrt(squares.sum(axis=1, dtype=np.float64) / (count - 1)), np.nan)


def pick(ordered: NDArray[np.floating], defined: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quantile of each row's first `defined` values, which are in order, interpolated between two."""
    place = share * np.maximum(defined - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(defined - 1, 0))
    row = np.arange(len(ordered))
    first, second = ordered[row, below].astype(np.float64), ordered[row, above].astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(first + (second - first) * (place - below), dtype=np.float64)


def interval(
    value: float,
    resampled: NDArray[np.floating],
    units: int,
    confidence: float,
    reach: tuple[float, float] | None = None,
) -> tuple[Estimate, str]:
    """One value with its interval from `resampled`, (resamples,), NaN where undefined; and why it has none, or "".

    `reach` is the least and greatest value that the metric can take, where it has such: the interval is kept within,
    and where all resamples agree it is what `unvaried` says.
    """
    found = bound(np.array([value]), np.asarray(resampled)[None, :], units, confidence)
    return settle(value, found, 0, units, confidence, reach)


def settle(
    value: float, found: Bounds, column: int, units: int, confidence: float, reach: tuple[float, float] | None
) -> tuple[Estimate, str]:
    """One column of `found` as an estimate, and why it has no interval, or empty words."""
    low, high, error = (float(ends[column]) for ends in (found.low, found.high, found.error))
    if units < 2:
        return Estimate(value), "one unit has no interval" if units else "no unit"
    if np.isnan(low) or np.isnan(high):
        return Estimate(value), f"no interval: only {found.defined[column]} resamples had a value"
    if error <= SPREAD * abs(value):
        return unvaried(value, units, confidence, reach)
    if reach is not None:
        low, high = max(low, reach[0]), min(high, reach[1])
    return Estimate(value, min(low, value), max(high, value)), ""


def unvaried(value: float, units: int, confidence: float, reach: tuple[float, float] | None) -> tuple[Estimate, str]:
    """The interval where every unit has the same value, so that resampling shows no spread.

    A share p of other units would have stayed unseen with probability (1 - p)^n, so up to 1 - (alpha / 2)^(1 / n) of
    them may be of any value within reach: the exact interval of a binomial share of 0 (Clopper and Pearson 1934), of
    which the "rule of three" is the approximation. So two models that agreed in three units are not told to agree.
    Without a reach nothing can be said.
    """
    if reach is None:
        return Estimate(value), f"no interval: all {units} units have the same value"
    unseen = 1 - ((1 - confidence) / 2) ** (1 / units)
    return Estimate(value, value - unseen * (value - reach[0]), value + unseen * (reach[1] - value)), ""


def p_value(difference: float, error: float, units: int, moved: int | None = None) -> float | None:
    """How likely a difference this far from 0 is where there is none; two-sided, None where it cannot be told.

    By the t statistic, because resamples alone resolve nothing below 1 / resamples, and the smallest of many p-values
    must be smaller than that. `moved` is the number of units that differ at all: no test can find less than 2^(1 -
    moved), which is what turning round the signs of all their differences at random gives (Fisher 1935, The Design of
    Experiments, chapter 3).
    """
    if units < 2 or np.isnan(error) or np.isnan(difference):
        return None
    if difference == 0:
        return 1.0
    found = 0.0 if error == 0 else 2 * float(stdtr(units - 1, -abs(difference) / error))
    told = max(found, 0.0 if moved is None else 2.0 ** (1 - moved)) if moved != 0 else 1.0
    return None if np.isnan(told) else told
