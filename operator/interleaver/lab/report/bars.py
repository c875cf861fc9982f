"""Intervals as small bars around 0, so that a table of differences is read at a glance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interleaver.lab.terms.figure import Estimate, Figure
from interleaver.lab.terms.metric import Metric

HALF = 76.0
"""Half of a bar's width in its own units; the picture is 160 wide, and 0 is in the middle."""
MIDDLE = 80.0


@dataclass(frozen=True)
class Bar:
    """A drawn interval: where its ends and its value are, from 0 to 160."""

    low: float
    value: float
    high: float


def draw(difference: Estimate | None, scale: float) -> Bar | None:
    """The bar of a difference; `scale` is the distance from 0 that fills half of the picture."""
    if difference is None or scale <= 0:
        return None
    low = difference.value if difference.low is None else difference.low
    high = difference.value if difference.high is None else difference.high
    return Bar(place(low, scale), place(difference.value, scale), place(high, scale))


def place(value: float, scale: float) -> float:
    return round(MIDDLE + HALF * max(-1.0, min(1.0, value / scale)), 1)


def find_scales(figures: Iterable[Figure], metrics: Mapping[str, Metric]) -> Mapping[str, float]:
    """How far from 0 the bars of each metric reach. Shares have one scale, so that they can be compared by eye;
    whatever has a unit of its own, or is greater than 1, has its own."""
    reach: dict[str, float] = {}
    own: dict[str, str] = {}
    for figure in figures:
        kind = own[figure.metric] = kind_of(figure, metrics)
        reach[kind] = max(reach.get(kind, 0.0), farthest(figure.difference))
    return {metric: reach[kind] for metric, kind in own.items()}


def kind_of(figure: Figure, metrics: Mapping[str, Metric]) -> str:
    metric = metrics.get(figure.metric)
    values = [estimate.value for estimate in (figure.champion, figure.candidate) if estimate]
    is_share = not (metric and metric.unit) and all(0 <= value <= 1 for value in values)
    return "" if is_share else figure.metric


def farthest(difference: Estimate | None) -> float:
    if difference is None:
        return 0.0
    ends = (difference.low, difference.value, difference.high)
    return max(abs(end) for end in ends if end is not None)
