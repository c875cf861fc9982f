"""One slice of a sheet: values, errors and bounds of all columns, and the estimates and figures they make."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.sheets import Column, Line, Place, Reach, Sheet
from interleaver.lab.measures.few_intervals import Few, few_interval
from interleaver.lab.measures.means import Columns, Means
from interleaver.lab.measures.remeans import Resampled
from interleaver.lab.measures.resampling import Bounds, bound_means, p_value, settle
from interleaver.lab.measures.share_intervals import FEW, Rate, difference_interval, share_interval
from interleaver.lab.terms.figure import Estimate, Figure, Slice

ROUNDING: Final = 1e-9
"""What is less apart is the same."""
GLANCE: Final = 256
"""Units that are looked at first: where many of them differ, as of nearly all metrics, the others need not be."""


@dataclass(frozen=True)
class SliceOf:
    """What was found on one slice, column by column."""

    slice: Slice
    cases: int
    units: int
    """All that the slice has."""
    carrying: NDArray[np.int64]
    """Those of them that carry each column's value."""
    values: Column
    errors: Column
    moved: NDArray[np.int64]
    bounds: Bounds
    """Of each column that is resampled, and of the champion's values."""
    resampled: NDArray[np.floating]
    """The resampled columns, and behind them the champion's values, (…, resamples)."""
    where: NDArray[np.int64]
    """Which row of `resampled` belongs to each column that has one."""
    confidence: float
    columns: Columns
    sums: NDArray[np.float64]
    """What each unit comes to in each column, (units, columns)."""

    @staticmethod
    def make(sheet: Sheet, one: Slice, means: Means, at: int, drawn: Resampled, confidence: float) -> "SliceOf":
        """Bounds of everything that is resampled, sorted at once."""
        pairs = [
            (line, place) for line, place in zip(sheet.lines, sheet.places, strict=True) if place.champion is not None
        ]
        resampled, sums = drawn.of(at), drawn.parts.sums[drawn.parts.of(at)]
        values, carrying = means.values[at], means.carrying[at]
        now = [place.candidate for _, place in pairs]
        change = [place.difference or 0 for _, place in pairs]
        signs = np.array([line.sign for line, _ in pairs], dtype=resampled.dtype)
        was = resampled[now] - signs[:, None] * resampled[change] if pairs else resampled[:0]
        champions = [place.champion or 0 for _, place in pairs]
        rows = np.concatenate([resampled, was])
        of_rows = [*range(len(resampled)), *champions]
        told = bound_means(values[of_rows], rows, carrying[of_rows], confidence)
        # Every column has its bounds at its own place; those of columns without are never read.
        where = np.zeros(len(values), dtype=np.int64)
        where[: len(resampled)] = np.arange(len(resampled))
        where[champions] = len(resampled) + np.arange(len(champions))
        bounds = Bounds(told.low[where], told.high[where], told.error[where], told.defined[where])
        found = (one, int(means.cases[at]), int(means.units[at]), carrying, values, means.errors[at], means.moved[at])
        return SliceOf(*found, bounds, rows, where, confidence, sheet.columns, sums)

    def count(self, at: int) -> int:
        """The units that carry a column."""
        return int(self.carrying[at])

    def take_share(self, estimate: Estimate | None, at: int | None) -> Estimate | None:
        """A share with the interval of shares: of a few errors percentiles of resamples are too narrow."""
        if estimate is None or at is None or estimate.low is None:
            return estimate
        return Estimate(estimate.value, *share_interval(self.rate(at), self.confidence))

    def take_shares(self, estimate: Estimate | None, place: Place, sign: int) -> Estimate | None:
        """The difference of two shares; where few units differ, with the interval that such a difference needs."""
        at, champion = place.difference, place.champion
        if estimate is None or at is None or champion is None or estimate.low is None or self.moved[at] >= FEW:
            return estimate
        ends = difference_interval(self.rate(place.candidate), self.rate(champion), self.confidence)
        return Estimate(estimate.value, *sorted(sign * end for end in ends))

    def take_few(self, estimate: Estimate | None, at: int | None, reach: Reach, usual: float) -> Estimate | None:
        """An estimate of a column in which few units have another value than the usual one, which most have, with the
        interval that so few need; any other as it is. Where no unit has another, it has its own (`unvaried`)."""
        if estimate is None or at is None or reach is None or estimate.low is None:
            return estimate
        few = self.find_few(at, usual)
        if few is None or not 0 < len(few.sums) <= few.others:
            return estimate
        low, high = few_interval(few, reach[0] - usual, reach[1] - usual, self.confidence)
        ends = max(usual + low, reach[0]), min(usual + high, reach[1])
        return Estimate(estimate.value, min(ends[0], estimate.value), max(ends[1], estimate.value))

    def find_few(self, at: int, usual: float) -> Few | None:
        """The units that have another value in a column than the usual one; None where they are not few."""
        if np.count_nonzero(self.look(at, usual, GLANCE)[2]) >= FEW:
            return None
        sizes, apart, other = self.look(at, usual, len(self.sums))
        if np.count_nonzero(other) >= FEW:
            return None
        same = (sizes > 0) & ~other
        mean = sizes[same].mean() if same.any() else sizes[other].mean() if other.any() else 0.0
        return Few(apart[other], sizes[other], int(same.sum()), float(mean))

    def look(self, at: int, usual: float, first: int) -> tuple[Column, Column, NDArray[np.bool_]]:
        """Of the first units the sizes, how far each is from the usual value in all, and whether it is."""
        sizes = self.sums[:first, self.columns.denominator[at]]
        apart = self.sums[:first, at] + (self.columns.centres[at] - usual) * sizes
        return sizes, apart, np.abs(apart) > ROUNDING * sizes

    def rate(self, at: int) -> Rate:
        """A column as a share."""
        return Rate(
            float(self.values[at]), self.resampled[self.where[at]].astype(np.float64), self.cases, self.count(at)
        )

    def agree(self, at: int) -> bool:
        """Whether both models are the same in every unit."""
        return self.count(at) > 1 and self.moved[at] == 0 and not math.isnan(self.values[at])

    def make_figure(
        self,
        line: Line,
        place: Place,
        champion: Estimate | None,
        candidate: Estimate | None,
        difference: Estimate | None,
        why: str,
        at: int | None,
    ) -> Figure:
        """A figure without a word, over the units that carry it, or all where none does. `at` is the column of the
        difference, whose p-value it gets."""
        found, units = None, self.count(place.candidate) or self.units
        if at is not None:
            found = p_value(float(self.values[at]), float(self.errors[at]), self.count(at), int(self.moved[at]))
        return Figure(
            line.metric.name, self.slice, self.cases, units, champion, candidate, difference, None, why, found
        )

    def estimate(self, at: int | None, reach: Reach) -> tuple[Estimate | None, str]:
        """One resampled column, or the champion's, as an estimate; None where no case has a value."""
        if at is None:
            return None, ""
        value = float(self.values[at])
        if math.isnan(value):
            return None, "no case has a value"
        return settle(value, self.bounds, at, self.count(at), self.confidence, reach)
