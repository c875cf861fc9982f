"""Drawing the map: one SVG that can be read on a light and on a dark page."""

import re
import textwrap
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Final

from .imports import Floor, House, Place
from .layout import Box, Way, connect, lay_passages, order, place
from .style import STYLE

WIDTH: Final = 1560.0
PADDING: Final = 16.0
NAME, LINE = 20.0, 16.0  # heights of a name and of a line of text
LETTER: Final = 6.6  # width of a letter, on the safe side
LONGEST: Final = 6  # lines that a whole sentence may take
PILE: Final = "/"  # between the names of packages that share a column
LAYERS: Final = ("program", "program", "program", "pure", "science", "vocabulary")  # a look for each layer of packages


def draw_house(house: House) -> str:
    """The whole map."""
    elements, bottom = draw_floor(house, pile(house), PADDING, PADDING, WIDTH - 2 * PADDING)
    size = f'width="{WIDTH:.0f}" height="{bottom + PADDING:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH:.0f} {bottom + PADDING:.0f}" role="img">'
    )
    title = "<title>The packages of interleaver, their rooms, and who imports whom</title>"
    return "\n".join([head, title, STYLE, '<rect class="page" width="100%" height="100%"/>', *elements, "</svg>", ""])


def pile(house: House) -> Floor:
    """The packages, those without rooms in one column where they stand beside packages with rooms."""
    columns: dict[str, str] = {}
    for row in house.packages.rows:
        plain = [name for name in row if name not in house.rooms]
        columns |= {name: name if name in house.rooms or len(plain) == len(row) else PILE.join(plain) for name in row}
    rows = tuple(tuple(dict.fromkeys(columns[name] for name in row)) for row in house.packages.rows)
    return Floor(rows, frozenset((columns[a], columns[b]) for a, b in house.packages.arrows))


def draw_floor(house: House, floor: Floor, x: float, y: float, width: float) -> tuple[list[str], float]:
    """A floor's arrows and boxes, and where it ends."""
    rows, hops = lay_passages(floor.rows, floor.arrows)
    order(rows, hops)
    boxes: dict[str, Box] = {}
    elements: list[str] = []
    for upper, row in pairwise([[], *rows]):
        boxes |= {box.name: box for box in place(row, x, width, weigh(house))}
        ways, gap = connect([hop for hop in hops if hop[0] in upper and hop[1] in row], boxes, y)
        y += gap if upper else 0
        height = max(measure(house, boxes[name]) for name in row)
        for name in row:
            boxes[name].y, boxes[name].height = y, find_height(house, boxes[name], height)
        y += height
        elements += map(draw_way, ways)
    return [*elements, *(line for box in boxes.values() for line in draw_box(house, box))], y


def find_height(house: House, box: Box, row: float) -> float:
    """A box is as high as its row, but for packages without rooms beside some that have them."""
    return row if box.passage or box.name in house.rooms or "." in box.name else measure(house, box)


def weigh(house: House) -> dict[str, float]:
    """How many columns a package needs."""
    return {name: float(max(map(len, floor.rows))) for name, floor in house.rooms.items()}


def measure(house: House, box: Box) -> float:
    """How high a box must be."""
    if box.passage:
        return 0.0
    heights = [measure_one(house, name, box.width) for name in box.name.split(PILE)]
    return sum(heights) + PADDING * (len(heights) - 1)


def measure_one(house: House, name: str, width: float) -> float:
    text = NAME + LINE * len(list(write(house.places[name], width))) + PADDING
    if name not in house.rooms:
        return text
    return draw_floor(house, house.rooms[name], 0.0, text, width - 2 * PADDING)[1] + PADDING


def write(place: Place, width: float) -> Iterator[tuple[str, str]]:
    """The lines below a place's name, each with its style. What a room loads is not said."""
    letters = int((width - PADDING) / LETTER)
    words = textwrap.wrap(place.sentence, letters)
    if len(words) > LONGEST:  # what comes after the first mark is detail
        words = textwrap.wrap(re.split(r"[:;,(]|\. ", place.sentence, maxsplit=1)[0].strip(), letters)
    yield from (("words", line) for line in words)
    if place.loads and "." not in place.name:
        yield from (("loads", line) for line in textwrap.wrap("loads " + ", ".join(place.loads), letters))


def draw_box(house: House, box: Box) -> Iterator[str]:
    """A box, or several in one column."""
    names = [] if box.passage else box.name.split(PILE)
    y = box.y
    for name in names:
        height = measure_one(house, name, box.width) if len(names) > 1 else box.height
        yield from draw_place(house, name, Box(name, box.x, box.width, y, height))
        y += height + PADDING


def draw_place(house: House, name: str, box: Box) -> Iterator[str]:
    """A package with its rooms, or a room."""
    layer = next((number for number, row in enumerate(house.packages.rows) if name in row), None)
    kind, size = ("room", "name") if layer is None else (LAYERS[layer], "name large")
    frame = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="6"'
    yield f'<rect class="{kind}" {frame}/>'
    lines = [(size, name.rpartition(".")[2]), *write(house.places[name], box.width)]
    for number, (style, line) in enumerate(lines):
        y = box.y + NAME + LINE * number
        yield f'<text class="{style}" x="{box.x + PADDING / 2:.1f}" y="{y:.1f}">{escape(line)}</text>'
    if name in house.rooms:
        top = box.y + NAME + LINE * (len(lines) - 1) + PADDING
        yield from draw_floor(house, house.rooms[name], box.x + PADDING, top, box.width - 2 * PADDING)[0]


def draw_way(way: Way) -> str:
    """An arrow, or the piece of one that goes on below."""
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in way.points)
    x, y = way.points[-1]
    point = f'<path class="point" d="M{x - 4:.1f},{y - 7:.1f} h8 l-4,7 z"/>' if way.ends else ""
    return f'<polyline class="way" points="{line}"/>{point}'
