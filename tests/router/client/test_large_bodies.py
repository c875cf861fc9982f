"""Bodies that are larger than a router may hold, with somebody slow at either end: its memory stays as it was."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from interleaver.api.names import IMPRESSION_HEADER
from interleaver.router.client.collecting import BODY_BYTES, MOST_BYTES
from tests.router.conftest import Stage
from tests.router.programs import wait_until

PIECE = bytes(range(256)) * 1024  # 256 kB
PIECES = 800  # 200 MB
HELD = 16_000_000  # bytes by which memory may grow meanwhile; the sockets' own buffers are the kernel's


class Flow:
    """Pieces of a body that were handed over."""

    def __init__(self) -> None:
        self.pieces = 0
        self.done = threading.Event()

    def stands_still(self) -> bool:
        """Whether it has begun and then stopped for a while."""
        before = self.pieces
        threading.Event().wait(0.5)
        return 0 < before == self.pieces


class Memory:
    """A router's memory, and the most that it was since."""

    def __init__(self, stage: Stage) -> None:
        self.read: Callable[[], int] = stage.router.memory
        self.before = self.most = self.read()

    def look(self) -> None:
        self.most = max(self.most, self.read())

    @property
    def growth(self) -> int:
        return self.most - self.before


FRAMES = {"length": b"Content-Length: %d" % (PIECES * len(PIECE)), "chunks": b"Transfer-Encoding: chunked"}


def frame(framing: str) -> tuple[bytes, bytes, bytes]:
    """The header, a piece of the body, and its end."""
    if framing == "length":
        return FRAMES[framing], PIECE, b""
    return FRAMES[framing], b"%x\r\n%b\r\n" % (len(PIECE), PIECE), b"0\r\n\r\n"


@pytest.mark.parametrize("framing", list(FRAMES))
def test_an_answer_of_200_mb_to_a_slow_client_is_not_held(make_stage: Any, framing: str) -> None:
    stage, flow = make_stage(), Flow()
    header, piece, end = frame(framing)

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n")
        for _ in range(PIECES):
            writer.write(piece)
            await writer.drain()
            flow.pieces += 1
        writer.write(end)
        await writer.drain()
        await reader.read()

    stage.champion.session = flood
    stage.start()
    with stage.router.client() as client:
        memory = Memory(stage)
        client.send(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(flow.stands_still, "the model is held back")
        assert flow.pieces < PIECES
        memory.look()
        size = 0
        while size < PIECES * len(PIECE):  # heads and chunks' sizes included, which is near enough
            size += len(client.socket.recv(1_000_000))
            if size % 16 == 0:
                memory.look()
    memory.look()
    assert memory.growth < HELD


@pytest.mark.parametrize("framing", list(FRAMES))
def test_an_upload_of_200_mb_to_a_slow_model_is_not_held(make_stage: Any, framing: str) -> None:
    stage, flow, go = make_stage(), Flow(), threading.Event()
    header, piece, end = frame(framing)
    received = [0]

    async def doze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(go.wait, 30)
        await reader.readuntil(b"\r\n\r\n")
        while received[0] < PIECES * len(PIECE):
            received[0] += len(await reader.read(1_000_000))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        await reader.read()

    stage.champion.session = doze
    stage.start()
    with stage.router.client() as client:
        memory = Memory(stage)

        def pump() -> None:
            client.send(b"PUT /x HTTP/1.1\r\nHost: a\r\n" + header + b"\r\n\r\n")
            for _ in range(PIECES):
                client.send(piece)
                flow.pieces += 1
            client.send(end)

        sender = threading.Thread(target=pump)
        sender.start()
        wait_until(flow.stands_still, "the client is held back")
        assert flow.pieces < PIECES
        memory.look()
        go.set()
        while sender.is_alive():
            sender.join(0.05)
            memory.look()
        assert client.receive().body == b"ok"
    memory.look()
    assert memory.growth < HELD


def test_slow_clients_with_bodies_on_their_way_do_not_take_the_memory(make_stage: Any) -> None:
    stage = make_stage().start()
    memory, most = Memory(stage), 2 * MOST_BYTES // BODY_BYTES
    head = b"POST /recommend HTTP/1.1\r\nHost: shop\r\nX-User-Id: u\r\nContent-Length: %d\r\n\r\n" % BODY_BYTES
    with ExitStack() as stack:
        clients = [stack.enter_context(stage.router.client()) for _ in range(most)]
        for client in clients:
            client.send(head + bytes(BODY_BYTES - 1))
            assert stage.router.rank().status == 200
        memory.look()
        with stage.router.client() as late:
            late.send(head.replace(b"/recommend", b"/feedback") + bytes(BODY_BYTES - 1))
            assert late.receive().status == 503
            assert stage.router.feed_back([]).status == 202
        clients[-1].send(b"x")
        assert clients[-1].receive().header(IMPRESSION_HEADER) is None
        clients[0].send(b"x")
        assert clients[0].receive().header(IMPRESSION_HEADER) is not None
    assert memory.growth < MOST_BYTES + HELD
    with stage.router.client() as slow:
        slow.send(head + bytes(BODY_BYTES - 1))
        slow.send(b"x")
        assert slow.receive().header(IMPRESSION_HEADER) is not None
