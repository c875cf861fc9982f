"""Collecting the body of a ranking request, which both models are to get, up to a limit."""

from collections.abc import Callable
from typing import Final

from .exchange import Exchange

BODY_BYTES: Final = 1_048_576  # of an interleaved request and of feedback


class Waiting:
    """Takes nothing: the body is here, and until the models answer their own deadlines count."""

    def take_body(self, data: bytes) -> None: ...

    def end_body(self) -> None: ...

    def lose_client(self) -> None: ...

    def hold_answer(self, held: bool) -> None: ...

    def run_out(self) -> None: ...


WAITING: Final = Waiting()


class Collecting:
    """Gathers a body: `done(body)` when it is complete, `overflow()` when it exceeds the limit."""

    def __init__(self, exchange: Exchange, done: Callable[[bytes], None], overflow: Callable[[], None]) -> None:
        self.exchange = exchange
        self.done = done
        self.overflow = overflow
        self.parts: list[bytes] = []
        self.size = 0
        self.complete = False

    def begin(self) -> None:
        if (self.exchange.request.length or 0) > BODY_BYTES:
            self.overflow()
        else:
            self.exchange.read_body(self)

    def take_body(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        if self.size > BODY_BYTES:
            self.give_back()
            self.overflow()

    def give_back(self) -> None:
        """Put what was gathered back, for whoever takes the body instead."""
        self.exchange.early, self.parts = self.parts, []

    def end_body(self) -> None:
        self.complete = True
        self.done(self.parts[0] if len(self.parts) == 1 else b"".join(self.parts))

    def lose_client(self) -> None:
        """Nothing was begun."""

    def hold_answer(self, held: bool) -> None:
        """Nothing is sent before the body is complete."""

    def run_out(self) -> None:
        """The client stands still. Once the body is here the models' own deadlines count."""
        if not self.complete:
            self.exchange.refuse(408, "the request's body took too long")
