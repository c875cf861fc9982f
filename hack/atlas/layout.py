"""Where everything stands on the map: layers as rows of boxes, and arrows that only ever go down.

An arrow to a layer further down than the next runs through a passage, a gap that every row in between leaves free for
it. All that is equal is decided by name or order, so that the same imports give the same picture.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .imports import Arrows, Rows

GAP: Final = 14.0  # between neighbours
PASSAGE: Final = 10.0  # width of a passage
TRACK: Final = 9.0  # between arrows that go sideways one below the other
MARGIN: Final = 16.0  # from a box's corner to the first arrow, and above and below the tracks

Point = tuple[float, float]


@dataclass
class Box:
    """A rectangle, or a passage, which is one that nobody sees."""

    name: str
    x: float
    width: float
    y: float = 0.0
    height: float = 0.0
    passage: bool = False

    def reach(self) -> tuple[float, float]:
        """Where an arrow may touch it."""
        middle = self.x + self.width / 2
        return (middle, middle) if self.passage else (self.x + MARGIN, self.x + self.width - MARGIN)


@dataclass(frozen=True)
class Way:
    """An arrow from one row to the next, as a line with corners; it ends in a point unless it goes on."""

    points: tuple[Point, ...]
    ends: bool


def lay_passages(rows: Rows, arrows: Arrows) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The rows with passages, and the arrows as hops from row to row. Arrows to one place share their passages."""
    level = {name: number for number, row in enumerate(rows) for name in row}
    laid = [list(row) for row in rows]
    hops: dict[tuple[str, str], None] = {}
    for start, end in sorted(arrows):
        between = [f">{end}@{number}" for number in range(level[start] + 1, level[end])]
        for number, name in enumerate(between, level[start] + 1):
            if name not in laid[number]:
                laid[number].append(name)
        hops |= dict.fromkeys(pairwise([start, *between, end]))
    return laid, list(hops)


def order(rows: Sequence[list[str]], hops: Iterable[tuple[str, str]]) -> None:
    """Let everything stand below what it is reached from, where that can be."""
    above = defaultdict(list)
    for start, end in hops:
        above[end].append(start)
    middle = dict[str, float]()  # in shares of the width
    for row in rows:
        wishes = {name: [middle[start] for start in above[name]] for name in row}
        wish = {name: sum(found) / len(found) if found else 0.5 for name, found in wishes.items()}
        row.sort(key=wish.__getitem__)
        middle |= {name: (number + 0.5) / len(row) for number, name in enumerate(row)}


def place(row: Sequence[str], x: float, width: float, weights: Mapping[str, float]) -> list[Box]:
    """A row's boxes, which share its width by their weights; passages need little."""
    passages = [name for name in row if name.startswith(">")]
    rest = width - GAP * (len(row) - 1) - PASSAGE * len(passages)
    whole = sum(weights.get(name, 1.0) for name in row if name not in passages)
    boxes = []
    for name in row:
        wide = PASSAGE if name in passages else rest * weights.get(name, 1.0) / whole
        boxes.append(Box(name, x, wide, passage=name in passages))
        x += wide + GAP
    return boxes


def connect(hops: Iterable[tuple[str, str]], boxes: Mapping[str, Box], top: float) -> tuple[list[Way], float]:
    """The ways of the hops between two rows, the upper of which ends at `top`, and how high the gap must be."""
    used: list[float] = []
    plans = [(start, end, *meet(boxes[start], boxes[end], used)) for start, end in hops]
    tracks = stack([(min(a, b), max(a, b)) for _, _, a, b in plans])
    height = 2 * MARGIN + TRACK * max(tracks, default=0)
    ways = []
    for (start, end, a, b), track in zip(plans, tracks, strict=True):
        begin, finish = boxes[start], boxes[end]
        turn = top + MARGIN + TRACK * (track - 1)
        corners = () if a == b else ((a, turn), (b, turn))
        first = (a, begin.y if begin.passage else begin.y + begin.height)
        ways.append(Way((first, *corners, (b, top + height)), not finish.passage))
    return ways, height


def meet(upper: Box, lower: Box, used: list[float]) -> tuple[float, float]:
    """Where an arrow leaves and where it arrives: straight down if it can, and not where another one runs."""
    (left, right), (other_left, other_right) = upper.reach(), lower.reach()
    low, high = max(left, other_left), min(right, other_right)
    if low <= high:
        x = find_free((low + high) / 2, low, high, used)
        return x, x
    if low == other_left:
        return find_free(right, left, right, used), find_free(other_left, other_left, other_right, used)
    return find_free(left, left, right, used), find_free(other_right, other_left, other_right, used)


def find_free(wish: float, low: float, high: float, used: list[float]) -> float:
    """The place nearest to the wish that no other arrow is close to; the wish itself if there is none."""
    steps = [wish + sign * TRACK * number for number in range(30) for sign in (1, -1)]
    free = [x for x in steps if low <= x <= high and all(abs(x - other) >= TRACK for other in used)]
    used.append(free[0] if free else wish)
    return used[-1]


def stack(spans: Sequence[tuple[float, float]]) -> list[int]:
    """On which track each sideways arrow runs, from 1; 0 for those that go straight down."""
    tracks: list[list[tuple[float, float]]] = []
    result = []
    for low, high in spans:
        if low == high:
            result.append(0)
            continue
        free = (track for track, taken in enumerate(tracks) if all(high < a or b < low for a, b in taken))
        number = next(free, len(tracks))
        if number == len(tracks):
            tracks.append([])
        tracks[number].append((low, high))
        result.append(number + 1)
    return result
