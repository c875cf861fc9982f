"""Numbers and grades as public files spell them."""

import math
import re
from typing import Final

from interleaver.lab.terms.unusable import Place, Unusable

# Python alone would also read `1_000`, `infinity` and digits of other scripts, which no format of the field has.
NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
WHOLE: Final = re.compile(r"[0-9]+")

# File, line and field: a Place is made of them only where something is wrong, which saves seconds in a million lines.
Spot = tuple[str, int, str]


def read_number(text: str, place: Place | Spot, wanted: str) -> float:
    """A finite number; `1.0` and `1` are one. Raises Unusable."""
    number = float(text) if NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise Unusable(locate(place), f"{text!r} is no finite number", wanted)
    return number


def read_grade(text: str, place: Place | Spot, greatest: float | None = None) -> float:
    """A grade, which may be negative: who imports takes such a one as 0 and counts it. Raises Unusable, for one above
    the greatest that was stated, too."""
    grade = read_number(text, place, "a grade is a number such as 0, 2 or 1.0")
    if greatest is not None and grade > greatest:
        raise Unusable(locate(place), f"found {text}", f"the greatest grade was said to be {greatest:g}")
    return grade


def read_whole(text: str, place: Place | Spot, wanted: str) -> int:
    """A whole number of at least 0. Raises Unusable."""
    if not WHOLE.fullmatch(text):
        raise Unusable(locate(place), f"{text!r} is no whole number", wanted)
    return int(text)


def locate(place: Place | Spot) -> Place:
    """The place that is meant."""
    return place if isinstance(place, Place) else Place(place[0], line=place[1], field=place[2])
