"""What a connection to a model is doing, as a table."""

from enum import Enum
from typing import Final


class State(Enum):
    """What becomes of the bytes that arrive."""

    FRESH = "fresh"  # it has carried nothing yet
    IDLE = "idle"  # it has, and may again: bytes are none that anybody asked for
    BUSY = "busy"  # it carries a call
    DRAINING = "draining"  # the call was abandoned: its answer is read to its end and thrown away
    CLOSED = "closed"

    __hash__ = object.__hash__  # a member is a single object; Enum's own hash is a call in Python at every look-up


class Move(Enum):
    """What moves it."""

    BEGIN = "begin"  # a call is put on it
    ABANDON = "abandon"  # nobody waits for the answer, which may still come
    END = "end"  # the answer is complete, and the connection can be used again
    CLOSE = "close"

    __hash__ = object.__hash__


# Members are looked up once: reading them off the class costs more than the table.
FRESH: Final = State.FRESH
IDLE: Final = State.IDLE
BUSY: Final = State.BUSY
DRAINING: Final = State.DRAINING
CLOSED: Final = State.CLOSED
BEGIN: Final = Move.BEGIN
ABANDON: Final = Move.ABANDON
END: Final = Move.END
CLOSE: Final = Move.CLOSE

# Every other move is a KeyError that names it.
TRANSITIONS: Final = {
    (FRESH, BEGIN): BUSY,
    (IDLE, BEGIN): BUSY,
    (BUSY, END): IDLE,
    (BUSY, ABANDON): DRAINING,
    (DRAINING, END): IDLE,
    (FRESH, CLOSE): CLOSED,
    (IDLE, CLOSE): CLOSED,
    (BUSY, CLOSE): CLOSED,
    (DRAINING, CLOSE): CLOSED,
}
