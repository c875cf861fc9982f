"""Metrics that are means, of both models side by side, laid out for every slice at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.means import Columns, lay_out
from interleaver.lab.terms.figure import FEW_UNITS
from interleaver.lab.terms.metric import Metric

Column = NDArray[np.float64]
Reach = tuple[float, float] | None


@dataclass(frozen=True)
class Line:
    """A metric with its values, (cases,) each, NaN where a case has none."""

    metric: Metric
    reach: Reach
    champion: Column | None
    """None without a champion, and for what takes both models to have a value at all."""
    candidate: Column
    ways: Mapping[str, tuple[Column | None, Column]] = field(default_factory=dict)
    """The values of champion, None as above, and candidate where unjudged items are counted in another way."""
    bounded: bool = False
    """Whether a gate may bound the candidate's own value, which then has to be known in the other ways, too."""

    @property
    def sign(self) -> int:
        """What a difference is multiplied with."""
        return self.metric.direction.sign

    @property
    def is_share(self) -> bool:
        """Whether every case is 0 or 1, so that the mean is a share of cases."""
        columns = [self.candidate] if self.champion is None else [self.candidate, self.champion]
        return self.reach == (0, 1) and all(
            ((column == 0) | (column == 1) | np.isnan(column)).all() for column in columns
        )

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Cases that a model has no value for: they are left out of both."""
        return np.isnan(self.candidate) | (False if self.champion is None else np.isnan(self.champion))


@dataclass(frozen=True)
class Place:
    """Which columns of a sheet belong to a line."""

    candidate: int
    difference: int | None = None
    champion: int | None = None
    ways: Mapping[str, int] = field(default_factory=dict)
    """The difference in each other way of counting unjudged items."""
    values: Mapping[str, int] = field(default_factory=dict)
    """The candidate's value in each of them."""
    share: bool = False
    """Whether the mean is a share of cases, which takes another interval."""


@dataclass(frozen=True)
class Sheet:
    """Lines laid out for all slices: candidate's values and differences, which are resampled, then what is not.

    Resampled values of the champion are those of the candidate less the difference; of the other ways of counting, only
    words and outcomes are of interest, for which the error by linearisation does.
    """

    lines: Sequence[Line]
    places: Sequence[Place]
    columns: Columns
    units: NDArray[np.int64]


def make_sheet(lines: Sequence[Line], units: NDArray[np.int64], weights: NDArray[np.float64]) -> Sheet:
    """Lay out all lines; `units` and `weights` are of the cases."""
    resampled: list[Column] = []
    others: list[Column] = []
    centred: list[bool] = []
    places = []
    for line in lines:
        missing = line.missing
        resampled.append(np.where(missing, np.nan, line.candidate))
        centred.append(True)
        place = Place(len(resampled) - 1, share=line.is_share)
        if line.champion is not None:
            resampled.append(line.sign * (line.candidate - line.champion))
            centred.append(False)
            # Places of columns that are not resampled are counted from 0 here, and moved behind the others below.
            others.append(np.where(missing, np.nan, line.champion))
            differences = {way: line.sign * (now - was) for way, (was, now) in line.ways.items() if was is not None}
            place = replace(place, difference=len(resampled) - 1, champion=len(others) - 1)
            place = replace(place, ways=append(others, differences))
        if line.bounded:
            values = {way: np.where(missing, np.nan, now) for way, (_, now) in line.ways.items()}
            place = replace(place, values=append(others, values))
        places.append(place)
    columns = lay_out(resampled, others, weights, centred + [False] * len(others))
    return Sheet(lines, [move(place, columns.behind) for place in places], columns, units)


def append(columns: list[Column], more: Mapping[str, Column]) -> dict[str, int]:
    """Put more columns behind these; the places that they get."""
    places = {way: len(columns) + nth for nth, way in enumerate(more)}
    columns += more.values()
    return places


def move(place: Place, by: int) -> Place:
    """The place, its columns that are not resampled being moved."""
    champion = None if place.champion is None else place.champion + by
    ways, values = ({way: at + by for way, at in columns.items()} for columns in (place.ways, place.values))
    return replace(place, champion=champion, ways=ways, values=values)


def widen(reach: Reach) -> Reach:
    """The least and greatest difference of two values within reach."""
    return None if reach is None else (reach[0] - reach[1], reach[1] - reach[0])


def explain(units: int, why: str) -> str:
    """Why a figure is not what it should be: what kept it from being measured, or that its group is small."""
    if not units:
        return "nothing in it was judged"
    return why or (f"few units: {units}" if units < FEW_UNITS else "")
