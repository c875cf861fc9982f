"""The walk of one merged request: a router in this process, plain Python, warm, between two models that answer."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import uvloop
from bench.client import Answer, read_answer
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER, render_request, write_scene
from bench.stub import Model

from interleaver.router.process.options import Options
from interleaver.router.process.program import Program, find_port

from .trace import Walk, trace

HOST: Final = "127.0.0.1"
UNITS: Final = 30  # how many coins are tossed depends on the unit; the walk is that of the fewest calls
WARM_UP: Final = 50  # requests that meet what is kept from then on: connections, heads that are known
LATER: Final = 0.005  # seconds between the models' answers, so that they always come in the same order
DEADLINE: Final = 60_000  # milliseconds: nothing is to end by it


class LateModel(Model):
    """A model that answers a moment after the other."""

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(LATER, super().data_received, data)


def walk_request() -> Walk:
    """The walk of a request that was merged; the champion answers first."""
    with tempfile.TemporaryDirectory(prefix="interleaver-") as folder:
        return uvloop.run(walk_in(Path(folder)))


async def walk_in(folder: Path) -> Walk:
    async with serve(Model, CHAMPION_ANSWER) as champion, serve(LateModel, CANDIDATE_ANSWER) as candidate:
        config = write_scene(folder / "scene", champion, candidate, percent=100, milliseconds=DEADLINE)
        async with start_router(Options(str(config), HOST, 0, 0, champion, "aaaaaa")) as (_, port):
            return await walk_through(port)


async def walk_through(port: int) -> Walk:
    """The walk with the fewest calls, over one connection of the shop."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        for number in range(WARM_UP):
            await ask(reader, writer, f"u{number}")
        walks = [await walk_once(reader, writer, f"u{number}") for number in range(UNITS)]
    finally:
        writer.close()
    return min(walks, key=lambda walk: len(walk.calls))


async def walk_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, unit: str) -> Walk:
    with trace() as calls:
        answer = await ask(reader, writer, unit)
        await asyncio.sleep(LATER)  # what is done after the answer has gone
    assert answer.is_merged
    return Walk(tuple(calls))


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, unit: str) -> Answer:
    """The answer to a unit's ranking request."""
    return await send(reader, writer, render_request(unit))


async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Answer:
    """The answer to a request."""
    writer.write(request)
    data = b""
    while (answer := read_answer(data)) is None:
        data += await reader.read(65_536)
    return answer


@asynccontextmanager
async def serve(kind: type[Model], answer: bytes) -> AsyncIterator[str]:
    """A model at a URL."""
    connections: set[Model] = set()
    server = await asyncio.get_running_loop().create_server(lambda: kind(answer, connections), HOST, 0)
    yield f"http://{HOST}:{find_port(server)}"
    server.close()
    for connection in connections.copy():
        connection.transport.abort()


@asynccontextmanager
async def start_router(options: Options) -> AsyncIterator[tuple[Program, int]]:
    """A router and its port for requests: no clock ticks in it, no signal ends it."""
    program = Program(options)
    program.watch.poll()
    server = await program.listen(program.data, 0)
    yield program, find_port(server)
    server.close()
    await program.close()
