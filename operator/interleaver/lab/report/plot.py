"""Plots as paths: what a template needs to draw lines and columns that follow the page's colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEFT, TOP, WIDTH, HEIGHT = 52.0, 12.0, 356.0, 236.0
"""The plane that is drawn in, within a picture of 432 by 300; the rest is for the axes."""
MOST_POINTS = 200
"""More points of one line cannot be seen at this size."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A tick of an axis: where it is and what it says."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """A line: `style` is champion, candidate or ideal, which the page draws by colour and by dashes."""

    style: str
    path: str
    dots: Sequence[Point] = ()


@dataclass(frozen=True)
class Block:
    """One column of a histogram."""

    style: str
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Plot:
    """A whole picture. `words` say what it shows, for those who do not see it."""

    title: str
    words: str
    x_name: str
    y_name: str
    x_marks: Sequence[Mark]
    y_marks: Sequence[Mark]
    lines: Sequence[Line] = ()
    blocks: Sequence[Block] = ()


def x_of(share: float) -> float:
    """Where a value from 0 to 1 is on the horizontal axis."""
    return round(LEFT + WIDTH * share, 1)


def y_of(share: float) -> float:
    """Where a value from 0 to 1 is on the vertical axis, which points up."""
    return round(TOP + HEIGHT * (1 - share), 1)


def mark_shares(vertical: bool) -> Sequence[Mark]:
    """The ticks of an axis from 0 to 1."""
    shares = [step / 5 for step in range(6)]
    return [Mark(y_of(share) if vertical else x_of(share), f"{share:.1f}") for share in shares]


def draw_square(title: str, words: str, x_name: str, y_name: str, lines: Sequence[Line]) -> Plot:
    """A plot whose two axes are shares."""
    return Plot(title, words, x_name, y_name, mark_shares(False), mark_shares(True), lines)


def draw_line(style: str, points: Iterable[Point], *, dotted: bool = False) -> Line:
    """A line through points of shares; `dotted` marks each of them."""
    places = [(x_of(x), y_of(y)) for x, y in thin(list(points))]
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in places) if places else ""
    return Line(style, path, places if dotted else ())


def thin(points: Sequence[Point]) -> Sequence[Point]:
    """Every so-manieth point and the last, so that a line of 100,000 does not make the page heavy."""
    if len(points) <= MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(place * step)] for place in range(MOST_POINTS)]
