"""Overall conversion: evidence that fewer units convert on merged lists than on the champion's alone.

An A/B test inside the ramp. At percent p a unit is interleaved when a hash that knows nothing of it falls below p, so
of the units that convert a share p is interleaved if merged lists convert as well as the champion's. If they convert
less by the relative drop d, the odds of a converting unit to be interleaved are p (1 - d) against 1 - p, hence

    q(p, d) = p (1 - d) / (p (1 - d) + 1 - p).

Given that a unit converts, its arm is one draw: H0 "the drop is at most d" says that it is interleaved with probability
q at least, whatever happened before. How many units came, and how likely they are to convert at this hour, cancels: no
denominators are needed, and a conversion rate that drifts along a ramp fools nobody (pooled over steps it would:
Simpson). A conversion is 1 for champion-only, 0 for interleaved, with a mean of at most m = 1 - q at its percent, and
multiplies the capital of a bet l by 1 + l (1 - m) or 1 - l m. The same bet goes through the whole ramp, and bets are
mixed as in betting.py: a test supermartingale, valid at every look (Ville; Waudby-Smith and Ramdas, JRSS B 86(1), 2024;
conditioning on the total is Przyborowski and Wilenski, Biometrika 31, 1940; its sequential form for counts in two arms
is Lindon and Malek, NeurIPS 2022). At 100 % nobody is left to compare with: no news.

Units are counted once, so an arm that converts better runs out of units that have not converted yet, and takes those
units along to the next step, where it looks worse than it is. One bet for all steps is what keeps that harmless: an
interleaved conversion costs a bet the more, the lower the percent at which it comes. If units convert more often, or
sooner, once they are interleaved, each of them leaves less capital than it would have left at the drop d, at every
moment; with bets chosen for each step anew, and multiplied, good candidates would be rolled back. At the drop d itself
it is the champion-only units that run out, and the mean falls below m. Both hold for units that differ in their zeal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from interleaver.stats import betting
from interleaver.stats.arguments import check_count, is_number
from interleaver.stats.betting import Floats


@dataclass(frozen=True, slots=True)
class Stratum:
    """Units that converted on what they were shown while the ramp stood at one percent.

    Raises ValueError for a percent that is not between 1 and 100, and for a count below 0 or that is not whole.
    """

    percent: int
    interleaved: int
    champion: int  # champion-only

    def __post_init__(self) -> None:
        check_percent(self.percent)
        check_count("interleaved", self.interleaved)
        check_count("champion", self.champion)


def check_percent(percent: float) -> None:
    """Raise ValueError for what is no percent of the ramp."""
    if not (is_number(percent) and 1 <= percent <= 100):
        raise ValueError(f"percent must be between 1 and 100, not {percent!r}")


def log_e_value(strata: Iterable[Stratum], drop: float, planned: int) -> float:
    """ln of the evidence that merged lists lose more than the share `drop` (0 to below 1) of the converting units.

    `planned` is the number of converting units at which the test should be sharpest, as in `betting`. Strata may come
    in any order. Raises ValueError for a drop outside its range, and for a `planned` that is not finite or below 1.
    """
    each = list(strata)
    converted = np.array([(stratum.interleaved, stratum.champion) for stratum in each], np.float64).reshape(-1, 2)
    return float(weigh([stratum.percent for stratum in each], converted, drop, planned))


def weigh(percents: Sequence[int], converted: npt.NDArray[Any], drop: float, planned: int) -> Floats:
    """ln of the evidence of whole ramps, for many at once.

    `converted` has shape (..., percents, 2), interleaved and champion-only units, taken as they are; the result has
    shape (...). Raises ValueError as `log_e_value` does, and for a percent that is not between 1 and 100.
    """
    bets, log_weights = betting.mix_bets(planned)
    kept = bets < betting.RUIN  # whatever the percents are, for bets must not depend on what is seen
    bets, log_weights = bets[kept], log_weights[kept] - betting.add_logs(log_weights[kept])
    means = np.array([1 - share_interleaved(percent, drop) for percent in percents])[:, None]
    compared = [index for index, percent in enumerate(percents) if percent < 100]
    gains = np.stack([np.log1p(-bets * means), np.log1p(bets * (1 - means))], axis=1)  # (percents, 2, bets)
    return betting.add_logs(np.tensordot(converted[..., compared, :], gains[compared], axes=2) + log_weights)


def share_interleaved(percent: int, drop: float) -> float:
    """q: the share of converting units that is interleaved when merged lists convert less by the relative `drop`."""
    if not (is_number(drop) and 0 <= drop < 1):
        raise ValueError(f"drop must be at least 0 and below 1, not {drop!r}")
    check_percent(percent)
    share = percent / 100
    return share * (1 - drop) / (share * (1 - drop) + 1 - share)


def estimate_drop(strata: Iterable[Stratum]) -> float | None:
    """The relative drop that was seen, below 0 for a rise; None before anything can be compared.

    One minus the common ratio of Mantel and Haenszel, JNCI 22(4), 1959, as it is used for rates, p and 1 - p standing
    for the units at risk: strata with different conversion rates are put together without Simpson's paradox.
    """
    compared = [stratum for stratum in strata if stratum.percent < 100 and stratum.interleaved + stratum.champion]
    seen = sum(each.interleaved * (100 - each.percent) / 100 for each in compared)
    expected = sum(each.champion * each.percent / 100 for each in compared)
    return 1 - seen / expected if expected else None
