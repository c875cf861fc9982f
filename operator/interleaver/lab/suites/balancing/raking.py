"""What each cell has to come to: raking, also called iterative proportional fitting (Deming and Stephan, Annals of
Mathematical Statistics 11, 1940, p. 427-444), of what it comes to now.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.balancing.cells import Cells
from interleaver.lab.suites.balancing.mix import Mix
from interleaver.lab.terms.unusable import Unusable

ROUNDS: Final = 1000
CLOSE: Final = 1e-9
"""Greatest difference of a share from the stated one at which it is reached."""


@dataclass(frozen=True)
class Fit:
    """The share of each cell among the cases that have all attributes, and by how much the mix is missed at most."""

    shares: NDArray[np.float64]
    missed: float

    @property
    def reached(self) -> bool:
        """Whether the mix is what was stated, to more digits than anybody reads."""
        return self.missed < 1e-4


def fit(cells: Cells, mix: Mix, amounts: NDArray[np.float64]) -> Fit:
    """The shares of cells that have the stated mix and are closest to what they are now: `amounts`. Raises Unusable."""
    if mix.cells is not None:
        possible = np.where(amounts > 0, mix.cells, 0.0)
        shares = possible / possible.sum() if possible.any() else possible
        return Fit(shares, float(np.abs(shares - mix.cells).max()))
    shares = amounts / amounts.sum()
    wanted = [
        np.asarray([mix.margins[name][value] for value in values])
        for name, values in zip(cells.attributes, cells.values, strict=True)
    ]
    missed = 1.0
    for _ in range(ROUNDS):
        for place, margin in enumerate(wanted):
            now = cells.margin(place, shares)
            shares = shares * np.divide(margin, now, out=np.zeros_like(now), where=now > 0)[cells.codes[:, place]]
        missed = max(float(np.abs(cells.margin(place, shares) - margin).max()) for place, margin in enumerate(wanted))
        if missed < CLOSE:
            break
    if not shares.any():
        raise Unusable("--to", "no case is left: every combination that occurs has a value of share 0", "state others")
    return Fit(shares / shares.sum(), missed)
