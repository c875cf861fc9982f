"""The breaker: a candidate that fails again and again is left alone, and tried with one request at a time. Pure.

It belongs to one candidate at one address in one run. The champion has none: there is nothing to fall back on.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final


class State(Enum):
    """What becomes of calls."""

    CLOSED = "closed"  # every call is made
    OPEN = "open"  # none is
    HALF_OPEN = "half-open"  # none but the one that finds out


class Move(Enum):
    """What moves the breaker."""

    TRIP = "trip"  # too many calls failed
    PROBE = "probe"  # the wait is over: a call is made
    RECOVER = "recover"  # it went well
    RELAPSE = "relapse"  # it did not


TRANSITIONS: Final = {
    (State.CLOSED, Move.TRIP): State.OPEN,
    (State.OPEN, Move.PROBE): State.HALF_OPEN,
    (State.HALF_OPEN, Move.RECOVER): State.CLOSED,
    (State.HALF_OPEN, Move.RELAPSE): State.OPEN,
}

IN_A_ROW: Final = 5  # failures that open it: fewer would be an ordinary restart of one pod among several
WINDOW: Final = 20  # calls, of which more than half failing open it: a candidate that fails now and then
FIRST_WAIT: Final = 1.0  # seconds until the first probe: a blip costs no more
LONGEST_WAIT: Final = 30.0  # a dead candidate costs one request in this time its deadline

ROW_MASK: Final = (1 << IN_A_ROW) - 1
WINDOW_MASK: Final = (1 << WINDOW) - 1


class IllegalMove(ValueError):
    """A move that cannot happen in this state."""


class Breaker:
    """Decides which calls are made. `tell` hears of every move, after it.

    A call is made with a ticket, and its outcome is noted with it. Every move makes the tickets before it void: what
    began before the breaker opened says nothing of how the candidate is now.
    """

    __slots__ = ("closed", "due", "history", "state", "tell", "ticket", "wait")

    def __init__(self, tell: Callable[[Move, "Breaker"], None] = lambda move, breaker: None) -> None:
        self.tell = tell
        self.state = State.CLOSED
        self.closed = True  # asked for at every request, where a look at the state costs more than all the rest
        self.ticket = 0
        self.history = 0  # a bit for each of the last calls, 1 = failed, the latest lowest
        self.wait = FIRST_WAIT  # seconds, as of the last move
        self.due = 0.0  # when the next probe may go

    def admit(self, now: float) -> int | None:
        """The ticket of a call that is to be made; None when it is to be left out. `now` in seconds of any clock."""
        if not self.closed:
            if self.state is State.HALF_OPEN or now < self.due:
                return None
            self.move(Move.PROBE)
        return self.ticket

    def note(self, ticket: int, failed: bool | None, now: float) -> None:
        """The outcome of a call; None = it says nothing of the candidate, which for a probe is not enough."""
        if ticket != self.ticket:
            return
        if self.closed:
            if failed is not None:
                self.history = (self.history << 1 | failed) & WINDOW_MASK
                if failed and is_too_much(self.history):
                    self.shut_out(Move.TRIP, FIRST_WAIT, now)
        elif failed is False:
            self.history = 0
            self.move(Move.RECOVER)
        else:
            self.shut_out(Move.RELAPSE, min(2 * self.wait, LONGEST_WAIT), now)

    def shut_out(self, move: Move, wait: float, now: float) -> None:
        """Make no call for a while."""
        self.wait, self.due = wait, now + wait
        self.move(move)

    def move(self, move: Move) -> None:
        self.state = follow(self.state, move)
        self.closed = self.state is State.CLOSED
        self.ticket += 1
        self.tell(move, self)


def is_too_much(history: int) -> bool:
    """Whether so many calls failed that the candidate is to be left alone."""
    return history & ROW_MASK == ROW_MASK or history.bit_count() * 2 > WINDOW


def follow(state: State, move: Move) -> State:
    """The state that a move leads to. Raises IllegalMove."""
    try:
        return TRANSITIONS[state, move]
    except KeyError:
        raise IllegalMove(f"{move.value} while {state.value}") from None
