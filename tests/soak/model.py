"""A model server that is fast, and gives trouble when told to: `python -m tests.soak.model champion 21000`.

`POST /trouble` with the name of a trouble in its body switches that on, and `none` off again.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from typing import Final, cast

import uvloop

from tests.soak.lists import FIND_UNIT, render

LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
SLOW_SECONDS: Final = 4.0  # beyond both models' deadlines


def answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer's bytes."""
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


class Server:
    """What all connections have in common."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.trouble = "none"


class Connection(asyncio.Protocol):
    """One connection, with one request at a time."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.received = b""
        self.troubles: dict[str, Callable[[bytes], None]] = {
            "none": self.send,
            "garbage": lambda good: self.send(b"\x16\x03\x01\x02\x00\x01 \xff\xfe no HTTP at all\r\n\r\n"),
            "errors": lambda good: self.send(answer(b'{"error":"out of order"}', b"500 Internal Server Error")),
            "empty": lambda good: self.send(answer(b'{"items":[]}')),
            "nonsense": lambda good: self.send(answer(b'{"items":{"is":"no list"}}')),
            "hanging up": self.hang_up,
            "slow": lambda good: self.wait(good, SLOW_SECONDS),
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (request := self.take_request()) is not None:
            self.serve(*request)

    def take_request(self) -> tuple[bytes, bytes] | None:
        """Head and body of a request that has come whole."""
        head, end, rest = self.received.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        size = int(found[1]) if found else 0
        if not end or len(rest) < size:
            return None
        self.received = rest[size:]
        return head, rest[:size]

    def serve(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"POST /trouble "):
            self.server.trouble = body.decode()
            return self.send(answer(b"{}"))
        found = FIND_UNIT.search(head)
        unit = found[1].decode() if found else ""
        self.troubles[self.server.trouble](answer(render(self.server.model, unit)))

    def send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def wait(self, data: bytes, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.send, data)

    def hang_up(self, good: bytes) -> None:
        self.send(good[: len(good) // 2])
        self.transport.close()


async def serve(model: str, port: int) -> None:
    """Serve until the process ends."""
    server = Server(model)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(server), "127.0.0.1", port, backlog=1024)
    await listening.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
