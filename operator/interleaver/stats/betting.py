"""The bet mixture: an e-value for a bounded mean that is valid at every look.

A gambler bets a share l of the capital on every vote x in {0, 1/2, 1} against "the mean is at most m0" and is paid
1 + l (x - m0). If the hypothesis holds, no strategy makes the capital grow in expectation, so by Ville's inequality
P(capital ever reaches 1/alpha) <= alpha, however often one looks. Many strategies are mixed, because which share is
best depends on the unknown truth. Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting",
JRSS-B 86(1), 2024; the mixture over bets after Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric,
nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021.

There are two mixtures. Forty bets around the one that suits a planned number of votes are sharp for effects that take
about so many votes to see, and slow for much larger ones, for none of them stakes enough. With a part of the stake on
larger bets, which do not depend on the plan, a large effect is seen in a fraction of the votes, and a small one at most
ln(5/4) later in ln of the evidence (decision 52).
"""

from functools import lru_cache
from math import isnan, log, log1p, sqrt
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from interleaver.stats.arguments import check_planned, check_within, is_number
from interleaver.stats.tally import Tally

Floats = npt.NDArray[np.float64]
Mixture = Literal["Planned", "PlannedAndLarge"]  # which bets share the stake; a test keeps the one it began with

VOTES: Final = np.array([[1.0], [0.5], [0.0]])  # a win, a tie, a loss
BETS: Final = 40
SMALLEST, LARGEST = 0.05, 4.0  # multiples of the bet that suits the planned number of votes
SCALE: Final = 5.6  # bet = multiple * SCALE / sqrt(planned); only power depends on it
LARGE_BETS: Final = 30
SMALLEST_LARGE, LARGEST_LARGE = 0.1, 0.7  # in geometric steps, whatever number of votes is planned
LARGE_STAKE: Final = 0.2  # of the capital, spread evenly over the large bets; the rest is on the planned ones
MANY: Final = 50  # tallies, from which on it pays to look for those that come near to a bar
RUIN: Final = 0.98  # no bet may lose more than this share of the capital on one vote


def log_e_value(tally: Tally, null_mean: float, planned: int, mixture: Mixture = "Planned") -> float:
    """ln of the evidence that the mean vote exceeds `null_mean` (0 to 1), a win being 1, a tie 1/2, a loss 0.

    `planned` is the number of votes at which the planned bets are sharpest; a factor of 4 off costs under 10 %. From
    600 on the e-value falls as `null_mean` rises; it is valid for any from 1. Raises ValueError outside these ranges.
    """
    counts = np.array([tally.wins, tally.ties, tally.losses], np.float64)
    return float(log_e_values(counts, null_mean, planned, mixture))


def log_e_values(counts: npt.NDArray[Any], null_mean: float, planned: int, mixture: Mixture = "Planned") -> Floats:
    """`log_e_value` of many tallies: `counts` has shape (..., 3), wins, ties and losses; the result has shape (...).

    Counts are taken as they are, and need not be whole. Raises ValueError as `log_e_value` does.
    """
    gains, log_weights = list_gains(null_mean, planned, mixture)
    if counts.ndim == 1:
        return add_logs(counts @ gains + log_weights)
    # Bet by bet: numpy adds up many short sums side by side in half the time of one after the other.
    logs = gains.T @ counts.reshape(-1, 3).T
    logs += log_weights[:, None]
    return add_logs(logs.T).reshape(counts.shape[:-1])


def log_e_values_from(
    least: float, counts: npt.NDArray[Any], null_mean: float, planned: int, mixture: Mixture
) -> Floats:
    """`log_e_values` where they may reach `least`, and -inf where many are asked for and these surely do not reach it;
    `counts` has shape (n, 3).

    A mixture is never worth more than its best bet. To find that one costs little beside adding all of them up, and
    among many tallies few come near to a bar. Raises ValueError as `log_e_value` does.
    """
    if not is_number(least) or isnan(least):
        raise ValueError(f"least must be a number, not {least!r}")
    if len(counts) < MANY:
        return log_e_values(counts, null_mean, planned, mixture)
    gains, log_weights = list_gains(null_mean, planned, mixture)
    logs = gains.T @ counts.T
    near = np.flatnonzero(logs.max(axis=0) >= least)
    found = np.full(len(counts), -np.inf)
    found[near] = add_logs((logs[:, near] + log_weights[:, None]).T)
    return found


@lru_cache(maxsize=256, typed=True)  # a run is weighed against the same few means at every look
def list_gains(null_mean: float, planned: int, mixture: Mixture) -> tuple[Floats, Floats]:
    """What a win, a tie and a loss add to ln of each bet's capital, of shape (3, bets), and ln of the bets' weights.

    Raises ValueError as `log_e_value` does; the cache keeps no errors.
    """
    check_within("null_mean", null_mean, 0, 1)
    bets, log_weights = mix_bets(planned, mixture)
    if bets.max() * null_mean >= RUIN:
        kept = bets * null_mean < RUIN
        bets, log_weights = bets[kept], log_weights[kept] - add_logs(log_weights[kept])
    gains = np.log1p((VOTES - null_mean) * bets)
    gains.flags.writeable = log_weights.flags.writeable = False
    return gains, log_weights


@lru_cache(maxsize=256, typed=True)  # typed, for True is equal to 1
def mix_bets(planned: int, mixture: Mixture = "Planned") -> tuple[Floats, Floats]:
    """The bets and ln of their weights, which sum to 1: normal density at the multiple of a planned bet, and one weight
    for all large ones. Each kind rises by itself.

    Raises ValueError for a `planned` that is not finite or below 1, and for another mixture. The cache keeps no errors,
    so to look at it costs nothing where it was looked at before.
    """
    check_planned(planned)
    if mixture not in get_args(Mixture):
        raise ValueError(f"mixture must be one of {', '.join(get_args(Mixture))}, not {mixture!r}")
    multiples = np.linspace(SMALLEST, LARGEST, BETS)
    log_weights = -(multiples**2) / 2
    bets, log_weights = multiples * SCALE / sqrt(planned), log_weights - add_logs(log_weights)
    if mixture == "PlannedAndLarge":
        bets = np.concatenate((bets, np.geomspace(SMALLEST_LARGE, LARGEST_LARGE, LARGE_BETS)))
        even = np.full(LARGE_BETS, log(LARGE_STAKE / LARGE_BETS))
        log_weights = np.concatenate((log_weights + log1p(-LARGE_STAKE), even))
    bets.flags.writeable = log_weights.flags.writeable = False  # the cache hands the same arrays to everyone
    return bets, log_weights


def add_logs(logs: Floats) -> Floats:
    """ln of the sum of exp(logs) over the last axis; an intermediate sum can neither overflow nor vanish."""
    if logs.ndim == 1:
        return np.asarray(np.logaddexp.reduce(logs))
    # Of many sums at once, as in simulations, this takes a third of the time; of one it would take twice as long.
    top = logs.max(axis=-1, keepdims=True)
    shares = logs - top
    return np.asarray(top[..., 0] + np.log(np.exp(shares, out=shares).sum(axis=-1)))
