"""Means of many metrics on all slices, with their errors and the values that they have under each resample of the
units.

A mean is the sum over units of what a unit's cases come to, over the sum of how many cases it has: a ratio, because
units have different numbers of cases. Resampled, unit u counts w_u times: sum of w_u * sum_u over sum of w_u *
count_u.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.resampling import count_draws

STEP: Final = 2048
"""Cases that are turned at once."""


@dataclass(frozen=True)
class Columns:
    """What is averaged, laid out for it: a row for each case."""

    sums: NDArray[np.float64]
    """(cases, columns): weight times value less its centre, 0 where undefined. Behind the columns that are resampled
    stand the denominators: the weight of each case that has a value."""
    centres: NDArray[np.float64]
    """What was taken away from each column, so that single precision suffices for what is left."""
    denominator: NDArray[np.int64]
    """Which of `sums` is the denominator of each column."""
    resampled: int
    """So many columns, the first ones, are resampled."""
    behind: int
    """The first column behind the denominators."""

    def __len__(self) -> int:
        return len(self.centres)

    def divide(self, sums: NDArray[np.floating], columns: slice) -> NDArray[np.floating]:
        """Means out of sums, (…, columns); NaN where the denominator is 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = sums[..., columns] / sums[..., self.denominator[columns]]
        ratio[~np.isfinite(ratio)] = np.nan
        return np.asarray(ratio + self.centres[columns].astype(ratio.dtype))


def lay_out(
    resampled: Sequence[NDArray[np.float64]],
    others: Sequence[NDArray[np.float64]],
    weights: NDArray[np.float64],
    centred: Sequence[bool],
) -> Columns:
    """Columns out of one array of (cases,) each, NaN where a case has no value. Differences are not `centred`: what
    is 0 in them stays 0."""
    columns = [*resampled, *others]
    masks: dict[bytes, int] = {}
    defined = [~np.isnan(column) for column in columns]
    places = [masks.setdefault(mask.tobytes(), len(masks)) for mask in defined]
    first, behind = len(resampled), len(resampled) + len(masks)
    rows = np.empty((len(columns) + len(masks), len(weights)))
    centres = np.zeros(len(rows))
    denominator = np.arange(len(rows))
    for place, (column, mask) in enumerate(zip(columns, defined, strict=True)):
        at = place if place < first else place + len(masks)
        centres[at] = column[mask].mean() if centred[place] and mask.any() else 0.0
        rows[at] = np.where(mask, (column - centres[at]) * weights, 0.0)
        rows[first + places[place]] = mask * weights
        denominator[at] = first + places[place]
    return Columns(turn(rows), centres, denominator, first, behind)


def turn(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows as columns, some thousand at a time: ten times as fast as all at once, out of the cache at every step."""
    turned = np.empty(rows.shape[::-1])
    for start in range(0, len(turned), STEP):
        turned[start : start + STEP] = rows[:, start : start + STEP].T
    return turned


def tabulate(units: int, resamples: int, seed: int) -> NDArray[np.uint8]:
    """How often each unit is in each resample, (units, resamples): a row a unit, because slices take units out of
    it."""
    table = np.empty((units, resamples), dtype=np.uint8)
    done = 0
    for block in count_draws(units, resamples, seed):
        for start in range(0, units, STEP):
            table[start : start + STEP, done : done + len(block)] = block[:, start : start + STEP].T
        done += len(block)
    return table


@dataclass(frozen=True)
class Parts:
    """Every unit's part of each slice of a cut: a row for each unit in each slice, in the order of the slices."""

    sums: NDArray[np.float64]
    """(rows, columns)"""
    owners: NDArray[np.int64]
    """The unit of each row."""
    ends: NDArray[np.int64]
    """Rows `ends[s]` to `ends[s + 1]` are those of slice s."""
    cases: NDArray[np.int64]
    """How many cases each slice has."""

    def of(self, place: int) -> slice:
        """The rows of one slice."""
        return slice(int(self.ends[place]), int(self.ends[place + 1]))


def part(columns: Columns, units: NDArray[np.int64], codes: NDArray[np.int64], slices: int, owners: int) -> Parts:
    """Sum the cases of each unit in each slice. `codes` has the slice of each case, `units` its unit, below
    `owners`."""
    key = codes * owners + units
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else np.empty(0, dtype=np.int64)
    sums = columns.sums[order]
    if len(starts) < len(sums):
        sums = np.add.reduceat(sums, starts, axis=0)
    ends = np.searchsorted(key[starts], np.arange(slices + 1) * owners)
    return Parts(sums, key[starts] % owners, ends, np.bincount(codes, minlength=slices))


@dataclass(frozen=True)
class Means:
    """The means of every slice of a cut; arrays are (slices, columns), NaN where no case has a value."""

    cases: NDArray[np.int64]
    units: NDArray[np.int64]
    """All units of each slice, (slices,)."""
    carrying: NDArray[np.int64]
    """Those of them that have a value which counts: a case whose weight is 0, or that has no value, carries none."""
    values: NDArray[np.float64]
    errors: NDArray[np.float64]
    """Standard errors of the columns that are no resampled value, by linearisation."""
    moved: NDArray[np.int64]
    """How many units are not 0 in the column, for those that are differences."""


def average(columns: Columns, parts: Parts) -> Means:
    """Means and their errors, slice by slice.

    The error of a ratio r = sum s / sum c over n units is sqrt(n / (n - 1) * sum (s - r * c)^2) / sum c: linearisation
    (Cochran 1977, Sampling Techniques, equation 6.13), which the bootstrap's error comes to with many resamples.
    """
    slices, width = len(parts.cases), len(columns)
    values, errors = np.full((2, slices, width), np.nan)
    moved, carrying = np.zeros((2, slices, width), dtype=np.int64)
    for place in range(slices):
        sums = parts.sums[parts.of(place)]
        if not len(sums):
            continue
        total = sums.sum(axis=0)
        values[place] = columns.divide(total, slice(0, width))
        moved[place] = np.count_nonzero(sums, axis=0)
        carrying[place] = count_carrying(columns, sums)
        errors[place] = linearise(columns, sums, total, carrying[place])
    return Means(parts.cases, np.diff(parts.ends), carrying, values, errors, moved)


def count_carrying(columns: Columns, sums: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many units of one slice have something to divide by, (columns,)."""
    dividing = np.count_nonzero(sums[:, columns.resampled : columns.behind], axis=0)
    return np.asarray(dividing[columns.denominator - columns.resampled], dtype=np.int64)


def linearise(
    columns: Columns, sums: NDArray[np.float64], total: NDArray[np.float64], units: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The standard errors of one slice, (columns,), of so many units each; NaN of one unit."""
    below = total[columns.denominator]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = total / below
        squares = np.einsum("ij,ij->j", sums, sums)
        crossed = np.array([sums[:, at] @ sums for at in range(columns.resampled, columns.behind)])
        cross = crossed[columns.denominator - columns.resampled, np.arange(len(columns))]
        spread = squares - 2 * ratio * cross + ratio**2 * squares[columns.denominator]
        error = np.sqrt(np.maximum(spread, 0) * np.where(units > 1, units / (units - 1), np.nan)) / below
    return np.asarray(error, dtype=np.float64)
