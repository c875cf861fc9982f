"""One request of a client and its answer, on a connection that may hold several in a row.

Handlers take the body through a `BodyReceiver` and answer through the `Exchange`; the connection keeps the order.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from interleaver.router.http1.caching import forbid_keeping
from interleaver.router.http1.message import BODILESS, REASONS, Header, Headers, Request
from interleaver.router.http1.sending import CHUNKED, CLOSE, KEEP_ALIVE, LAST_CHUNK, frame_chunk, render_answer_head
from interleaver.router.http1.takers import RequestTaker

from .states import OPEN, State

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
JSON: Final = Header(b"Content-Type", b"application/json")


class BodyReceiver:
    """Who takes the body of a request and is told what becomes of the client. This one takes nothing."""

    def take_body(self, data: bytes) -> None:
        """A piece of the body."""

    def end_body(self) -> None:
        """The body is complete."""

    def lose_client(self) -> None:
        """The client is gone; nothing that is written arrives any more."""

    def pause_answer(self, paused: bool) -> None:
        """The client reads more slowly than we write (True), or has caught up (False)."""

    def run_out(self) -> None:
        """Nothing moved for so long that this exchange has to end."""


NOBODY: Final = BodyReceiver()


class Port:
    """What all connections of a port share that an exchange asks for."""

    def __init__(self) -> None:
        self.leaving = False  # every answer says `Connection: close`
        self.refusals: dict[int, int] = {}  # errors of our own making, by status


class Wire(RequestTaker):
    """What an exchange sees of the connection that it is on."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.queue: deque[Exchange] = deque()  # the first one is being answered
        self.state: State = OPEN
        self.peer = b"unknown"  # the client's address, or that of the last proxy before us

    def may_stay_open(self, exchange: "Exchange") -> bool:
        """Whether the connection serves further requests after this exchange."""
        if exchange.last or not exchange.request.keep_alive:
            return False
        return len(self.queue) > 1 or not (self.state.half_closed or self.port.leaving)

    def send(self, data: bytes) -> None:
        """Write to the client."""
        raise NotImplementedError

    def buffer(self, data: bytes) -> None:
        """Write to the client once the piece of the model's answer that is at hand is used up."""
        raise NotImplementedError

    def flush(self) -> None:
        """Write what is buffered."""
        raise NotImplementedError

    def pause_body(self, paused: bool) -> None:
        """Stop reading from the client (True), or go on (False)."""
        raise NotImplementedError

    def conclude(self, exchange: "Exchange", data: bytes) -> None:
        """The answer is complete with `data`."""
        raise NotImplementedError

    def hand_over(self) -> asyncio.Transport:
        """Give the client away: from now on it does not speak HTTP."""
        raise NotImplementedError

    def abort(self) -> None:
        """Cut the connection, so that the client sees that the answer is not complete."""
        raise NotImplementedError


class Exchange:
    """A request, whatever of its body has arrived, and the answer as far as it has been sent."""

    __slots__ = (
        "arrived", "chunked", "complete", "continued", "early", "ended", "last", "preview", "receiver", "refusal",
        "request", "served", "started", "stays", "wire",
    )  # fmt: skip

    def __init__(self, wire: Wire, request: Request, arrived: float) -> None:
        self.wire = wire
        self.request = request
        self.arrived = arrived  # loop time at which the head was complete
        self.complete = False  # the whole body is in
        self.last = False  # the connection ends after this answer
        self.served = False  # a handler has it
        self.started = self.ended = False  # the answer
        self.refusal: tuple[int, str] | None = None  # status and words, for a request that must not be served
        self.chunked = False
        self.continued = False  # the client was told to go on and send the body
        self.stays = True
        self.preview: Header | None = None  # says what the answer is a preview of, which nobody may keep
        self.early: list[bytes] = []  # what arrived before there was a receiver
        self.receiver: BodyReceiver | None = None

    def read_body(self, receiver: BodyReceiver) -> None:
        """Hand the body to a receiver: what is here already, then the rest as it arrives."""
        self.receiver = receiver
        if self.request.expects and not self.continued and not self.complete and not self.early:
            self.continued = True
            self.wire.send(CONTINUE)
        early, self.early = self.early, []
        for data in early:
            receiver.take_body(data)
        if self.complete:
            receiver.end_body()

    def start(self, status: int, reason: bytes, headers: Headers, length: int | None) -> None:
        """Send the head of the answer. `headers` carry Content-Length if there is one; length None = unknown."""
        if length is None and self.request.method != b"HEAD" and status not in BODILESS:
            self.begin_body(headers)
        self.wire.buffer(self.render_head(status, reason, headers, None))

    def begin_body(self, headers: Headers) -> None:
        """A body of unknown length: in chunks, or to a client that knows none until the connection ends."""
        self.chunked = self.request.modern
        if self.chunked:
            headers.append(CHUNKED)
        else:
            self.last = True

    def render_head(self, status: int, reason: bytes, headers: Headers, length: int | None) -> bytes:
        """The head of the answer, which is to be sent. `length` is None where no header of ours says it."""
        self.started = True
        self.stays = self.wire.may_stay_open(self)
        if self.preview is not None:
            headers = forbid_keeping(headers, self.preview)
        if status == 204:  # RFC 9110 section 8.6: it must not have one
            headers = [header for header in headers if header.key != b"content-length"]
        last = None if self.request.modern else KEEP_ALIVE
        return render_answer_head(status, reason, headers, length, last if self.stays else CLOSE)

    def write(self, data: bytes) -> None:
        """Send a piece of the answer's body."""
        self.wire.buffer(frame_chunk(data) if self.chunked else data)

    def finish(self) -> None:
        """The answer is complete."""
        self.ended = True
        self.wire.conclude(self, LAST_CHUNK if self.chunked else b"")

    def answer(
        self, status: int, headers: Headers, body: bytes, reason: bytes | None = None, declared: bool = False
    ) -> None:
        """Send a whole answer at once. A HEAD request gets the same head without the body.

        `declared` = `headers` say how long the body is.
        """
        reason = REASONS.get(status, b"") if reason is None else reason
        length = None if declared or status in BODILESS else len(body)
        head = self.render_head(status, reason, headers, length)
        self.ended = True
        self.wire.conclude(self, head + body if self.request.method != b"HEAD" else head)

    def answer_json(self, status: int, document: object, *extra: Header) -> None:
        """Send a JSON document of our own."""
        self.answer(status, [JSON, *extra], msgspec.json.encode(document) + b"\n")

    def refuse(self, status: int, message: str, *extra: Header) -> None:
        """Send an error of our own, in words for the person who has to find its cause."""
        self.last = self.last or not self.complete  # what is left of the body would have to be read first
        if self.preview is None:
            refusals = self.wire.port.refusals
            refusals[status] = refusals.get(status, 0) + 1
        self.answer_json(status, {"error": message}, *extra)


Handler = Callable[[Exchange], None]
