"""Allocation: evidence that units are not split as the coins promise (sample ratio mismatch)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from interleaver.stats.arguments import is_count, is_number

CONCENTRATION: Final = 100.0  # prior units; a split that is off by a tenth is suspected first


def log_e_value(counts: Sequence[int], shares: Sequence[float]) -> float:
    """ln of the evidence against "units fall into the groups with these shares", valid at every look.

    `counts` and `shares` have one entry per group, shares are above 0 and sum to 1. The alternative is a Dirichlet
    around the shares, so the e-value is a Dirichlet-multinomial likelihood over a multinomial one. Raises ValueError
    for counts below 0 and for shares that do not fit.

    Lindon, Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.
    """
    if len(counts) != len(shares) or not len(counts) or not all(is_count(count) for count in counts):
        wanted = f"counts must be whole numbers of at least 0, one for each of {len(shares)} shares"
        raise ValueError(f"{wanted}, not {list(counts)}")
    if not all(is_number(share) and 0 < share <= 1 for share in shares) or abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"shares must be above 0 and sum to 1, not {list(shares)}")
    return float(log_e_values(np.array(counts), shares))


def log_e_values(counts: npt.NDArray[Any], shares: Sequence[float]) -> npt.NDArray[np.float64]:
    """`log_e_value` of many splits: `counts` has shape (..., groups), the result (...). Nothing is checked."""
    observed, expected = counts.astype(float), np.array(shares)
    prior = CONCENTRATION * expected
    mixture = (gammaln(prior + observed) - gammaln(prior)).sum(axis=-1)
    total = gammaln(CONCENTRATION) - gammaln(CONCENTRATION + observed.sum(axis=-1))
    return np.asarray(mixture + total - observed @ np.log(expected))
