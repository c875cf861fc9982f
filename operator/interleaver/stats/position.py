"""Position: how much attention each rank gets, and the preference with that taken out. Nothing here decides anything.

What is counted: votes by the rank of the item, by its place in its turn of the draft (first or second of a contested
pair, or alone), and by outcome. Why that is enough: a fair coin puts either item of a contested pair at rank r and the
other at r + 1. If a vote has the probability examination times appeal, e_r * a (the position-based model: Craswell,
Zoeter, Taylor, Ramsey, "An experimental comparison of click position-bias models", WSDM 2008), then pairs at (r, r + 1)
bring e_r (a_A + a_B) / 2 votes to the first place and e_{r+1} (a_A + a_B) / 2 to the second, whatever the items are. So

    F_r / S_{r+1} estimates e_r / e_{r+1}

(neighbours swapped at random: Radlinski, Joachims, "Minimally invasive randomization for collecting unbiased
preferences from clickthrough logs", AAAI 2006; ratios of clicks as propensities: Joachims, Swaminathan, Schnabel,
"Unbiased learning-to-rank with biased feedback", WSDM 2017). A chain of these gives the curve from e_1 = 1. Items that
stood alone say nothing about it. A link with too few votes ends it; ranks below get the last known examination.

The weighted preference counts a vote at rank r as min(1 / e_r, 10) votes (inverse propensity, clipped as usual).
Because weights go by rank alone and coins are fair, no curve, right or wrong, makes equal models look unequal.

Both come with asymptotic confidence sequences: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central
limit theory and asymptotic confidence sequences", Annals of Statistics 52(6), 2024 (arXiv 2103.06476), the boundary of
their Theorem 2.2. It takes the influence of one vote on an estimate; all estimates are smooth functions of the cells'
shares, so that is the delta method, with the noise of the estimated weights included.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log, log1p, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from interleaver.stats.arguments import check_between, check_count, check_planned

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[Any]  # whole numbers of shape SHAPE; they add

RANKS: Final = 20  # that are told apart; all below are counted as one more
FIRST, SECOND, ALONE = range(3)
SHAPE: Final = (RANKS + 1, 3, 3)  # rank, place, outcome: win, tie, loss from the candidate's side
SCORES: Final = np.array([0.5, 0.0, -0.5])  # of win, tie, loss
BURN_IN: Final = 100  # votes; the theory is of large numbers
LEAST_LINK: Final = 20  # votes of pairs at two neighbouring ranks; the ratio is then known to a factor of 2.5
LARGEST_WEIGHT: Final = 10.0  # beyond it a handful of votes far down would decide alone
HALF: Final = 0.5  # added to both counts of a ratio (Haldane, 1956), which then neither vanishes nor overflows
LARGEST_LOGARITHM: Final = 50.0


@dataclass(frozen=True)
class Position:
    """What the places of votes say: arrays over ranks from 1 as far as known, then the preference in [-0.5, 0.5]."""

    curve: Floats  # examination, the first rank's is 1
    curve_low: Floats
    curve_high: Floats
    preference: float
    low: float
    high: float


def estimate(counts: Counts, alpha: float, planned: int) -> Position | None:
    """The curve and the weighted preference from counts of shape SHAPE; None before BURN_IN votes.

    Each interval, taken for itself, holds the truth at all looks together with a probability of about 1 - 2 alpha, and
    is narrowest at about `planned` votes. Raises ValueError for counts of another shape, below 0 or not whole, for an
    alpha that is not between 0 and 0.5, and for a `planned` that is not finite or below 1.
    """
    if counts.shape != SHAPE or counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ValueError(f"counts must be whole numbers of at least 0, of shape {SHAPE}, not {counts!r}")
    check_between("alpha", alpha, 0, 0.5)
    check_planned(planned)
    votes = int(counts.sum())
    if votes < BURN_IN:
        return None
    chain = Chain(counts)
    unit = find_half_width(votes, alpha, planned)
    width = unit * np.sqrt(votes * np.concatenate(([0.0], np.cumsum(chain.variances))))
    preference, deviation = weigh_votes(counts, chain)
    half = unit * deviation
    return Position(
        curve=limit_exp(chain.logs),
        curve_low=limit_exp(chain.logs - width),
        curve_high=limit_exp(chain.logs + width),
        preference=preference,
        low=max(-0.5, preference - half),
        high=min(0.5, preference + half),
    )


class Chain:
    """ln of the examination of ranks 1, 2, ... as far as known, from neighbour to neighbour."""

    def __init__(self, counts: Counts) -> None:
        places = counts.sum(axis=2)
        firsts, seconds = places[: RANKS - 1, FIRST], places[1:RANKS, SECOND]
        thin = np.flatnonzero(firsts + seconds < LEAST_LINK)
        links = int(thin[0]) if len(thin) else RANKS - 1
        self.firsts, self.seconds = firsts[:links] + HALF, seconds[:links] + HALF
        self.logs: Floats = np.concatenate(([0.0], np.cumsum(np.log(self.seconds / self.firsts))))
        self.variances: Floats = 1 / self.firsts + 1 / self.seconds  # of each link

    @cached_property
    def weights(self) -> Floats:
        """Of a vote at each rank, the ranks below the known ones included; the first rank's is 1."""
        known = np.minimum(limit_exp(-self.logs), LARGEST_WEIGHT)
        return np.concatenate((known, np.full(RANKS + 1 - len(known), known[-1])))

    @property
    def is_estimated(self) -> npt.NDArray[np.bool_]:
        """Which of the weights vary with the counts; a clipped one does not."""
        return self.weights < LARGEST_WEIGHT


def weigh_votes(counts: Counts, chain: Chain) -> tuple[float, float]:
    """The weighted preference, and the standard deviation of one vote's influence on it."""
    weights, shares = chain.weights[:, None, None], counts / counts.sum()
    mean_weight = float((shares * weights).sum())
    preference = float((shares * weights * SCORES).sum()) / mean_weight
    influence = weights * (SCORES - preference) / mean_weight * np.ones(SHAPE)
    slopes = (shares * influence).sum(axis=(1, 2)) * chain.is_estimated  # by ln of a rank's weight
    # A link moves the weights of all ranks below it, by the relative error of its two counts.
    links = len(chain.firsts)
    moved = slopes[::-1].cumsum()[::-1][1 : links + 1]
    total = counts.sum()
    influence[:links, FIRST] += (moved * total / chain.firsts)[:, None]
    influence[1 : links + 1, SECOND] -= (moved * total / chain.seconds)[:, None]
    variance = float((shares * influence**2).sum() - (shares * influence).sum() ** 2)
    return preference, sqrt(max(variance, 0.0))


def find_half_width(votes: int, alpha: float, planned: int) -> float:
    """Half the width of the sequence for a mean of `votes` values with deviation 1, narrowest at about `planned`.

    Waudby-Smith et al., Theorem 2.2, with rho by their rule for a time to optimise for. `alpha` is that of each end.
    Raises ValueError for what is not positive, and for an alpha of 0.5 or more.
    """
    check_count("votes", votes, 1)
    check_between("alpha", alpha, 0, 0.5)
    check_planned(planned)
    miss = 2 * alpha
    rho2 = (-2 * log(miss) + log1p(-2 * log(miss))) / planned
    spread = votes * rho2 + 1
    return sqrt(2 * spread / (votes**2 * rho2) * (log1p(votes * rho2) / 2 - log(miss)))


def limit_exp(logs: Floats) -> Floats:
    """exp, of logarithms within bounds that no sensible curve meets."""
    return np.exp(np.clip(logs, -LARGEST_LOGARITHM, LARGEST_LOGARITHM))
