"""The binomial distribution. scipy.stats has it too, and takes most of a second to be imported."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, xlog1py, xlogy


def log_binomial(hits: npt.NDArray[Any], trials: int, share: float) -> npt.NDArray[np.float64]:
    """ln of the probability of so many hits in `trials`, each of which hits with probability `share`."""
    ways = gammaln(trials + 1) - gammaln(hits + 1) - gammaln(trials - hits + 1)
    return np.asarray(ways + xlogy(hits, share) + xlog1py(trials - hits, -share))
