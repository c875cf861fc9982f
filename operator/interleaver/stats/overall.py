"""Overall conversion: evidence that fewer units convert on merged lists than on the champion's alone.

An A/B test inside the ramp. At percent p a unit is interleaved when a hash that knows nothing of it falls below p, so
of the units that convert a share p is interleaved if merged lists convert as well as the champion's. If they convert
less by the relative drop d, the odds of a converting unit to be interleaved are p (1 - d) against 1 - p, hence

    q(p, d) = p (1 - d) / (p (1 - d) + 1 - p).

Given that a unit converts, its arm is one draw: H0 "the drop is at most d" says that it is interleaved with probability
q at least, whatever happened before. How many units came, and how likely they are to convert at this hour, cancels: no
denominators are needed, and a conversion rate that drifts along a ramp fools nobody (pooled over steps it would:
Simpson). Each percent is a stratum with its own bets (betting.py: 1 for champion-only, 0 for interleaved, mean at most
1 - q). A conversion moves the e-value of its own stratum by a factor whose mean is at most 1 under H0 and leaves the
others alone, so their product is a test supermartingale as well, valid at every look (Ville; Waudby-Smith and Ramdas,
JRSS B 86(1), 2024; conditioning on the total is Przyborowski and Wilenski, Biometrika 31, 1940; its sequential form for
counts in two arms is Lindon and Malek, NeurIPS 2022). At 100 % nobody is left to compare with: no news.

Units are counted once. Where most of them convert within a run, an arm that converts more runs out of units that have
not converted yet; docs/how-to/overall-conversion.md says what that does.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from interleaver.stats import betting
from interleaver.stats.betting import Floats


class Stratum(NamedTuple):
    """Units that converted on what they were shown while the ramp stood at one percent."""

    percent: int
    interleaved: int
    champion: int  # champion-only


def log_e_value(strata: Iterable[Stratum], drop: float, planned: int) -> float:
    """ln of the evidence that merged lists lose more than the share `drop` (0 to below 1) of the converting units.

    `planned` is the number of converting units at which the test should be sharpest, as in `betting`. Strata may come
    in any order. Raises ValueError for a drop or a percent (1 to 100) outside its range.
    """
    logs = (weigh(each.percent, np.array([each.interleaved, each.champion]), drop, planned) for each in strata)
    return float(sum(logs))


def weigh(percent: int, converted: npt.NDArray[Any], drop: float, planned: int) -> Floats:
    """ln of the evidence of one stratum, for many counts at once.

    `converted` has shape (..., 2), interleaved and champion-only units; the result has shape (...). Bets are placed in
    standard deviations of one draw, as those of guardrails are.
    """
    mean = 1 - share_interleaved(percent, drop)
    if percent == 100:
        return np.zeros(converted.shape[:-1])
    interleaved, champion = converted[..., 0], converted[..., 1]
    counts = np.stack([champion, np.zeros_like(champion), interleaved], axis=-1)
    return betting.log_e_values(counts, mean, max(1, round(planned * 4 * mean * (1 - mean))))


def share_interleaved(percent: int, drop: float) -> float:
    """q: the share of converting units that is interleaved when merged lists convert less by the relative `drop`."""
    if not 0 <= drop < 1:
        raise ValueError(f"drop must be at least 0 and below 1, not {drop!r}")
    if not 1 <= percent <= 100:
        raise ValueError(f"percent must be between 1 and 100, not {percent!r}")
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
