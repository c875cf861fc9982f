"""A client that does not give up: a request whose connection died before the answer began goes to another router."""

import asyncio
import random
from typing import Final

from tests.soak.entry import Entry
from tests.soak.line import Lost, Reply, render_request
from tests.soak.tallies import Tallies

KEPT_SHARE: Final = 0.85  # of requests over kept connections
ATTEMPTS: Final = 200  # to find a router


async def insist(
    entry: Entry, tallies: Tallies, chance: random.Random, what: str, path: str, headers: str, body: bytes
) -> tuple[str, Reply]:
    """The name of the router that answered, and its answer. Each attempt that was lost is counted by its reason."""
    for _ in range(ATTEMPTS):
        endpoint = None
        keep = chance.random() < KEPT_SHARE
        try:
            endpoint = entry.pick()
            return endpoint.name, await endpoint.ask(render_request(path, headers, body, not keep), keep)
        except Lost as lost:
            if lost.begun:
                raise
            note_lost(tallies, what, endpoint is None, endpoint is not None and endpoint.killed)
            await asyncio.sleep(0.05 if endpoint is None else 0.005)
    raise Lost


def note_lost(tallies: Tallies, what: str, nobody: bool, killed: bool) -> None:
    """Count an attempt that was lost before its answer began. Only a router that is killed may lose one."""
    if nobody:
        tallies.count(f"{what}: no router was ready")
    elif killed:
        tallies.count(f"{what}: tried again after a kill")
    else:
        tallies.fail(f"{what}: lost without a kill", "a connection was lost, or refused, by a router that lives")
