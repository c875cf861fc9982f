"""Figures as rows of tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from interleaver.lab.terms.figure import FEW_UNITS, WHOLE, Figure, Verdict, name_slice
from interleaver.lab.terms.metric import Direction, Metric

from . import bars
from .numbers import show, show_interval, show_signed


@dataclass(frozen=True)
class FigureRow:
    """One figure as it is read: texts, the bar, and the numbers that columns are sorted by."""

    metric: str
    words: str
    slice: str
    n: int
    units: int
    champion: str
    champion_interval: str
    candidate: str
    candidate_interval: str
    difference: str
    difference_interval: str
    verdict: str
    why: str
    small: bool
    bar: bars.Bar | None
    sort: float | None


def make_row(figure: Figure, metric: Metric | None, scale: float) -> FigureRow:
    """A figure as a row; `scale` is that of its bar."""
    unit = metric.unit if metric else ""
    champion, candidate, difference = figure.champion, figure.candidate, figure.difference
    return FigureRow(
        metric=figure.metric,
        words=describe(metric),
        slice=name_slice(figure.slice),
        n=figure.n,
        units=figure.units,
        champion=show(champion.value if champion else None, unit),
        champion_interval=show_interval(champion, unit),
        candidate=show(candidate.value if candidate else None, unit),
        candidate_interval=show_interval(candidate, unit),
        difference=show_signed(difference.value if difference else None, unit),
        difference_interval=show_interval(difference, unit, signed=True),
        verdict=str(figure.verdict or ""),
        why=figure.why,
        small=figure.units < FEW_UNITS,
        bar=bars.draw(difference, scale),
        sort=difference.value if difference else None,
    )


def describe(metric: Metric | None) -> str:
    """What a metric is, and which way is better: differences are turned so that positive is better."""
    if metric is None:
        return ""
    way = "higher is better" if metric.direction is Direction.HIGHER else "lower is better"
    return f"{metric.words} ({way})" if metric.words else way


def make_rows(figures: Sequence[Figure], metrics: Mapping[str, Metric]) -> Sequence[FigureRow]:
    """Figures as rows, with the bars of one metric on one scale."""
    scales = bars.find_scales(figures, metrics)
    return [make_row(figure, metrics.get(figure.metric), scales[figure.metric]) for figure in figures]


def is_whole(figure: Figure) -> bool:
    """Whether a figure is of the whole suite."""
    return figure.slice == WHOLE


def find_worse(figures: Iterable[Figure]) -> Sequence[Figure]:
    """Where the candidate is worse, worst first within a metric; metrics stay in their order."""
    worse = [figure for figure in figures if figure.verdict is Verdict.WORSE]
    places: dict[str, int] = {}
    for figure in worse:
        places.setdefault(figure.metric, len(places))
    return sorted(
        worse, key=lambda figure: (places[figure.metric], figure.difference.value if figure.difference else 0)
    )
