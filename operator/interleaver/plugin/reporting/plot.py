"""Lines in a frame, as SVG that takes its colours from the page."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

WIDTH: Final = 640.0
HEIGHT: Final = 260.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 12.0, 34.0
LABEL_HEIGHT: Final = 14.0

Point = tuple[float, float]


class Line(NamedTuple):
    """Points that are joined, by straight lines or by steps; `kind` is its class in the style."""

    kind: str
    points: Sequence[Point]
    stepped: bool = False


class Band(NamedTuple):
    """What lies between two lines."""

    kind: str
    low: Sequence[Point]
    high: Sequence[Point]


class Mark(NamedTuple):
    """A level that matters, with its name."""

    at: float
    words: str


class Frame(NamedTuple):
    """What is shown of both axes, and how numbers on them are written."""

    x: tuple[float, float]
    y: tuple[float, float]
    write_x: Callable[[float], str]
    write_y: Callable[[float], str]
    ticks_x: Sequence[float]
    ticks_y: Sequence[float]

    def place(self, point: Point) -> Point:
        """Where a point is drawn; what lies outside is drawn at the edge."""
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * share(point[0], *self.x),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share(point[1], *self.y),
        )


def share(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.0


def draw(frame: Frame, words: str, bands: Sequence[Band], lines: Sequence[Line], marks: Sequence[Mark]) -> str:
    """The picture; `words` are for who cannot see it."""
    parts = [*draw_grid(frame)]
    parts += [
        f'<path class="band {band.kind}" d="{trace(frame, [*band.low, *reversed(band.high)])} Z"/>' for band in bands
    ]
    parts += [part for number, mark in enumerate(marks) for part in draw_mark(frame, mark, on_the_left=number % 2 == 1)]
    for line in lines:
        points = list(line.points)
        path = trace(frame, list(widen(points)) if line.stepped else points)
        parts.append(f'<path class="line {line.kind}" d="{path}"/>')
        if len(points) == 1:
            x, y = frame.place(points[0])
            parts.append(f'<circle class="dot {line.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
    inside = "".join(parts)
    return f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(words)}">{inside}</svg>'


def draw_mark(frame: Frame, mark: Mark, *, on_the_left: bool) -> tuple[str, str]:
    """A level and its name, which stands on either side, for two levels may lie close together."""
    left, y = frame.place((frame.x[0], mark.at))
    right = WIDTH - RIGHT
    above = y - 4 if y > TOP + LABEL_HEIGHT else y + LABEL_HEIGHT
    x, anchor = (left + 4, "start") if on_the_left else (right - 4, "end")
    line = f'<path class="mark" d="M {left:.1f} {y:.1f} H {right:.1f}"/>'
    return line, f'<text class="named" x="{x:.1f}" y="{above:.1f}" text-anchor="{anchor}">{escape(mark.words)}</text>'


def draw_grid(frame: Frame) -> list[str]:
    """Lines at the ticks, and their numbers."""
    parts, bottom, right = [], HEIGHT - BOTTOM, WIDTH - RIGHT
    for value in frame.ticks_y:
        _, y = frame.place((frame.x[0], value))
        parts.append(f'<path class="grid" d="M {LEFT:g} {y:.1f} H {right:g}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">{escape(frame.write_y(value))}</text>')
    for value in frame.ticks_x:
        x, _ = frame.place((value, frame.y[0]))
        parts.append(f'<path class="tick" d="M {x:.1f} {bottom:g} v 5"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{bottom + 19:g}" text-anchor="middle">{escape(frame.write_x(value))}</text>'
        )
    parts.append(f'<path class="axis" d="M {LEFT:g} {TOP:g} V {bottom:g} H {right:g}"/>')
    return parts


def trace(frame: Frame, points: Sequence[Point]) -> str:
    """A path through points."""
    placed = [frame.place(point) for point in points]
    return " ".join(f"{'M' if number == 0 else 'L'} {x:.1f} {y:.1f}" for number, (x, y) in enumerate(placed))


def widen(points: Sequence[Point]) -> list[Point]:
    """Points that hold until the next one."""
    found = list(points[:1])
    for (_, before), (at, value) in pairwise(points):
        found += [(at, before), (at, value)]
    return found
