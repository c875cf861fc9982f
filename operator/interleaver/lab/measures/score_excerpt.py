"""One model on one slice: the sums of its units, the order of its scores, and what is read off them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import CURVES, Floats, sort
from interleaver.lab.measures.custom import Problem, call
from interleaver.lab.measures.quick_curves import Layout, Weights, lay_out, measure_rows
from interleaver.lab.measures.score_drawn import Drawn, Own, Sheet
from interleaver.lab.measures.score_sheet import Kind, Part


@dataclass(frozen=True)
class Excerpt:
    """A sheet on one slice: sums by unit, and the order of its scores."""

    sheet: Sheet
    rows: NDArray[np.int64]
    unit_of: NDArray[np.int64]
    units: int
    sums: Floats
    """(units, all columns)"""
    places: Mapping[str, slice]
    """Which columns each part has."""
    layout: Layout

    @classmethod
    def lay(cls, sheet: Sheet, rows: NDArray[np.int64], unit_of: NDArray[np.int64], units: int) -> "Excerpt":
        """Adds up the columns of the slice, those that several parts share once."""
        distinct = {id(part.columns): part.columns for part in sheet.parts}
        ends = np.cumsum([0, *(columns.shape[1] for columns in distinct.values())])
        at = {key: slice(int(ends[i]), int(ends[i + 1])) for i, key in enumerate(distinct)}
        table = np.hstack([columns[rows] for columns in distinct.values()]) if distinct else np.zeros((len(rows), 0))
        order = sort(sheet.scored.labels[rows], sheet.scored.scores[rows])
        places = {part.name: at[id(part.columns)] for part in sheet.parts}
        return cls(sheet, rows, unit_of, units, add_up(table, unit_of, units), places, lay_out(order))

    def read_parts(self, resampled: Floats) -> Mapping[str, Drawn]:
        """The metrics that add up. resampled: sums of all columns, (resamples, all columns)."""
        found = {}
        for part in self.sheet.parts:
            place = self.places[part.name]
            terms = [(weight, self.read_part(term, place, resampled)) for weight, term in part.terms]
            own = self.sums[:, place]
            found[part.name] = replace(self.read_part(part, place, resampled), sums=own, terms=tuple(terms))
        return found

    def read_part(self, part: Part, place: slice, resampled: Floats) -> Drawn:
        """One of them, or one of its terms, whose columns stand at `place`."""
        own, measured = self.sums[:, place], part.measured[self.rows]
        value = float(part.values(own.sum(axis=0)[None, :])[0])
        added, divisors = part.quotient(own)
        return Drawn(
            value=value,
            resampled=part.values(resampled[:, place]),
            n=int(measured.sum()),
            units=self.count_units(measured),
            weighty=int((divisors > 0).sum()),
            sums=added[:, None],
            why=self.explain(part) if np.isnan(value) else "",
            kind=part.kind,
            trials=int((part.divisors(part.columns[self.rows]) > 0).sum()),
        )

    def explain(self, part: Part) -> str:
        """Why a metric that adds up was not measured."""
        scored = self.sheet.scored
        counted = part.measured[self.rows] & (scored.weights[self.rows] > 0)
        of_classes = describe_classes(scored.labels[self.rows][counted]) if part.have_both else ""
        return of_classes or part.why_not

    def count_units(self, samples: NDArray[np.bool_]) -> int:
        """How many units some of the slice's samples are of."""
        return int((np.bincount(self.unit_of[samples], minlength=self.units) > 0).sum())

    def measure_curves(self, counts: Weights) -> Floats:
        """AUC and the like under draws, (rows, len(CURVES)). counts: (rows, samples)."""
        weights = self.sheet.scored.weights[self.rows]
        return measure_rows(self.layout, counts if np.all(weights == 1) else counts * weights)

    def read_curves(self, resampled: Floats) -> Mapping[str, Drawn]:
        """The metrics without a threshold. resampled: (resamples, len(CURVES))."""
        once = self.measure_curves(np.ones((1, len(self.rows)), dtype=np.uint8))[0]
        counted = self.sheet.scored.weights[self.rows] > 0
        labels = self.sheet.scored.labels[self.rows]
        rarer = min(self.count_units(counted & (labels == value)) for value in (0, 1))
        why = describe_classes(labels[counted])
        return {
            name: Drawn(float(once[k]), resampled[:, k], len(self.rows), self.units, rarer, None, why, Kind.BOUNDED)
            for k, name in enumerate(CURVES)
        }

    def measure_owns(self, counts: Weights) -> Floats:
        """A team's own metrics under draws, (rows, own metrics); NaN where a function gave no number."""
        outcomes = [[self.call(own, row) for own in self.sheet.own] for row in counts]
        values = [[math.nan if isinstance(found, Problem) else found for found in row] for row in outcomes]
        return np.array(values, dtype=np.float64).reshape(len(counts), len(self.sheet.own))

    def call(self, own: Own, counts: Weights) -> float | Problem:
        """One own metric under one row of draws, on the samples of the slice that it is measured on."""
        measured = own.measured[self.rows]
        rows = self.rows[measured]
        scored = self.sheet.scored
        attributes = {name: column[rows] for name, column in own.attributes.items()}
        weights = counts[measured] * scored.weights[rows]
        return call(own.custom, scored.labels[rows], scored.scores[rows], weights, own.threshold, attributes)

    def read_owns(self, resampled: Floats) -> Mapping[str, Drawn]:
        """A team's own metrics. resampled: (resamples, own metrics)."""
        found, counted = {}, self.sheet.scored.weights[self.rows] > 0
        for k, own in enumerate(self.sheet.own):
            measured = own.measured[self.rows]
            units, carrying = self.count_units(measured), self.count_units(measured & counted)
            once = self.call(own, np.ones(len(self.rows))) if units else Problem("no sample")
            value, why = (math.nan, once.words) if isinstance(once, Problem) else (once, "")
            drawn = np.full(len(resampled), math.nan) if why else resampled[:, k]
            found[own.custom.metric.name] = Drawn(value, drawn, int(measured.sum()), units, carrying, why=why)
        return found


def add_up(columns: Floats, unit_of: NDArray[np.int64], units: int) -> Floats:
    """Sums of columns by unit, (units, width)."""
    if not len(columns):
        return np.zeros((units, columns.shape[1]))
    order = np.argsort(unit_of, kind="stable")
    starts = np.flatnonzero(np.diff(unit_of[order], prepend=-1))
    return np.asarray(np.add.reduceat(columns[order], starts, axis=0))


def describe_classes(labels: NDArray[np.int8]) -> str:
    """Why there is no curve, where there is none: a group of one class has no order to measure."""
    if not len(labels):
        return "no sample"
    return "" if labels.min() != labels.max() else f"all samples of the group have label {int(labels[0])}"
