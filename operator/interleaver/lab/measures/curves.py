"""Figures that need no threshold, as they are defined: areas under curves and the equal error rate.

Samples are sorted once; a curve is the running sum of their weights from the greatest score down. Equal scores are one
step. A row that lacks a class has no such figure: NaN. Thousands of rows are measured by `quick_curves`, which is held
to these.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CURVES: Final = ("AUC", "average_precision", "EER")


@dataclass(frozen=True)
class Order:
    """Samples from the greatest score down."""

    samples: NDArray[np.int64]
    """Which sample stands where, (samples,)."""
    positive: NDArray[np.bool_]
    """Whether it has label 1, in that order."""
    ends: NDArray[np.int64]
    """Place of the last sample of each distinct score, in that order, (distinct,)."""
    thresholds: Floats
    """The distinct scores, greatest first, (distinct,)."""


@dataclass(frozen=True)
class Curve:
    """What is at or above each threshold, (rows, distinct + 1); the first column is that of a threshold above all."""

    hits: Floats
    """Weight of samples with label 1."""
    alarms: Floats
    """Weight of samples with label 0."""


def sort(labels: NDArray[np.int8], scores: Floats) -> Order:
    """Order of samples by score. Infinite scores may stand at both ends; raises ValueError for NaN."""
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} scores are NaN: they have no place in an order")
    samples = np.argsort(-scores, kind="stable")
    ordered = scores[samples]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], len(ordered) > 0))
    return Order(samples, np.equal(labels[samples], 1), ends, ordered[ends])


def cumulate(order: Order, weights: Floats) -> Curve:
    """The curves of resamples. weights: (rows, samples), in the samples' own order."""
    ordered = weights[:, order.samples]
    together = run(ordered, order.ends)
    hits = run(np.where(order.positive, ordered, 0.0), order.ends)
    return Curve(hits, together - hits)


def run(values: Floats, ends: NDArray[np.int64]) -> Floats:
    """Running sums along rows, at the ends of steps, after a column of zeros."""
    sums = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums if len(ends) == values.shape[1] else sums[:, np.append(0, ends + 1)]


def area(curve: Curve) -> Floats:
    """AUC: how likely a sample of label 1 has the greater score than one of label 0, a tie counting one half, (rows,).

    The trapezoids under the ROC curve: Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27
    (2006), algorithm 2.
    """
    steps = np.diff(curve.alarms, axis=1)
    doubled = np.einsum("rk,rk->r", steps, curve.hits[:, 1:]) + np.einsum("rk,rk->r", steps, curve.hits[:, :-1])
    return divide(doubled, 2 * curve.hits[:, -1] * curve.alarms[:, -1])


def average_precision(curve: Curve) -> Floats:
    """Precision at each threshold, weighted by the recall that it adds, without interpolation, (rows,)."""
    accepted = curve.hits[:, 1:] + curve.alarms[:, 1:]
    precision = np.divide(curve.hits[:, 1:], accepted, out=np.zeros_like(accepted), where=accepted > 0)
    summed = np.einsum("rk,rk->r", np.diff(curve.hits, axis=1), precision)
    return np.where(curve.alarms[:, -1] > 0, divide(summed, curve.hits[:, -1]), np.nan)


def equal_error_rate(curve: Curve) -> Floats:
    """Where the false positive and the false negative rate are equal, (rows,).

    Between two thresholds both rates go along the straight line of the ROC curve; the crossing of that line with
    FPR = FNR is the rate, as it is of the ROC curve of any library that joins its points.
    """
    rows = np.arange(len(curve.hits))
    positives, negatives = curve.hits[:, -1], curve.alarms[:, -1]
    # FPR >= FNR, without dividing whole arrays. It rises along a row, and holds at its end.
    after = np.argmax(
        curve.alarms * positives[:, None] >= (positives[:, None] - curve.hits) * negatives[:, None], axis=1
    )
    after = np.maximum(after, 1)
    below, above = (divide(curve.alarms[rows, k], negatives) for k in (after - 1, after))
    missed, still = (1 - divide(curve.hits[rows, k], positives) for k in (after - 1, after))
    gap = missed - below
    return below + divide(gap, gap + above - still) * (above - below)


def measure(curve: Curve) -> Floats:
    """AUC, average precision and equal error rate of each row, (rows, 3)."""
    if curve.hits.shape[1] < 2:
        return np.full((len(curve.hits), len(CURVES)), np.nan)
    return np.column_stack([area(curve), average_precision(curve), equal_error_rate(curve)])


def divide(above: Floats, below: Floats) -> Floats:
    """Quotients, NaN where the divisor is 0: what was not measured is not 0."""
    return np.asarray(np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0))
