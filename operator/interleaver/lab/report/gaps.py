"""How far the groups of each attribute are apart, of both models side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interleaver.lab.evaluation.gaps import Gap, find_gaps
from interleaver.lab.terms.figure import Figure, name_slice
from interleaver.lab.terms.metric import Metric

from .bounded import Bounded, bound
from .numbers import show, show_interval

MOST: Final = 300


@dataclass(frozen=True)
class GapRow:
    """One metric over the groups of one attribute. The champion's cells are empty where there is none."""

    metric: str
    attribute: str
    champion: str
    candidate: str
    interval: str
    ratio: str
    lowest: str
    highest: str
    unmeasured: str
    """Groups that could not be measured, for which there is no difference."""


def list_gaps(figures: Sequence[Figure], metrics: Mapping[str, Metric]) -> Bounded[GapRow]:
    """A row for each metric and attribute; those of pairs are in the document. Counts are left out, for they grow with
    the group."""
    parts = [figure for figure in figures if len(figure.slice) == 1 and metrics[figure.metric].sampled]
    theirs = {(gap.metric, gap.attributes): gap for gap in find_gaps(parts, of_champion=True)}
    rows = [
        make_row(gap, theirs.get((gap.metric, gap.attributes)), metrics[gap.metric].unit) for gap in find_gaps(parts)
    ]
    return bound(rows, MOST)


def make_row(gap: Gap, champion: Gap | None, unit: str) -> GapRow:
    return GapRow(
        metric=gap.metric,
        attribute=gap.attributes[0],
        champion=show_difference(champion, unit) if champion else "",
        candidate=show_difference(gap, unit),
        interval=show_interval(gap.difference, unit),
        ratio=show(gap.ratio),
        lowest=name_slice(gap.lowest),
        highest=name_slice(gap.highest),
        unmeasured=", ".join(name_slice(one) for one in gap.unmeasured),
    )


def show_difference(gap: Gap, unit: str) -> str:
    return show(gap.difference.value if gap.difference else None, unit)
