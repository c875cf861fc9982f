"""The values that means have under each resample, on all slices of all cuts, with as few passes over the weights as
can be.

A pass multiplies what each unit comes to with how often each resample holds it. The sums on a slice are those of the
finer slices that it is made of, so that a cut by an attribute takes no pass where a pair of attributes was cut by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.means import Columns, Parts

ROWS: Final = 8192
"""Units whose weights are multiplied at once."""

EXACT: Final = 20_000
"""Up to so many units are multiplied in double precision, which costs little; more in single precision, in half the
time."""

KEPT: Final = 1 << 26
"""Sums of a cut that are kept for coarser ones, at most: a quarter of a gigabyte. A cut of more slices takes its own
pass."""


@dataclass(frozen=True)
class Resampled:
    """The resampled sums of a cut's slices."""

    columns: Columns
    parts: Parts
    codes: NDArray[np.int64]
    table: NDArray[np.uint8]
    kept: NDArray[np.floating] | None
    """(slices, resampled columns + denominators, resamples), or None where that is too much."""

    def of(self, place: int) -> NDArray[np.floating]:
        """The resampled means of one slice, (resampled columns, resamples); NaN where a resample has no case."""
        sums = self.kept[place] if self.kept is not None else multiply(self.columns, self.parts, place, self.table)
        return self.columns.divide(sums.T, slice(0, self.columns.resampled)).T


def resample_all(
    columns: Columns, parts: Sequence[Parts], codes: Sequence[NDArray[np.int64]], table: NDArray[np.uint8]
) -> list[Resampled]:
    """The resampled sums of each cut, in order; `table` has how often each unit is in each resample."""
    found: dict[int, Resampled] = {}
    for at in sorted(range(len(parts)), key=lambda at: -len(parts[at].cases)):
        finer = find_finer(list(found.values()), codes[at])
        size = len(parts[at].cases) * columns.behind * table.shape[1]
        kept: NDArray[np.floating] | None = None
        if finer is not None:
            kept = merge(finer, codes[at], len(parts[at].cases))
        elif size <= KEPT:
            kept = np.stack([multiply(columns, parts[at], place, table) for place in range(len(parts[at].cases))])
        found[at] = Resampled(columns, parts[at], codes[at], table, kept)
    return [found[at] for at in range(len(parts))]


def find_finer(done: Sequence[Resampled], codes: NDArray[np.int64]) -> Resampled | None:
    """The cut of the fewest slices each of which lies in one slice of `codes`."""
    for cut in reversed(done):
        if cut.kept is not None and (coarsen(cut.codes, codes, len(cut.parts.cases))[cut.codes] == codes).all():
            return cut
    return None


def coarsen(finer: NDArray[np.int64], codes: NDArray[np.int64], slices: int) -> NDArray[np.int64]:
    """The slice of `codes` that one case of each finer slice is in."""
    inside = np.zeros(slices, dtype=np.int64)
    inside[finer] = codes
    return inside


def merge(finer: Resampled, codes: NDArray[np.int64], slices: int) -> NDArray[np.floating]:
    """Sums of slices out of those of the finer slices that they are made of."""
    assert finer.kept is not None
    merged = np.zeros((slices, *finer.kept.shape[1:]), dtype=finer.kept.dtype)
    for place, into in enumerate(coarsen(finer.codes, codes, len(finer.kept))):
        merged[into] += finer.kept[place]
    return merged


def multiply(columns: Columns, parts: Parts, place: int, table: NDArray[np.uint8]) -> NDArray[np.floating]:
    """The sums on one slice under each resample, (resampled columns + denominators, resamples)."""
    precision = np.float64 if len(table) <= EXACT else np.float32
    sums, owners = parts.sums[parts.of(place)], parts.owners[parts.of(place)]
    total = np.zeros((columns.behind, table.shape[1]), dtype=precision)
    for start in range(0, len(sums), ROWS):
        rows = slice(start, start + ROWS)
        total += sums[rows, : columns.behind].astype(precision).T @ table[owners[rows]].astype(precision)
    return total
