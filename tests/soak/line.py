"""A client's connection to a router: one request at a time, and what became of it when the connection was lost."""

import asyncio
import re
from typing import Final, NamedTuple, cast

from bench.client import read_answer

TOKEN: Final = re.compile(rb"(?i)\r\nx-interleaver-impression: *([^\r]+)")
CLOSES: Final = re.compile(rb"(?i)\r\nconnection: *close")


class Lost(Exception):
    """The connection was lost, or could not be had. `begun`: the answer had begun."""

    def __init__(self, begun: bool = False) -> None:
        super().__init__("begun" if begun else "before the answer")
        self.begun = begun


class Reply(NamedTuple):
    """An answer as it came."""

    status: int
    token: str | None
    body: bytes
    closes: bool


def read_reply(data: bytes) -> Reply | None:
    """The answer that stands in `data`; None if it is not complete. Raises ValueError for what is none."""
    answer = read_answer(data)
    if answer is None:
        return None
    token = TOKEN.search(answer.head)
    closes = CLOSES.search(answer.head) is not None
    return Reply(answer.status, token[1].decode() if token else None, answer.body, closes)


OPEN: Final[set["Line"]] = set()  # all connections that there are


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.received = b""
        self.waiting: asyncio.Future[Reply] | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        OPEN.add(self)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if (reply := read_reply(self.received)) is None or self.waiting is None:
            return
        self.received = b""
        waiting, self.waiting = self.waiting, None
        if not waiting.done():
            waiting.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        OPEN.discard(self)
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(Lost(bool(self.received)))

    async def ask(self, request: bytes) -> Reply:
        """Send a request and await its answer. Raises Lost."""
        if self.closed:
            raise Lost
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting

    def close(self) -> None:
        self.transport.close()


async def close_all() -> None:
    """Close every connection, and wait until the loop has seen it."""
    while OPEN:
        for line in OPEN.copy():
            line.transport.abort()
        await asyncio.sleep(0.01)


async def dial(port: int) -> Line:
    """A new connection. Raises Lost."""
    try:
        _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", port)
    except OSError:
        raise Lost from None
    return line


def render_request(path: str, headers: str, body: bytes, closes: bool) -> bytes:
    """A request's bytes. `headers` are whole lines."""
    last = "Connection: close\r\n" if closes else ""
    head = f"POST {path} HTTP/1.1\r\nHost: shop\r\n{headers}{last}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
