"""Collecting the body of a ranking request, which both models are to get, up to a limit."""

from collections.abc import Callable
from typing import Final

from .exchange import BodyReceiver, Exchange

BODY_BYTES: Final = 1_048_576  # of an interleaved request and of feedback
MOST_BYTES: Final = 33_554_432  # of all bodies that are on their way: slow clients must not take the pod's memory


class Shelf:
    """How much there is of all the bodies that a router gathers."""

    def __init__(self) -> None:
        self.size = 0  # bytes


class Collecting(BodyReceiver):
    """Gathers a body: `done` gets it when it is complete, `overflow` is called when there is no room for it.

    Both are given the collecting, for if they held it the circle would wait for the garbage collector.
    """

    def __init__(
        self,
        shelf: Shelf,
        exchange: Exchange,
        done: Callable[["Collecting", bytes], None],
        overflow: Callable[["Collecting"], None],
    ) -> None:
        self.shelf = shelf
        self.gathered = 0  # bytes on the shelf
        self.begun = False  # what was here already is taken
        self.exchange = exchange
        self.done = done
        self.overflow = overflow
        self.parts: list[bytes] = []
        self.size = 0
        self.complete = False

    def begin(self) -> None:
        if self.is_long() or (not self.exchange.complete and self.shelf.size > MOST_BYTES):
            self.overflow(self)
        else:
            self.exchange.read_body(self)
            self.begun = True

    def is_long(self) -> bool:
        """Whether the body exceeds the limit for one, as far as is known."""
        return max(self.exchange.request.length or 0, self.size) > BODY_BYTES

    def take_body(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        self.gathered += len(data)
        self.shelf.size += len(data)
        if self.size > BODY_BYTES or (self.begun and self.shelf.size > MOST_BYTES):
            self.give_back()
            self.overflow(self)

    def give_back(self) -> None:
        """Put what was gathered back, for whoever takes the body instead."""
        self.release()
        self.exchange.early, self.parts = self.parts, []

    def release(self) -> None:
        """Make room: the body is not on its way any more."""
        self.shelf.size -= self.gathered
        self.gathered = 0

    def end_body(self) -> None:
        self.complete = True
        self.release()
        self.done(self, self.parts[0] if len(self.parts) == 1 else b"".join(self.parts))

    def lose_client(self) -> None:
        """Nothing was begun."""
        self.release()

    def run_out(self) -> None:
        """The client stands still. Once the body is here the models' own deadlines count."""
        if not self.complete:
            self.release()
            self.exchange.refuse(408, "the request's body took too long")
