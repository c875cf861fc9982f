"""Models that answer every request with the same bytes, or never, in a thread of this process.

Fast enough beside valgrind; the benchmark takes nginx for models that answer.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from bench.scene import REQUEST_BODY


class Model(asyncio.Protocol):
    """One connection of a model. It knows the one body that is ever sent."""

    def __init__(self, answer: bytes | None, connections: "set[Model]") -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.answer = head % len(answer) + answer if answer is not None else b""
        self.received = b""
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        *complete, self.received = (self.received + data).split(REQUEST_BODY)
        self.transport.write(self.answer * len(complete))


@contextmanager
def serve_models(*answers: bytes | None) -> Iterator[list[str]]:
    """Serve each answer at a URL of its own, until the block ends; None is a model that hangs."""
    loop = asyncio.new_event_loop()
    connections: set[Model] = set()
    servers = [loop.run_until_complete(listen(loop, answer, connections)) for answer in answers]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield [f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(hang_up(servers, connections))
        loop.close()


async def listen(loop: asyncio.AbstractEventLoop, answer: bytes | None, connections: set[Model]) -> asyncio.Server:
    return await loop.create_server(lambda: Model(answer, connections), "127.0.0.1", 0)


async def hang_up(servers: list[asyncio.Server], connections: set[Model]) -> None:
    for server in servers:
        server.close()
    for connection in connections.copy():
        connection.transport.abort()
    await asyncio.sleep(0)  # for connection_lost
