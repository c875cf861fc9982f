"""Scores of a suite in bins and at a threshold. Arrays over all samples; what a page shows of them is a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.rates import Counts, count, decide, measure_rate
from interleaver.lab.report.histogram import BINS, divide_range, find_range

RATES: Final = ("FPR", "FNR", "precision", "recall", "F1")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """Equal parts of the range of the scores."""

    edges: Floats
    places: NDArray[np.int64]
    """The bin of each sample; -1 without a score."""
    counts: NDArray[np.int64]
    """(bins, 2): samples of label 0 and of label 1."""

    def describe(self, place: int) -> str:
        """A bin in words."""
        zeros, ones = self.counts[place].tolist()
        return f"{self.edges[place]:.3g} to {self.edges[place + 1]:.3g}: {ones:,} of label 1, {zeros:,} of label 0"

    @property
    def fullest(self) -> int:
        return int(self.counts.sum(axis=1).argmax())


def put_into_bins(scores: Floats, labels: NDArray[np.int8], all_scores: Floats) -> Bins:
    """The bins of one model's scores, over the range of all models, so that they can be laid side by side."""
    known = np.isfinite(scores)
    edges = divide_range(find_range(all_scores[np.isfinite(all_scores)]), BINS)
    places = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, BINS - 1).astype(np.int64)
    places[~known] = -1
    counts = np.stack([np.bincount(places[known & (labels == label)], minlength=BINS) for label in (0, 1)], axis=1)
    return Bins(edges, places, counts)


def list_errors(scores: Floats, labels: NDArray[np.int8], threshold: float, label: int) -> NDArray[np.int64]:
    """Rows of the samples of a label that are decided wrongly, the worst first: of label 1 those below the threshold,
    of label 0 those at or above it."""
    wrong = (scores < threshold) if label else (scores >= threshold)
    rows = np.flatnonzero(wrong & (labels == label))
    return rows[np.argsort(scores[rows] if label else -scores[rows], kind="stable")]


def count_errors(scores: Floats, labels: NDArray[np.int8], weights: Floats, threshold: float) -> Counts:
    """The four kinds of decision, by weight. Samples without a score are in none."""
    known = np.isfinite(scores)
    decided = decide(labels[known], scores[known], threshold)
    return count((weights[known, None] * decided).sum(axis=0, keepdims=True))


def list_rates(counts: Counts) -> Mapping[str, float | None]:
    """Each rate; None where it was not measured."""
    found = {name: float(measure_rate(name, counts)[0]) for name in RATES}
    return {name: value if isfinite(value) else None for name, value in found.items()}
