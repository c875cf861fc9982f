"""Searches that change a classifier's decision by changing a picture a little: only scores are seen. Pure.

`square` is the Square Attack in the maximum norm (Andriushchenko, Croce, Flammarion and Hein 2020, ECCV): a random
square of the change is drawn anew, and kept if the score comes nearer. `nes` follows the direction that pairs of
opposite random changes show (Ilyas, Engstrom, Athalye and Lin 2018, ICML: natural evolution strategies), drawn in
tiles, for neighbouring points matter alike (Ilyas, Engstrom and Madry 2019, ICLR: prior convictions). `random` is what
chance alone reaches with as many requests.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.int64]
"""Values from 0 to 255, (height, width, 1 or 3)."""
Trying = Generator[Points, float | None, None]
"""Yields changed points and is sent how far they are from the other decision: less is nearer, None is no answer."""
PicturesSearch = Callable[[Points, int, int, np.random.Generator], Trying]

FIRST_SHARE: Final = 0.8
"""Of the picture's area that the first squares have; the authors' value for tight budgets."""
HALVED_AT: Final = (0.002, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)  # shares of the budget, in proportion to theirs
PAIRS: Final = 5  # of opposite changes that one direction is read from: few, because budgets are small
TILES: Final = 6  # of one sign, along each side: many points are too many to find a direction for with few requests
STEP: Final = 0.5  # of the size, for one step along the direction


def search_random(points: Points, size: int, limit: int, chance: np.random.Generator) -> Trying:
    """Every value up or down by the whole size, drawn anew each time."""
    while True:
        yield clip(points + size * chance.choice((-1, 1), points.shape), points, size)


def search_square(points: Points, size: int, limit: int, chance: np.random.Generator) -> Trying:
    """Squares of one sign, smaller and smaller."""
    height, width, colours = points.shape
    stripes = size * chance.choice((-1, 1), (1, width, colours))
    best = clip(points + stripes, points, size)
    nearest = yield best
    for asked in range(1, limit):
        part = FIRST_SHARE / 2 ** sum(asked > share * limit for share in HALVED_AT)
        side = max(1, round((part * height * width) ** 0.5))
        tall, wide = min(side, height), min(side, width)
        top, left = int(chance.integers(0, height - tall + 1)), int(chance.integers(0, width - wide + 1))
        tried = best.copy()
        window = (slice(top, top + tall), slice(left, left + wide))
        tried[window] = points[window] + size * chance.choice((-1, 1), (1, 1, colours))
        tried = clip(tried, points, size)
        distance = yield tried
        if distance is not None and (nearest is None or distance <= nearest):
            best, nearest = tried, distance


def search_nes(points: Points, size: int, limit: int, chance: np.random.Generator) -> Trying:
    """Steps along the direction in which the score changes most."""
    at = points.astype(np.float64)
    while True:
        direction = np.zeros(points.shape)
        for _ in range(PAIRS):
            drawn = draw_tiles(points.shape, chance)
            up = yield clip(at + size * drawn, points, size)
            down = yield clip(at - size * drawn, points, size)
            if up is not None and down is not None:
                direction += (up - down) * drawn
        at = np.clip(at - max(1.0, STEP * size) * np.sign(direction), points - size, points + size)
        yield clip(at, points, size)


def draw_tiles(shape: tuple[int, ...], chance: np.random.Generator) -> NDArray[np.float64]:
    """Signs, the same within each tile."""
    height, width, colours = shape
    signs = chance.choice((-1.0, 1.0), (TILES, TILES, colours))
    rows, columns = np.arange(height) * TILES // height, np.arange(width) * TILES // width
    drawn: NDArray[np.float64] = signs[rows][:, columns]
    return drawn


SEARCHES: Final[Mapping[str, PicturesSearch]] = {
    "random": search_random,
    "square": search_square,
    "nes": search_nes,
}


def clip(changed: NDArray[np.float64] | Points, points: Points, size: int) -> Points:
    """Whole values no further than the size from the picture's own, and such as a picture can have."""
    within = np.clip(np.rint(changed), points - size, points + size)
    whole: Points = np.clip(within, 0, 255).astype(np.int64)
    return whole
