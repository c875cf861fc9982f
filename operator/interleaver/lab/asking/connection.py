"""One connection to a model server, kept alive, with one request on it at a time. Reads HTTP/1.1 with httptools."""

import asyncio
from typing import Final, cast

import httptools

from .exchange import Exchange, Lost, Received, Trouble
from .wire import Wire

HEAD_BYTES: Final = 65_536  # of a head, and of what is no body behind it; none that is meant well is larger
BODILESS: Final = (204, 304)


class Connection(asyncio.Protocol):
    """Sends a request and says what came of it. Once it is closed, or an answer ends it, it is of no more use."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.open = True
        self.due = 0.0  # loop time at which the answer is late
        self.timer: asyncio.TimerHandle | None = None
        self.waiting: asyncio.Future[Exchange] | None = None
        self.parser = httptools.HttpResponseParser(self)
        self.reset()

    def reset(self) -> None:
        """Make ready for an answer, or for the one that follows an interim one."""
        self.fields: dict[bytes, bytes] = {}
        self.parts: list[bytes] = []
        self.size = 0
        self.beside = 0  # bytes since the last one of a body
        self.status = 0
        self.until_close = False

    @property
    def untouched(self) -> bool:
        """Whether nothing of an answer has come to the request that is on its way."""
        return self.beside == 0 and self.status == 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.loop = asyncio.get_running_loop()

    def send(self, request: bytes, due: float) -> "asyncio.Future[Exchange]":
        """Send a request; its outcome comes in the future, by that loop time."""
        if not self.untouched:
            self.reset()
        self.due = due
        if self.timer is None:
            self.timer = self.loop.call_at(due, self.look_at_clock)
        self.waiting = self.loop.create_future()
        self.transport.write(request)
        self.sent = self.wire.clock()
        return self.waiting

    def look_at_clock(self) -> None:
        """One timer runs for many requests in turn: it goes on until the answer to the latest is late."""
        self.timer = None
        if self.waiting is not None and self.loop.time() >= self.due:
            self.fail(Trouble.TIMEOUT, f"{self.wire.timeout:g} s")
        elif self.waiting is not None:
            self.timer = self.loop.call_at(self.due, self.look_at_clock)

    def data_received(self, data: bytes) -> None:
        if self.waiting is None:
            return self.close()  # an answer that nobody asked for
        if not self.untouched:
            return self.read(data)
        known = self.wire.heads.recall(data)
        if known is not None and known[0].length <= self.wire.most_bytes:
            head, start = known
            return self.conclude(
                Received(head.status, head.fields, data[start:], 1000 * (self.wire.clock() - self.sent))
            )
        self.read(data)
        if self.waiting is None and self.open:
            self.wire.heads.learn(data, self.status, self.fields, self.size)

    def read(self, data: bytes) -> None:
        """Read on in an answer."""
        self.beside += len(data)
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self.waiting is not None:
                self.fail(Trouble.GARBLED, str(error))
            return self.close()  # what follows a complete answer is nobody's
        if self.waiting is not None and self.beside > HEAD_BYTES:
            self.fail(Trouble.GARBLED, f"more than {HEAD_BYTES:,} bytes of headers")

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.waiting is None:
            self.close()  # behind a complete answer stands another: nobody can say whose it is

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # else it is a trailer
            self.fields[name.lower()] = value

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        self.until_close = not (
            b"content-length" in self.fields or b"transfer-encoding" in self.fields or self.status in BODILESS
        )

    def on_body(self, data: bytes) -> None:
        self.beside = 0
        self.size += len(data)
        if self.size > self.wire.most_bytes:
            self.fail(Trouble.TOO_LARGE, f"more than {self.wire.most_bytes:,} bytes")
        else:
            self.parts.append(data)

    def on_message_complete(self) -> None:
        if 100 <= self.status < 200:
            self.reset()
        elif self.waiting is not None:
            if not self.parser.should_keep_alive():
                self.close()
            self.conclude(self.take_answer())

    # Ends.

    def take_answer(self) -> Received:
        """The answer that is complete now."""
        return Received(self.status, self.fields, b"".join(self.parts), self.read_clock())

    def read_clock(self) -> float:
        """Milliseconds since the request was sent."""
        return 1000 * (self.wire.clock() - self.sent)

    def conclude(self, outcome: Exchange) -> None:
        """Tell whoever waits, if they have not gone."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(outcome)

    def fail(self, trouble: Trouble, words: str) -> None:
        """The answer will not be complete."""
        self.conclude(Lost(trouble, f"{trouble.value}: {words}" if words else trouble.value))
        self.close()

    def close(self) -> None:
        """No more is sent here."""
        if self.open:
            self.open = False
            self.transport.abort()
        self.forget_clock()

    def forget_clock(self) -> None:
        """Nothing is waited for any more."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def eof_received(self) -> None:
        self.end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(exc)

    def end(self, error: Exception | None) -> None:
        """The server closed, which for some answers is how they end."""
        self.open = False
        if self.waiting is not None and self.until_close and error is None:
            self.conclude(self.take_answer())
        elif self.waiting is not None:
            self.fail(Trouble.CLOSED, str(error or ""))
        self.forget_clock()
