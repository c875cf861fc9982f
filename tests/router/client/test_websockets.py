"""Websockets: a real server behind the router, a real client before it, and offers that are not taken up."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve

from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import Client, render_request, wait_until

OFFER = {
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
HANDSHAKE = render_request("GET", "/chat", {"X-User-Id": "u", **OFFER})
AGREED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nX-Model: m\r\n\r\n"


def echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


@contextmanager
def running(handler: Any, **options: Any) -> Iterator[Server]:
    with serve(handler, "127.0.0.1", 0, **options) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(20)


@contextmanager
def behind(stage: Stage, handler: Any, **options: Any) -> Iterator[Stage]:
    """A stage whose serving model is a websocket server, not the one in its own pod."""
    with running(handler, **options) as server:
        url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        stage.start(serving={"revision": "v1", "hash": "cccccc", "url": url}, candidate=None, run=None)
        try:
            yield stage
        finally:
            stage.router.stop()  # before the server, which waits for its connections


def open_websocket(stage: Stage, **options: Any) -> ClientConnection:
    connection: ClientConnection = connect(f"ws://127.0.0.1:{stage.router.port}/chat?room=1", proxy=None, **options)
    return connection


def test_messages_go_both_ways_and_either_side_may_close(make_stage: Any) -> None:
    paths = []

    def greet(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append((connection.request.path, connection.request.headers["X-Forwarded-For"]))
        connection.send("hello")
        for message in connection:
            if message == "leave":
                return connection.close(4001, "as you wish")
            connection.send(message)

    with behind(make_stage(), greet) as stage:
        with open_websocket(stage) as client:
            assert client.recv(20) == "hello"
            for message in ("a", b"\x00\xff", "x" * 500_000):
                client.send(message)
                assert client.recv(20) == message
            assert stage.router.sample("interleaver_tunnels") == 1
        wait_until(lambda: stage.router.sample("interleaver_tunnels") == 0, "the tunnel is closed")
        with open_websocket(stage) as client:
            assert client.recv(20) == "hello"
            client.send("leave")
            with pytest.raises(ConnectionClosed, match="as you wish"):
                client.recv(20)
    assert paths == [("/chat?room=1", "127.0.0.1")] * 2


def test_a_model_that_declines_is_heard(make_stage: Any) -> None:
    def decline(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(403, "not you")

    with behind(make_stage(), echo, process_request=decline) as stage:
        with pytest.raises(InvalidStatus) as caught:
            open_websocket(stage)
        assert (caught.value.response.status_code, caught.value.response.body) == (403, b"not you")
        assert stage.router.sample("interleaver_tunnels") == 0


def test_a_client_that_does_not_read_holds_the_model_back(make_stage: Any) -> None:
    sent, over = [0], threading.Event()

    def flood(connection: ServerConnection) -> None:
        try:
            for _ in range(2_000):
                connection.send(b"x" * 65_536)
                sent[0] += 1
        except ConnectionClosed:
            pass
        over.set()

    with behind(make_stage(), flood) as stage:
        with stage.router.client() as client:
            client.send(HANDSHAKE)
            assert client.take_until(b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
            wait_until(lambda: stands_still(sent), "the model is held back")
            assert sent[0] < 2_000
            assert stage.router.memory() < 120_000_000
        assert over.wait(20)


def stands_still(count: list[int]) -> bool:
    before = count[0]
    threading.Event().wait(0.5)
    return 0 < before == count[0]


def test_tunnels_live_through_the_drain_and_end_with_the_router(make_stage: Any) -> None:
    with behind(make_stage(), echo) as stage, open_websocket(stage) as client:
        assert stage.router.drain() == 0
        client.send("still there?")
        assert client.recv(20) == "still there?"
        stage.router.signal()
        with pytest.raises(ConnectionClosed):
            client.recv(20)
        assert stage.router.wait() == 0


def test_what_a_client_says_before_the_model_agrees_reaches_no_model_that_declines(make_stage: Any) -> None:
    """It would be taken for a request that came past the router."""
    stage, early = make_stage(), []

    async def decline(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            early.append(await asyncio.wait_for(reader.read(100), 1))
        except TimeoutError:
            writer.write(Reply(b"no").render())
        await writer.drain()
        await reader.read()

    stage.champion.session = decline
    stage.start()
    with stage.router.client() as client:
        client.send(HANDSHAKE + b"GET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n")
        answer = client.receive()
        assert (answer.status, answer.body, answer.header("Connection")) == (200, b"no", "close")
        assert client.take_rest() == b""
    assert early == []


def test_a_client_that_reads_nothing_does_not_keep_the_router_from_its_end(make_stage: Any) -> None:
    stage = make_stage()

    async def flood(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(AGREED)
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    stage.champion.session = flood
    stage.start()
    with Client(stage.router.port, receive_buffer=4096) as client:
        client.send(HANDSHAKE)
        client.take_until(b"\r\n\r\n")
        stage.router.signal()
        assert stage.router.wait() == 0


@pytest.mark.parametrize("early", [b"early", b"early" * 100_000], ids=["little", "more than the kernel gives at once"])
def test_what_a_client_says_early_reaches_a_model_that_agrees(make_stage: Any, early: bytes) -> None:
    stage, said = make_stage(), []

    async def agree(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(AGREED + b"first")
        await writer.drain()
        said.append(await reader.readexactly(len(early)))
        writer.write(b"last")
        await writer.drain()

    stage.champion.session = agree
    stage.start()
    with stage.router.client() as client:
        client.send(HANDSHAKE.replace(b"/chat", b"/recommend") + early)
        answer = client.take_until(b"\r\n\r\n").decode()
        assert answer.splitlines()[1:] == ["X-Model: m", "Connection: Upgrade", "Upgrade: websocket"]
        assert client.take_rest() == b"firstlast"
    assert said == [early]


@pytest.mark.parametrize(
    "answer", [AGREED.replace(b"websocket", b"h2c"), b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"SSH-2.0-x\r\n\r\n"]
)
def test_a_model_that_agrees_to_something_else_is_a_502(stage: Stage, answer: bytes) -> None:
    stage.answer(Reply(raw=answer, close=True))
    assert stage.router.request("GET", "/chat", OFFER).status == 502


@pytest.mark.parametrize("changed", [{"Sec-WebSocket-Key": ""}, {"Connection": "keep-alive"}, {"Upgrade": "h2c"}])
def test_what_is_no_websocket_handshake_is_served_as_http(stage: Stage, changed: dict[str, str]) -> None:
    offer = {name: value for name, value in {**OFFER, **changed}.items() if value}
    with stage.router.client() as client:
        for _ in range(2):
            assert client.request("GET", "/x", offer).status == 200
    assert stage.champion.seen[0].header("Upgrade") is None


def test_a_client_that_leaves_before_the_model_answered_is_forgotten(stage: Stage) -> None:
    stage.champion.answer = lambda seen: Reply(raw=AGREED, delay=1, close=True)
    with stage.router.client() as client:
        client.send(HANDSHAKE)
        wait_until(lambda: stage.champion.seen, "the model has the offer")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.take_rest() == b""
    assert stage.router.sample("interleaver_tunnels") == 0
