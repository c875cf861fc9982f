"""Figures of a sheet on every slice: estimates of both models, the paired difference, and why something is not told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.other_ways import tell_way
from interleaver.lab.evaluation.sheet_slice import SliceOf
from interleaver.lab.evaluation.sheets import Line, Place, Sheet, explain, widen
from interleaver.lab.evaluation.slices import Cut
from interleaver.lab.measures.means import Means, average, part
from interleaver.lab.measures.remeans import Resampled, resample_all
from interleaver.lab.terms.figure import FEW_UNITS, Estimate, Figure


@dataclass(frozen=True)
class Told:
    """One line on one slice: its figure without a word, and what other ways of counting give."""

    figure: Figure
    other_ways: Mapping[str, Figure]


def tell_cuts(
    sheet: Sheet, cuts: Sequence[Cut], table: NDArray[np.uint8], confidence: float
) -> list[Iterator[list[Told]]]:
    """For each cut, every line on each slice, in order. The codes of `cuts` are of the sheet's cases."""
    parts = [part(sheet.columns, sheet.units, cut.codes, len(cut.slices), len(table)) for cut in cuts]
    resampled = resample_all(sheet.columns, parts, [cut.codes for cut in cuts], table)
    return [
        tell_slices(sheet, cut, average(sheet.columns, cut_parts), values, confidence)
        for cut, cut_parts, values in zip(cuts, parts, resampled, strict=True)
    ]


def tell_slices(sheet: Sheet, cut: Cut, means: Means, resampled: Resampled, confidence: float) -> Iterator[list[Told]]:
    """Every line on each slice of a cut."""
    for at, one in enumerate(cut.slices):
        slice_of = SliceOf.make(sheet, one, means, at, resampled, confidence)
        yield [tell(slice_of, line, place) for line, place in zip(sheet.lines, sheet.places, strict=True)]


def tell(of: SliceOf, line: Line, place: Place) -> Told:
    """One line on one slice."""
    champion, why_champion = of.estimate(place.champion, line.reach)
    candidate, why_candidate = of.estimate(place.candidate, line.reach)
    difference, why_difference = of.estimate(place.difference, widen(line.reach))
    units = of.count(place.candidate)
    if place.share and units > 1:
        champion, candidate = of.take_share(champion, place.champion), of.take_share(candidate, place.candidate)
        difference = of.take_shares(difference, place, line.sign)
    elif line.reach is not None:
        champion, candidate = (
            take_near(of, estimate, column, line.reach)
            for estimate, column in ((champion, place.champion), (candidate, place.candidate))
        )
        difference = of.take_few(difference, place.difference, widen(line.reach), 0.0)
    at, many = place.difference, line.reach is None and units >= FEW_UNITS
    if many and at is not None and of.agree(at):
        difference, why_difference = Estimate(0.0, 0.0, 0.0), ""  # nobody knows how great it could be
    why = explain(units or of.units, why_champion or why_candidate or why_difference)
    figure = of.make_figure(line, place, champion, candidate, difference, why, place.difference)
    return Told(figure, {way: tell_way(of, line, place, way) for way in dict.fromkeys((*place.ways, *place.values))})


def take_near(of: SliceOf, estimate: Estimate | None, at: int | None, reach: tuple[float, float]) -> Estimate | None:
    """A value with the interval of few units where nearly all have the least value there is, or the greatest."""
    for usual in reach:
        estimate = of.take_few(estimate, at, reach, usual)
    return estimate
