"""One request of a client and its answer, on a connection that may hold several in a row.

Handlers take the body through a `BodyReceiver` and answer through the `Exchange`; the connection keeps the order.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from interleaver.router.http1.headers import CHUNKED, CLOSE, KEEP_ALIVE, Header, Headers, declare_length, render_head
from interleaver.router.http1.message import BODILESS, LAST_CHUNK, REASONS, Request, frame_chunk, render_status_line

if TYPE_CHECKING:
    from .connection import Connection

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
JSON: Final = Header(b"Content-Type", b"application/json")


class BodyReceiver(Protocol):
    """Who takes the body of a request and is told what becomes of the client."""

    def take_body(self, data: bytes) -> None:
        """A piece of the body."""

    def end_body(self) -> None:
        """The body is complete."""

    def lose_client(self) -> None:
        """The client is gone; nothing that is written arrives any more."""

    def hold_answer(self, held: bool) -> None:
        """The client reads more slowly than we write (True), or has caught up (False)."""

    def run_out(self) -> None:
        """Nothing moved for so long that this exchange has to end."""


class Exchange:
    """A request, whatever of its body has arrived, and the answer as far as it has been sent."""

    __slots__ = (
        "arrived", "chunked", "complete", "continued", "early", "ended", "last", "receiver", "refusal", "request",
        "served", "started", "stays", "wire",
    )  # fmt: skip

    def __init__(self, wire: "Connection", request: Request, arrived: float) -> None:
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
        self.early: list[bytes] = []  # what arrived before there was a receiver
        self.receiver: BodyReceiver | None = None

    def join_early(self) -> bytes:
        """The whole body of a request that is complete and has no receiver yet."""
        early, self.early = self.early, []
        return early[0] if len(early) == 1 else b"".join(early)

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
        self.wire.hold_piece(self.render_head(status, reason, headers, length))

    def render_head(self, status: int, reason: bytes, headers: Headers, length: int | None) -> bytes:
        """The head of the answer, which is to be sent."""
        self.started = True
        self.stays = self.wire.may_stay_open(self)
        if status == 204:  # RFC 9110 section 8.6: it must not have one
            headers = [header for header in headers if header.key != b"content-length"]
        if length is None and self.request.method != b"HEAD" and status not in BODILESS:
            if self.request.modern:
                self.chunked = True
                headers.append(CHUNKED)
            else:
                self.stays = False
        if not self.stays:
            headers.append(CLOSE)
        elif not self.request.modern:
            headers.append(KEEP_ALIVE)
        return render_head(render_status_line(status, reason), headers)

    def write(self, data: bytes) -> None:
        """Send a piece of the answer's body."""
        self.wire.hold_piece(frame_chunk(data) if self.chunked else data)

    def finish(self) -> None:
        """The answer is complete."""
        self.ended = True
        self.wire.conclude(self, LAST_CHUNK if self.chunked else b"")

    def answer(self, status: int, headers: Headers, body: bytes, reason: bytes | None = None) -> None:
        """Send a whole answer at once. A HEAD request gets the same head without the body."""
        if status not in BODILESS:
            headers.append(declare_length(len(body)))
        reason = REASONS.get(status, b"") if reason is None else reason
        head = self.render_head(status, reason, headers, len(body))
        self.ended = True
        self.wire.conclude(self, head + body if self.request.method != b"HEAD" else head)

    def answer_json(self, status: int, document: object, *extra: Header) -> None:
        """Send a JSON document of our own."""
        self.answer(status, [JSON, *extra], msgspec.json.encode(document) + b"\n")

    def refuse(self, status: int, message: str, *extra: Header) -> None:
        """Send an error of our own, in words for the person who has to find its cause."""
        self.last = self.last or not self.complete  # what is left of the body would have to be read first
        self.wire.count_refusal(status)
        self.answer_json(status, {"error": message}, *extra)


Handler = Callable[[Exchange], None]
