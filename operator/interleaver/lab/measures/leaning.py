"""Where units reach farther to one side than to the other: the ends of an interval of their mean move to that side."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

LEAST_TURN: Final = 0.1
"""Of what an end is turned by, so that a resample of a single odd unit cannot throw it to the other side."""

LEAST_SPREAD: Final = 1e-6
"""Spread, as a share of the value, below which there is none: weights are summed in single precision."""


def lean(share: float, leaning: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of resamples below an end, (columns,), where `share` would be if units scattered alike to both sides.

    Where few lose much and many gain little, a mean is too good more often than it is too bad, and resamples around it
    reach too little to the side of the loss. The accelerated interval moves both ends: Efron 1987, Better Bootstrap
    Confidence Intervals, Journal of the American Statistical Association 82, equation 6.6, in which the bias of a
    mean is its acceleration (DiCiccio and Efron 1996, Bootstrap Confidence Intervals, Statistical Science 11).
    """
    moved = leaning + ndtri(np.clip(share, np.finfo(float).tiny, 1 - np.finfo(float).epsneg))
    return np.asarray(ndtr(leaning + moved / np.maximum(1 - leaning * moved, LEAST_TURN)), dtype=np.float64)


def measure_leaning(
    resampled: NDArray[np.floating], defined: NDArray[np.int64], usable: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The acceleration of each row: a sixth of the skewness of its resamples, which is that of the mean; 0 where they
    are not usable, or have no spread."""
    present, count = ~np.isnan(resampled), np.maximum(defined, 2)
    centre = np.where(present, resampled, 0).sum(axis=1, dtype=np.float64) / count
    apart = np.where(present, resampled - centre[:, None], 0.0).astype(np.float64)
    spread = np.sqrt((apart * apart).sum(axis=1) / count)
    told = usable & (spread > LEAST_SPREAD * np.abs(centre))
    # Products, for what a library makes of a third power differs in its last digits from machine to machine.
    third, cube = (apart * apart * apart).sum(axis=1) / count, spread * spread * spread
    return np.asarray(np.divide(third, 6 * cube, out=np.zeros(len(third)), where=told), dtype=np.float64)
