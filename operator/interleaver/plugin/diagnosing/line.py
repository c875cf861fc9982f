"""An answer: how bad it is, what it is about, and in words what was found and what to do."""

from typing import Literal, NamedTuple

Level = Literal["OK", "WARN", "FAIL"]


class Line(NamedTuple):
    """WARN is worth a look, or could not be asked; FAIL keeps the experiment from doing its work."""

    level: Level
    topic: str
    words: str
