"""The bet mixture: an e-value for a bounded mean that is valid at every look.

A gambler bets a share l of the capital on every vote x in {0, 1/2, 1} against "the mean is at most m0" and is paid
1 + l (x - m0). If the hypothesis holds, no strategy makes the capital grow in expectation, so by Ville's inequality
P(capital ever reaches 1/alpha) <= alpha, however often one looks. Forty strategies are mixed, because which share is
best depends on the unknown truth. Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting",
JRSS-B 86(1), 2024; the mixture over bets after Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric,
nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021.
"""

from functools import lru_cache
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from interleaver.stats.arguments import check_planned, check_within
from interleaver.stats.tally import Tally

Floats = npt.NDArray[np.float64]

VOTES: Final = np.array([[1.0], [0.5], [0.0]])  # a win, a tie, a loss
BETS: Final = 40
SMALLEST, LARGEST = 0.05, 4.0  # multiples of the bet that suits the planned number of votes
SCALE: Final = 5.6  # bet = multiple * SCALE / sqrt(planned); only power depends on it
RUIN: Final = 0.98  # no bet may lose more than this share of the capital on one vote


def log_e_value(tally: Tally, null_mean: float, planned: int) -> float:
    """ln of the evidence that the mean vote exceeds `null_mean` (0 to 1), a win being 1, a tie 1/2, a loss 0.

    `planned` is the number of votes at which the test should be sharpest; a factor of 4 off costs under 10 %. From
    600 on the e-value falls as `null_mean` rises; it is valid for any from 1. Raises ValueError outside these ranges.
    """
    counts = np.array([tally.wins, tally.ties, tally.losses], np.float64)
    return float(log_e_values(counts, null_mean, planned))


def log_e_values(counts: npt.NDArray[Any], null_mean: float, planned: int) -> Floats:
    """`log_e_value` of many tallies: `counts` has shape (..., 3), wins, ties and losses; the result has shape (...).

    Counts are taken as they are, and need not be whole. Raises ValueError as `log_e_value` does.
    """
    gains, log_weights = list_gains(null_mean, planned)
    if counts.ndim == 1:
        return add_logs(counts @ gains + log_weights)
    # Bet by bet: numpy adds up many short sums side by side in half the time of one after the other.
    logs = gains.T @ counts.reshape(-1, 3).T
    logs += log_weights[:, None]
    return add_logs(logs.T).reshape(counts.shape[:-1])


@lru_cache(maxsize=256, typed=True)  # a run is weighed against the same few means at every look
def list_gains(null_mean: float, planned: int) -> tuple[Floats, Floats]:
    """What a win, a tie and a loss add to ln of each bet's capital, of shape (3, bets), and ln of the bets' weights.

    Raises ValueError as `log_e_value` does; the cache keeps no errors.
    """
    check_within("null_mean", null_mean, 0, 1)
    bets, log_weights = mix_bets(planned)
    if bets[-1] * null_mean >= RUIN:
        kept = bets * null_mean < RUIN
        bets, log_weights = bets[kept], log_weights[kept] - add_logs(log_weights[kept])
    gains = np.log1p((VOTES - null_mean) * bets)
    gains.flags.writeable = log_weights.flags.writeable = False
    return gains, log_weights


@lru_cache(maxsize=256, typed=True)  # typed, for True is equal to 1
def mix_bets(planned: int) -> tuple[Floats, Floats]:
    """The bets in rising order and ln of their weights, which sum to 1: normal density at the bet's multiple.

    Raises ValueError for a `planned` that is not finite or below 1. The cache keeps no errors, so to look at it costs
    nothing where it was looked at before.
    """
    check_planned(planned)
    multiples = np.linspace(SMALLEST, LARGEST, BETS)
    log_weights = -(multiples**2) / 2
    bets, log_weights = multiples * SCALE / sqrt(planned), log_weights - add_logs(log_weights)
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
