"""What a line of a sheet comes to where unjudged items are counted otherwise than as 0: difference, and value."""

import math

from interleaver.lab.evaluation.sheet_slice import SliceOf
from interleaver.lab.evaluation.sheets import Line, Place, Reach, widen
from interleaver.lab.measures.resampling import SPREAD, t_interval, unvaried
from interleaver.lab.measures.share_intervals import find_share_ends
from interleaver.lab.terms.figure import Estimate, Figure


def tell_way(of: SliceOf, line: Line, place: Place, way: str) -> Figure:
    """A figure without the champion: the difference, and the candidate's value where a gate may bound it."""
    at, own = place.ways.get(way), place.values.get(way)
    value = None if own is None else tell_value(of, line, place, own)
    difference = None if at is None else tell_difference(of, line, at)
    return of.make_figure(line, place, None, value, difference, "", at)


def tell_difference(of: SliceOf, line: Line, at: int) -> Estimate | None:
    """The difference, with its t interval."""
    if of.agree(at):
        return unvaried(0.0, of.count(at), of.confidence, widen(line.reach))[0]
    return reach_out(of, at, widen(line.reach))


def tell_value(of: SliceOf, line: Line, place: Place, at: int) -> Estimate | None:
    """The candidate's value; None where no unjudged item changes it."""
    value, error, units = float(of.values[at]), float(of.errors[at]), of.count(at)
    if is_alike(of, place.candidate, at):
        return None
    if place.share and units > 1:
        return Estimate(value, *find_share_ends(value, error**2, of.cases, units, of.confidence))
    if units > 1 and error <= SPREAD * abs(value):
        return unvaried(value, units, of.confidence, line.reach)[0]
    return reach_out(of, at, line.reach)


def is_alike(of: SliceOf, one: int, other: int) -> bool:
    """Whether two columns come to one value and one error, but for the last digits."""
    slack = SPREAD * abs(float(of.values[one]))
    return all(
        math.isclose(column[one], column[other], rel_tol=SPREAD, abs_tol=slack)
        or (math.isnan(column[one]) and math.isnan(column[other]))
        for column in (of.values, of.errors)
    )


def reach_out(of: SliceOf, at: int, reach: Reach) -> Estimate | None:
    """A column that is not resampled with its t interval, within reach."""
    value = float(of.values[at])
    return None if math.isnan(value) else t_interval(value, float(of.errors[at]), of.count(at), of.confidence, reach)
