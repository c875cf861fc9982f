"""Weights of cases, or which of them to keep, so that a suite has a stated mix; and what that costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.balancing.cells import Cells
from interleaver.lab.suites.balancing.raking import Fit
from interleaver.lab.terms.unusable import Unusable


@dataclass(frozen=True)
class Balance:
    """What a balanced suite consists of: 0 is left out."""

    before: NDArray[np.float64]
    """What each case counted."""
    after: NDArray[np.float64]
    """What it counts now."""
    fit: Fit

    @property
    def worth(self) -> float:
        """How many cases of equal weight they are worth (Kish, Survey Sampling, 1965): (sum w)^2 / sum w^2."""
        return float(self.after.sum() ** 2 / (self.after**2).sum())

    @property
    def spread(self) -> float:
        """The greatest weight in terms of the least that is not 0."""
        kept = self.after[self.after > 0]
        return float(kept.max() / kept.min())


def weigh(cells: Cells, fit: Fit, before: NDArray[np.float64]) -> Balance:
    """Weights for each case: within a cell they stay as they are to each other. Their mean is 1."""
    whole = cells.whole
    amounts = cells.sum(before)
    factors = np.divide(fit.shares, amounts, out=np.zeros_like(amounts), where=amounts > 0) * amounts.sum()
    after = before.copy()
    after[whole] *= factors[cells.of_case[whole]]
    return Balance(before, after * (len(after) / after.sum()), fit)


def draw(cells: Cells, fit: Fit, before: NDArray[np.float64], seed: int) -> Balance:
    """The greatest part of the suite that has the mix without any weights, drawn by chance from each cell.

    Cases in which an attribute is missing stay as many to the others as they are now. Raises Unusable where a group is
    too small for anything to be left.
    """
    missing = ~cells.whole
    share = missing.mean()
    order = np.argsort(cells.of_case, kind="stable")  # those with a missing attribute first: their cell is -1
    groups = np.split(order, np.searchsorted(cells.of_case[order], np.arange(len(cells.cells))))
    shares = np.concatenate(([share], fit.shares * (1 - share)))
    sizes = np.asarray([len(group) for group in groups], dtype=np.float64)
    wanted = shares > 0
    whole = float((sizes[wanted] / shares[wanted]).min())
    rng = np.random.default_rng(seed)
    after = np.zeros(len(before))
    for group, size in zip(groups, np.minimum(sizes, np.rint(whole * shares)).astype(int), strict=True):
        after[rng.choice(group, size, replace=False) if size else []] = 1.0
    if not after.any():
        raise Unusable("--subsample", "nothing is left: a group is too small for its share", "use weights instead")
    return Balance(before, after, fit)
