"""What a client's connection is at, as a table."""

from enum import Enum
from typing import Final


class State:
    """What holds in a state. States are told apart by identity."""

    __slots__ = ("deaf", "half_closed", "lost", "name")

    def __init__(self, name: str, deaf: bool = False, half_closed: bool = False, lost: bool = False) -> None:
        self.name = name
        self.deaf = deaf  # nothing more is read: after an error, or after the last answer
        self.half_closed = half_closed  # the client has said all it will say
        self.lost = lost  # nothing can be written any more, or it is another protocol's

    def __repr__(self) -> str:
        return self.name


OPEN: Final = State("open")
HALF_CLOSED: Final = State("half-closed", half_closed=True)
ENDING: Final = State("ending", deaf=True)
ENDING_HALF_CLOSED: Final = State("ending, half-closed", deaf=True, half_closed=True)
LOST: Final = State("lost", deaf=True, lost=True)


class Move(Enum):
    """What moves it."""

    SAY_ALL = "say all"  # the client closed its direction
    END = "end"  # we read nothing more
    LOSE = "lose"  # the connection is gone, or given away

    __hash__ = object.__hash__  # a member is a single object; Enum's own hash is a call in Python at every look-up


# Every other move is a KeyError that names it.
TRANSITIONS: Final = {
    (OPEN, Move.SAY_ALL): HALF_CLOSED,
    (ENDING, Move.SAY_ALL): ENDING_HALF_CLOSED,
    (OPEN, Move.END): ENDING,
    (HALF_CLOSED, Move.END): ENDING_HALF_CLOSED,
    (ENDING, Move.END): ENDING,
    (ENDING_HALF_CLOSED, Move.END): ENDING_HALF_CLOSED,
    (LOST, Move.END): LOST,
    (OPEN, Move.LOSE): LOST,
    (HALF_CLOSED, Move.LOSE): LOST,
    (ENDING, Move.LOSE): LOST,
    (ENDING_HALF_CLOSED, Move.LOSE): LOST,
    (LOST, Move.LOSE): LOST,
}
