"""How far apart the groups of an attribute are: the greatest difference and ratio between them, metric by metric."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from interleaver.lab.terms.figure import Estimate, Figure, Slice


@dataclass(frozen=True)
class Gap:
    """One metric over the groups of one attribute or combination, for one model.

    Where a group could not be measured there is no difference: left out, it would make groups look equal that nobody
    has compared. `unmeasured` names such groups.
    """

    metric: str
    attributes: tuple[str, ...]
    lowest: Slice
    highest: Slice
    difference: Estimate | None
    """Highest less lowest value. The interval is that of two groups that were picked for being far apart: some
    distance is there by chance, the more so the more groups there are and the smaller they are."""
    ratio: float | None
    """Lowest by highest value, 1 where all groups are equal; None where the highest is 0 or one of them is below."""
    unmeasured: tuple[Slice, ...] = ()


def find_gaps(figures: Sequence[Figure], *, of_champion: bool = False) -> list[Gap]:
    """The gaps of the candidate, or of the champion, in the order of the figures. One group alone has no gap."""
    groups: dict[tuple[str, tuple[str, ...]], list[Figure]] = {}
    for figure in figures:
        attributes = tuple(name for name, _ in figure.slice)
        if attributes:
            groups.setdefault((figure.metric, attributes), []).append(figure)
    return list(list_gaps(groups, of_champion))


def list_gaps(groups: dict[tuple[str, tuple[str, ...]], list[Figure]], of_champion: bool) -> Iterator[Gap]:
    for (metric, attributes), figures in groups.items():
        told = [(figure.slice, figure.champion if of_champion else figure.candidate) for figure in figures]
        measured = [(one, estimate) for one, estimate in told if estimate is not None]
        unmeasured = tuple(one for one, estimate in told if estimate is None)
        if measured and len(told) > 1:
            yield measure_gap(metric, attributes, measured, unmeasured)


def measure_gap(
    metric: str,
    attributes: tuple[str, ...],
    measured: Sequence[tuple[Slice, Estimate]],
    unmeasured: tuple[Slice, ...],
) -> Gap:
    """The gap between the lowest and the highest of the groups."""
    lowest = min(measured, key=lambda group: group[1].value)
    highest = max(measured, key=lambda group: group[1].value)
    if unmeasured:
        return Gap(metric, attributes, lowest[0], highest[0], None, None, unmeasured)
    low, high = lowest[1].value, highest[1].value
    ratio = low / high if low >= 0 and high > 0 else None
    return Gap(metric, attributes, lowest[0], highest[0], subtract(highest[1], lowest[1]), ratio)


def subtract(highest: Estimate, lowest: Estimate) -> Estimate:
    """The difference of two groups of different units, with the interval that theirs give it (Zou and Donner 2008,
    Statistics in Medicine 27, equation 3). Units that are in both groups make it wider than it need be."""
    difference = highest.value - lowest.value
    if highest.low is None or highest.high is None or lowest.low is None or lowest.high is None:
        return Estimate(difference)
    below = hypot(highest.value - highest.low, lowest.high - lowest.value)
    above = hypot(highest.high - highest.value, lowest.value - lowest.low)
    return Estimate(difference, difference - below, difference + above)
