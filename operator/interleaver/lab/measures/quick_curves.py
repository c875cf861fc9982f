"""The figures of `curves`, for thousands of resamples: running sums of each class alone, looked up where the other is.

A positive adds to AUC what negatives lie below it, and to average precision the precision at its step. So the running
sum of each class over its own samples suffices, half as many as both over all; where one class stands among the other
is the same in every resample, and looked up once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import CURVES, Floats, Order, divide

Weights = NDArray[np.number[Any]]
Places = NDArray[np.int64]

BLOCK: Final = 1_000_000
"""Weights that are worked on together: as whole numbers of four bytes they fit where memory is quick."""


@dataclass(frozen=True)
class Layout:
    """Where the samples of each class stand, from the greatest score down. Places count what is above and equal."""

    positives: Places
    """Samples with label 1, (positives,)."""
    negatives: Places
    hits: Places
    """How many positives are at or above each positive's step, (positives,)."""
    alarms: Places
    """How many negatives are at or above each positive's step, (positives,)."""
    before: Places
    """How many negatives are above it, (positives,)."""
    hits_at: Places
    """How many positives are at or above each threshold; 0 for one above all, (distinct + 1,)."""
    alarms_at: Places
    ties: bool
    """Whether a positive shares its score with another sample."""


def lay_out(order: Order) -> Layout:
    """The places of an order."""
    hits_at = np.append(0, np.cumsum(order.positive)[order.ends]).astype(np.int64)
    alarms_at = np.append(0, order.ends + 1) - hits_at
    step = np.searchsorted(order.ends, np.flatnonzero(order.positive)) + 1
    ties = not np.array_equal(hits_at[step], np.arange(1, len(step) + 1))
    return Layout(
        positives=order.samples[order.positive],
        negatives=order.samples[~order.positive],
        hits=hits_at[step],
        alarms=alarms_at[step],
        before=alarms_at[step - 1],
        hits_at=hits_at,
        alarms_at=alarms_at,
        ties=ties or not np.array_equal(alarms_at[step - 1], alarms_at[step]),
    )


def measure_curves(order: Order, weights: Weights) -> Floats:
    """AUC, average precision and equal error rate under each row of weights, (rows, samples) -> (rows, 3)."""
    return measure_rows(lay_out(order), weights)


def measure_rows(layout: Layout, weights: Weights) -> Floats:
    """The same of samples that are laid out already."""
    if not weights.shape[1]:
        return np.full((len(weights), len(CURVES)), np.nan)
    blocks = [measure_block(layout, block) for block in split_rows(weights)]
    return np.concatenate(blocks) if blocks else np.empty((0, len(CURVES)))


def split_rows(weights: Weights, wide: int = 0) -> Iterator[Weights]:
    """Rows in blocks that memory is quick with, if each becomes `wide`; of their own width where that is 0."""
    rows = max(1, BLOCK // max(1, wide or weights.shape[1]))
    return (weights[start : start + rows] for start in range(0, len(weights), rows))


def measure_block(layout: Layout, weights: Weights) -> Floats:
    """The same of rows that memory is quick with. A row that lacks a class has no such figure: NaN."""
    positive = weights[:, layout.positives]
    hits, alarms = run(positive), run(weights[:, layout.negatives])
    found, least = hits[:, -1].astype(np.float64), alarms[:, -1].astype(np.float64)
    both = (found > 0) & (least > 0)
    above = alarms[:, layout.alarms]
    between = above + alarms[:, layout.before] if layout.ties else 2 * above
    reached = hits[:, layout.hits] if layout.ties else hits[:, 1:]
    area = 1 - divide(add(positive, between), 2 * found * least)
    # Where nothing is at or above a step, its own weight is 0, and so is what it adds.
    precision = reached / np.where(reached + above > 0, reached + above, 1)
    average = divide(add(positive, precision), found)
    error = cross(layout, hits, alarms)
    return np.where(both[:, None], np.column_stack([area, average, error]), np.nan)


def run(weights: Weights) -> Weights:
    """Running sums along rows after a column of zeros: whole numbers stay whole numbers."""
    kind = np.int32 if np.issubdtype(weights.dtype, np.integer) else np.float64
    sums = np.zeros((len(weights), weights.shape[1] + 1), dtype=kind)
    np.cumsum(weights, axis=1, out=sums[:, 1:])
    return sums


def add(weights: Weights, values: Weights) -> Floats:
    """Sums of products along rows."""
    return np.asarray(np.einsum("rk,rk->r", weights, values, dtype=np.float64))


def cross(layout: Layout, hits: Weights, alarms: Weights) -> Floats:
    """The equal error rate of each row: the first step at which FPR >= FNR is searched for, as FPR rises."""
    rows, found, least = np.arange(len(hits)), hits[:, -1].astype(np.float64), alarms[:, -1].astype(np.float64)
    low, high = np.ones(len(hits), dtype=np.int64), np.full(len(hits), len(layout.hits_at) - 1)
    while (low < high).any():
        middle = (low + high) // 2
        right = alarms[rows, layout.alarms_at[middle]] * found
        left = (found - hits[rows, layout.hits_at[middle]]) * least
        low, high = np.where(right >= left, low, middle + 1), np.where(right >= left, middle, high)
    below, above = (divide(alarms[rows, layout.alarms_at[step]].astype(float), least) for step in (low - 1, low))
    missed, still = (1 - divide(hits[rows, layout.hits_at[step]].astype(float), found) for step in (low - 1, low))
    gap = missed - below
    return below + divide(gap, gap + above - still) * (above - below)
