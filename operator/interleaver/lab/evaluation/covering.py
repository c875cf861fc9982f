"""Coverage on every slice: a figure of a set of lists, whose error comes from leaving out each unit once."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.ranking_models import Judged
from interleaver.lab.evaluation.sheets import explain
from interleaver.lab.evaluation.slices import Cut, list_rows
from interleaver.lab.measures.catalogue import Shown, cover, jackknife
from interleaver.lab.measures.names import Named
from interleaver.lab.measures.resampling import p_value, t_interval
from interleaver.lab.terms.figure import Estimate, Figure, Slice


def cover_slices(
    names: Sequence[Named], tops: Sequence[NDArray[np.int32]], judged: Judged, cut: Cut, confidence: float
) -> Iterator[dict[str, Figure]]:
    """The coverage of each slice of a cut, by metric. `tops` are the first places of the champion's lists, if there is
    one, then of the candidate's."""
    for one, rows in zip(cut.slices, list_rows(cut), strict=True):
        _, units = np.unique(judged.units[rows], return_inverse=True)
        shown = [top[rows] for top in tops]
        yield {
            name.name: tell(name.name, [top[:, : name.depth] for top in shown], judged, units, one, confidence)
            for name in names
        }


def tell(
    name: str,
    lists: Sequence[NDArray[np.int32]],
    judged: Judged,
    units: NDArray[np.int64],
    one: Slice,
    confidence: float,
) -> Figure:
    """Coverage of one slice."""
    number = int(units.max()) + 1 if len(units) else 0
    if not number:
        return Figure(name, one, 0, 0, None, None, None, None, explain(0, ""))
    shown = [cover(top, units, number, judged.catalogue) for top in lists]
    told = [t_interval(model.share, model.error, number, confidence, (0, 1)) for model in shown]
    difference, found = compare(shown, number, confidence) if len(shown) > 1 else (None, None)
    return Figure(
        metric=name,
        slice=one,
        n=len(units),
        units=number,
        champion=told[0] if len(told) > 1 else None,
        candidate=told[-1],
        difference=difference,
        verdict=None,
        why=explain(number, "one unit has no interval" if number < 2 else ""),
        p_value=found,
    )


def compare(shown: Sequence[Shown], units: int, confidence: float) -> tuple[Estimate, float | None]:
    """The difference and its p-value. One item more or less is no difference, so that much is its least error."""
    size = shown[0].size
    value = shown[1].share - shown[0].share
    error = max(jackknife((shown[1].alone - shown[0].alone) / size), 1 / size)
    return t_interval(value, error, units, confidence, (-1, 1)), p_value(value, error, units)
