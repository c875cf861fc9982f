"""A small endpoint to shop at: says what a test tells it to, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reply = Callable[["Endpoint", str, bytes], bytes | None]  # None closes the connection without an answer


@dataclass
class Endpoint:
    """What was asked: connections, request heads and bodies in order."""

    reply: Reply
    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def count_requests(self, path: str) -> int:
        """Requests to this path."""
        return sum(head.startswith(f"POST {path} ") for head in self.heads)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(line for line in head.splitlines() if line.startswith("Content-Length: "))
                body = await reader.readexactly(int(length.split()[1]))
                self.heads.append(head)
                self.bodies.append(body)
                answer = self.reply(self, head, body)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The shopper has closed its connection.
        finally:
            writer.close()


@asynccontextmanager
async def open_endpoint(reply: Reply) -> AsyncIterator[Endpoint]:
    """An endpoint on a free port of the loopback interface."""
    endpoint = Endpoint(reply)
    async with serve_on_loopback(endpoint.serve) as port:
        endpoint.port = port
        yield endpoint


@asynccontextmanager
async def serve_on_loopback(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], limit: int = 2**16
) -> AsyncIterator[int]:
    """A server on a free port; what it still serves is cancelled at the end."""
    running = set[asyncio.Task[None]]()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=limit)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def answer_with(status: int, document: object, headers: str = "") -> bytes:
    """An answer with a JSON body."""
    body = json.dumps(document).encode()
    return f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def list_items(count: int) -> dict[str, object]:
    """A model's answer with films 1, 2, 3, …"""
    return {"items": [{"id": number} for number in range(1, count + 1)]}
