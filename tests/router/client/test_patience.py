"""What stands still ends, and an answer is never destroyed by closing too early. Time is an argument here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from interleaver.router.client.collecting import Collecting, Shelf
from interleaver.router.client.connection import ClientConnection
from interleaver.router.client.exchange import Exchange
from interleaver.router.client.listener import Listener, Patience

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def echo(exchange: Exchange) -> None:
    Collecting(
        Shelf(), exchange, lambda _, body: exchange.answer(200, [], body), lambda _: exchange.refuse(413, "long")
    ).begin()


def run(scene: Callable[[Listener, Streams], Awaitable[None]]) -> None:
    """Play a scene against a listener that echoes bodies."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        listener = Listener(echo, Patience())
        server = await loop.create_server(lambda: cast(asyncio.Protocol, ClientConnection(listener)), "127.0.0.1", 0)
        streams = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
        try:
            await scene(listener, streams)
        finally:
            streams[1].close()
            server.close()
            for connection in list(listener.connections):
                connection.abort()
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(play(), 30))


async def arrive(listener: Listener, data: bytes, streams: Streams, busy: bool = True) -> None:
    """Send, and wait until the connection has read it."""
    streams[1].write(data)
    while not listener.connections or listener.is_busy() != busy:  # noqa: ASYNC110 - no event says so
        await asyncio.sleep(0.005)


def later(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


@pytest.mark.parametrize(
    ("data", "seconds", "status"),
    [
        (b"GET / HT", 10.0, b"408"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", 30.0, b"408"),
    ],
    ids=["head", "body"],
)
def test_a_request_that_does_not_go_on_is_answered_with_408(data: bytes, seconds: float, status: bytes) -> None:
    async def scene(listener: Listener, streams: Streams) -> None:
        await arrive(listener, data, streams)
        listener.sweep(later(seconds - 1))
        assert listener.is_busy()
        listener.sweep(later(seconds + 1))
        answer = await streams[0].read()
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert b"Connection: close" in answer

    run(scene)


def test_a_head_that_trickles_in_ends_all_the_same() -> None:
    async def scene(listener: Listener, streams: Streams) -> None:
        await arrive(listener, b"GET / HTTP/1.1\r\n", streams)
        (connection,) = listener.connections
        expires = connection.expires
        for _ in range(5):
            streams[1].write(b"X: y\r\n")
            await asyncio.sleep(0.02)
        assert connection.expires == expires

    run(scene)


def test_an_idle_connection_is_closed() -> None:
    async def scene(listener: Listener, streams: Streams) -> None:
        await arrive(listener, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", streams, busy=False)
        assert (await streams[0].readuntil(b"ab")).startswith(b"HTTP/1.1 200")
        listener.sweep(later(70))
        assert listener.connections
        listener.sweep(later(80))
        assert await streams[0].read() == b""

    run(scene)


def test_a_client_that_sends_on_after_a_refusal_can_still_read_it() -> None:
    async def scene(listener: Listener, streams: Streams) -> None:
        streams[1].write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 2_000_000)
        await streams[1].drain()
        assert (await streams[0].read()).startswith(b"HTTP/1.1 413")
        listener.sweep(later(3))
        await asyncio.sleep(0.01)
        assert not listener.connections

    run(scene)


def test_a_client_that_closes_its_side_while_it_is_answered_is_let_go() -> None:
    """Its end arrives after the head of the answer has promised to keep the connection."""

    async def scene(listener: Listener, streams: Streams) -> None:
        exchanges: list[Exchange] = []
        listener.handler = exchanges.append
        await arrive(listener, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", streams)
        exchanges[0].start(200, b"OK", [], None)
        streams[1].write_eof()
        (connection,) = listener.connections
        while not connection.state.half_closed:  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.005)
        exchanges[0].finish()
        assert (await streams[0].read()).endswith(b"0\r\n\r\n")

    run(scene)


@pytest.mark.parametrize("close", [b"", b"Connection: close\r\n"])
def test_a_client_that_reads_slowly_gets_all_and_one_that_stopped_is_let_go(close: bytes) -> None:
    """The answer is written long before it is read: only then does the time begin that a close would cut short."""

    async def scene(listener: Listener, streams: Streams) -> None:
        exchanges: list[Exchange] = []
        listener.handler = exchanges.append
        await arrive(listener, b"GET / HTTP/1.1\r\nHost: a\r\n" + close + b"\r\n", streams)
        exchanges[0].answer(200, [], b"x" * 32_000_000)
        (connection,) = listener.connections
        assert isinstance(connection, ClientConnection)
        left = connection.transport.get_write_buffer_size()
        for patience in (80, 200):  # above every patience, and each time a little more was read
            await streams[0].readexactly(4_000_000)
            while connection.transport.get_write_buffer_size() >= left:  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(0.005)
            left = connection.transport.get_write_buffer_size()
            listener.sweep(later(patience))
            assert connection in listener.connections
        listener.sweep(later(400))
        await asyncio.sleep(0.05)
        assert not listener.connections, "nothing was read any more"

    run(scene)
