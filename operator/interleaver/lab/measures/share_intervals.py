"""Intervals of shares in [0, 1] from few errors, where percentiles of resamples are too narrow or have no width.

Twenty people without an error do not show that the rate is 0, and a resample of them knows of no error either.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betaincinv, expit, logit, stdtrit

from interleaver.lab.measures.curves import Floats

FEW: Final = 30
"""Units that count otherwise with the candidate, below which percentiles of a difference of rates are too narrow."""


@dataclass(frozen=True)
class Rate:
    """A rate in [0, 1] as it was found, and what was resampled of it."""

    value: float
    resampled: Floats
    """(rows,); NaN where a resample had nothing to divide by."""
    trials: float
    """Samples that the rate is a share of."""
    units: int
    """Independent units among them, at least 2."""


def share_interval(rate: Rate, confidence: float) -> tuple[float, float]:
    """The exact binomial interval of a rate (`find_share_ends`), whose variance is that of its resamples."""
    return find_share_ends(rate.value, spread(rate), rate.trials, rate.units, confidence)


def find_share_ends(value: float, variance: float, trials: float, units: int, confidence: float) -> tuple[float, float]:
    """The exact binomial interval with as many trials as the clustered ones are worth. `units` are 2 or more.

    Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data", Survey Methodology 24 (1998): value (1 - value) / variance trials, but no more than there are,
    corrected by quantiles of t for the number of units. Without an error, or with nothing else, each unit is one trial.
    """
    tail = (1 - confidence) / 2
    corrected = (stdtrit(max(trials - 1, 1), tail) / stdtrit(units - 1, tail)) ** 2
    worth = count_worth(value, variance, trials, units) * corrected
    errors = value * worth
    low = betaincinv(errors, worth - errors + 1, tail) if errors > 0 else 0.0
    high = betaincinv(errors + 1, worth - errors, 1 - tail) if errors < worth else 1.0
    return float(low), float(high)


def count_worth(value: float, variance: float, trials: float, units: int) -> float:
    """How many independent trials would have this variance."""
    if variance == 0 or not 0 < value < 1:
        return min(trials, float(units))
    return min(trials, value * (1 - value) / variance)


def spread(rate: Rate) -> float:
    """Variance of the value over resamples; resampling itself takes one unit's worth of it away."""
    if not 0 < rate.value < 1:
        return 0.0
    return float(np.nanvar(rate.resampled)) * rate.units / (rate.units - 1)


def difference_interval(candidate: Rate, champion: Rate, confidence: float) -> tuple[float, float]:
    """Interval of candidate - champion, from the interval of each and how far the two go together.

    Zou and Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in
    Medicine 27 (2008), equation 5 for estimates that are correlated; of two proportions of the same people it is the
    method 10 of Newcombe, Statistics in Medicine 17 (1998). Where neither errs they are taken to be independent.
    """
    above, below = share_interval(candidate, confidence), share_interval(champion, confidence)
    together, difference = correlate(candidate, champion), candidate.value - champion.value
    low = reach(candidate.value - above[0], below[1] - champion.value, together)
    high = reach(above[1] - candidate.value, champion.value - below[0], together)
    return max(-1.0, difference - low), min(1.0, difference + high)


def reach(one: float, other: float, together: float) -> float:
    """Length of the end of a difference whose parts have ends of these lengths and this correlation."""
    return float(np.sqrt(max(0.0, one**2 - 2 * together * one * other + other**2)))


def correlate(candidate: Rate, champion: Rate) -> float:
    """Correlation of two rates over the same resamples; 0 where one of them never changes."""
    both = np.isfinite(candidate.resampled) & np.isfinite(champion.resampled)
    one, other = candidate.resampled[both], champion.resampled[both]
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def bounded_interval(value: float, error: float, units: int, confidence: float) -> tuple[float, float]:
    """Interval of a value strictly between 0 and 1 with this standard error, symmetric in its log-odds.

    Near 1 the percentiles of an AUC are too narrow; on log-odds its interval holds (Qin and Hotilovac, "Comparison of
    non-parametric confidence intervals for the area under the ROC curve", Statistical Methods in Medical Research 17
    (2008)). By the t distribution, for few units.
    """
    reached = -stdtrit(units - 1, (1 - confidence) / 2) * error / (value * (1 - value))
    return float(expit(logit(value) - reached)), float(expit(logit(value) + reached))
