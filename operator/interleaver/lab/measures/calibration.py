"""How far scores in [0, 1] are from being probabilities."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Floats

BINS: Final = 10
"""Bins of equal width of the expected calibration error: [0, 0.1), …, [0.9, 1]."""

EDGES: Final = np.arange(1, BINS) / BINS


def can_be_probabilities(scores: Floats) -> bool:
    """Whether all scores that are finite lie in [0, 1]. Without one, nothing is told."""
    finite = scores[np.isfinite(scores)]
    return bool(len(finite) and finite.min() >= 0 and finite.max() <= 1)


def square_errors(labels: NDArray[np.int8], scores: Floats) -> Floats:
    """Squared difference of label and score, whose mean is the Brier score, (samples,).

    Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950), for two
    classes in the form that scikit-learn has.
    """
    return np.asarray((labels - np.clip(scores, 0, 1)) ** 2)


def spread_over_bins(labels: NDArray[np.int8], scores: Floats) -> Floats:
    """Label minus score in the column of the score's bin, 0 in the others; last, 1 of all, (samples, BINS + 1)."""
    clipped = np.clip(scores, 0, 1)
    columns = np.zeros((len(scores), BINS + 1))
    columns[:, BINS] = 1
    columns[np.arange(len(scores)), np.searchsorted(EDGES, clipped, side="right")] = labels - clipped
    return columns


def calibration_error(sums: Floats) -> tuple[Floats, Floats]:
    """Expected calibration error: |share of label 1 - mean score| in each bin, weighted by the bin's samples.

    As what it divides, (rows,) each, out of sums of the columns of `spread_over_bins`, (rows, BINS + 1). Naeini, Cooper
    and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    return np.abs(sums[:, :BINS]).sum(axis=1), sums[:, BINS]
