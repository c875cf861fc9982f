"""The walk of one vote: from the event that a shop sends to the count that the operator reads off the router's page."""

import asyncio
import json
import re
import tempfile
from pathlib import Path
from typing import Final

import uvloop
from bench.client import Answer
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER, write_scene
from bench.stub import Model

from interleaver.experiment.counting.exposition import Scrape, read_metrics
from interleaver.router.process.options import Options
from interleaver.router.process.program import Program, find_port

from .request import DEADLINE, HOST, ask, send, serve, start_router
from .trace import Walk, trace

RUN: Final = "r1"
WARM_UP: Final = 5  # votes that meet what is kept from then on
VOTES: Final = 10  # the walk is that of the fewest calls
TOKEN: Final = re.compile(rb"(?i)\r\nx-interleaver-impression: *(\S+)")
METRICS: Final = b"GET /metrics HTTP/1.1\r\nHost: router\r\n\r\n"
QUIET: Final = 0.1  # seconds in which the courier comes to rest, and takes a turn
AN_HOUR: Final = 3600.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def walk_vote(store: str | None = None) -> Walk:
    """The walk of a vote that is kept in the router's memory, or in the shared store at this URL."""
    with tempfile.TemporaryDirectory(prefix="interleaver-") as folder:
        return uvloop.run(walk_in(Path(folder), store))


async def walk_in(folder: Path, store: str | None) -> Walk:
    async with serve(Model, CHAMPION_ANSWER) as champion, serve(Model, CANDIDATE_ANSWER) as candidate:
        config = write_scene(folder / "scene", champion, candidate, percent=100, milliseconds=DEADLINE)
        if store is not None:
            config.write_text(json.dumps({**json.loads(config.read_text()), "store": {"url": store}}))
        async with start_router(Options(str(config), HOST, 0, 0, champion, "aaaaaa")) as (program, port):
            admin = await program.listen(program.admin, 0)
            walks = await walk_through(program, port, find_port(admin), store is not None)
            admin.close()
            await program.router.stores.finish(1.0)
    return min(walks, key=lambda walk: len(walk.calls))


async def walk_through(program: Program, port: int, admin_port: int, shared: bool) -> list[Walk]:
    """Walks over one connection of the shop and one of the operator."""
    shop, operator = [await asyncio.open_connection(HOST, each) for each in (port, admin_port)]
    try:
        walks = [await walk_once(program, shop, operator, f"u{n}", shared) for n in range(WARM_UP + VOTES)]
    finally:
        for _, writer in (shop, operator):
            writer.close()
    return walks[WARM_UP:]


async def walk_once(program: Program, shop: Connection, operator: Connection, unit: str, shared: bool) -> Walk:
    """A unit that was shown a list converts on its first item; then the operator looks."""
    event = render_event(await ask(*shop, unit))
    before = await scrape(operator)
    await rest(program)
    with trace() as calls:
        answer = await send(*shop, event)
        if shared:
            await read_totals(program)
        after = await scrape(operator)
    assert json.loads(answer.body) == {"accepted": 1, "ignored": 0}
    assert count_votes(after) == count_votes(before) + 1
    return Walk(tuple(calls))


async def rest(program: Program) -> None:
    """Let the courier come to rest, so that no reading of the store's totals falls into the way of the event."""
    courier = program.router.stores.courier
    courier.read_at = program.loop.time() + AN_HOUR
    courier.wake.set()
    await asyncio.sleep(QUIET)


async def read_totals(program: Program) -> None:
    """The courier's next turn, which comes within a second by itself."""
    courier = program.router.stores.courier
    courier.read_at = program.loop.time()
    courier.wake.set()
    await asyncio.sleep(QUIET)


async def scrape(operator: Connection) -> Scrape:
    """The router's page as the operator reads it."""
    answer = await send(*operator, METRICS)
    return read_metrics(answer.body.decode(), RUN)


def count_votes(shown: Scrape) -> int:
    """The votes that the router shows, or the store through it."""
    counts = shown.store.counts if shown.store is not None else shown.counts
    return sum(number for name, number in counts.items() if name.startswith("votes."))


def render_event(answer: Answer) -> bytes:
    """A request that says that a unit converted on the first item of its list."""
    found = TOKEN.search(answer.head)
    assert found is not None
    item = json.loads(answer.body)["items"][0]["id"]
    body = json.dumps({"impression": found[1].decode(), "item": item}).encode()
    return b"POST /feedback HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
