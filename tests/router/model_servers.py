"""Model servers for the router's tests: small, honest HTTP/1.1 servers that can also be made to misbehave.

They run on an event loop in a thread of the test process, so that a test can change an answer, or the model's health,
at any moment, and can read exactly what a router sent.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def close(self) -> None:
        self.run(self.cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Seen(NamedTuple):
    """A request as a model received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Reply:
    """What a model answers: raw bytes after an optional delay, or a body with a usual head."""

    body: bytes = b"{}"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    delay: float = 0.0
    raw: bytes | None = None  # sent instead of all that
    chunks: tuple[bytes, ...] | None = None  # a chunked body
    close: bool = False  # close the connection afterwards

    def render(self) -> bytes:
        if self.raw is not None:
            return self.raw
        head = f"HTTP/1.1 {self.status}\r\n" + "".join(f"{key}: {value}\r\n" for key, value in self.headers)
        if self.chunks is None:
            return head.encode() + b"Content-Length: %d\r\n\r\n" % len(self.body) + self.body
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in self.chunks)
        return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


Answerer = Callable[[Seen], Reply]
Session = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Model:
    """One model server on a port of its own."""

    loop: Loop
    answer: Answerer = lambda seen: Reply()
    session: Session | None = None  # takes over whole connections
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    server: asyncio.Server | None = None
    transports: set[asyncio.BaseTransport] = field(default_factory=set)  # from their first moment on

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, host: str = "127.0.0.1") -> "Model":
        self.loop.run(self.listen(host))
        return self

    async def listen(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Accepted(self), host, self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Refuse connections from now on, and cut those that are there."""
        self.loop.run(self.shut())

    async def shut(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            for listening in server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            # What was accepted a moment ago becomes a connection first: a server that is closed would lose it unclosed.
            for _ in range(3):
                await asyncio.sleep(0)
            server.close()
        self.cut()

    def cut_connections(self) -> None:
        """Close every connection, as an idle timeout would."""
        self.loop.run(self.cut_soon())

    async def cut_soon(self) -> None:
        self.cut()

    def cut(self) -> None:
        for transport in list(self.transports):
            transport.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.session is not None:
                await self.session(reader, writer)
            else:
                await self.converse(reader, writer, self.connections)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while True:
            seen = await read_request(reader, number)
            self.seen.append(seen)
            reply = self.answer(seen)
            if reply.delay:
                await asyncio.sleep(reply.delay)
            writer.write(
                reply.render() if seen.method != "HEAD" else reply.render().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            )
            await writer.drain()
            if reply.close:
                return


class Accepted(asyncio.StreamReaderProtocol):
    """A connection that a model has accepted. The model knows it before anything is served on it, and while nobody
    waits for it any more: what nobody holds would be collected unclosed, at any later time."""

    def __init__(self, model: Model) -> None:
        super().__init__(asyncio.StreamReader(), model.serve)
        self.model = model

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.model.transports.add(transport)
        self.transport = transport
        super().connection_made(transport)
        if self.model.server is None:  # stopped while this one was being accepted
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.model.transports.discard(self.transport)
        super().connection_lost(exc)


async def read_request(reader: asyncio.StreamReader, connection: int) -> Seen:
    """Read one request to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [(key, value.strip()) for key, _, value in (line.partition(":") for line in head[1:] if line)]
    lowered = {key.lower(): value for key, value in headers}
    if lowered.get("transfer-encoding") == "chunked":
        body = await read_chunks(reader)
    else:
        body = await reader.readexactly(int(lowered.get("content-length", "0")))
    return Seen(method, target, headers, body, connection)


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    """Read a chunked body."""
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body
