"""The load: ranking requests at a constant rate, and feedback for some of what they showed."""

import asyncio
import random
import time
from collections.abc import Coroutine
from typing import Any, Final

from tests.soak import lists
from tests.soak.check import Checker, Kind, Shown, Wrong
from tests.soak.entry import Entry
from tests.soak.insist import insist
from tests.soak.line import Lost, Reply, close_all
from tests.soak.shop import Shop
from tests.soak.tallies import Tallies

LAST_SECONDS: Final = 30.0  # for what is under way at the end
TICK_SECONDS: Final = 0.01
BURST: Final = (
    50  # requests sent at once when the machine was busy elsewhere; what is beyond it waits for the next tick
)
UNITS_PER_SECOND: Final = 10  # of the whole time. Nearly all are known after warm-up: a router remembers each
FEWEST_UNITS: Final = 1000


class Load:
    """Sends until it is told to end."""

    def __init__(
        self, entry: Entry, checker: Checker, shop: Shop, tallies: Tallies, rate: float, seconds: float
    ) -> None:
        self.entry, self.checker, self.shop, self.tallies = entry, checker, shop, tallies
        self.rate = rate  # requests a second
        self.seconds = seconds
        self.units = max(FEWEST_UNITS, int(seconds * UNITS_PER_SECOND))
        self.chance = random.Random(2)
        self.tasks: set[asyncio.Task[None]] = set()
        self.ended = False

    async def run(self) -> None:
        """Send requests at the rate; then wait for what is under way."""
        self.shop.loop = asyncio.get_running_loop()
        began, sent = time.monotonic(), 0
        while not self.ended:
            due = int((time.monotonic() - began) * self.rate) - sent
            for _ in range(min(due, BURST)):
                self.spawn(self.visit(began))
                sent += 1
            await asyncio.sleep(TICK_SECONDS)
        self.tallies.count("seconds", round(time.monotonic() - began))
        _, stuck = await asyncio.wait(self.tasks, timeout=LAST_SECONDS) if self.tasks else (set(), set())
        for task in stuck:
            self.tallies.fail("failed", f"no answer within {LAST_SECONDS} s of the end: {task.get_coro()}")
            task.cancel()
        await close_all()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def visit(self, began: float) -> None:
        """One page for one unit, and what the unit buys from it."""
        number = self.chance.randrange(self.units)
        unit, start = f"unit-{number}", time.monotonic()
        self.tallies.count("requests")
        shown = await self.rank(unit)
        self.tallies.slowest = max(self.tallies.slowest, time.monotonic() - start)
        buys = (start - began) * self.units >= number * self.seconds * 0.9  # the higher the number, the later
        if shown is not None and shown.kind is Kind.MERGED and buys:
            await self.shop.consider(unit, shown)

    async def rank(self, unit: str) -> Shown | None:
        """What a unit is shown; None, and a failure, if there was no whole list."""
        headers = f"{lists.UNIT}: {unit}\r\n"
        try:
            reply = await self.insist("ranking", lists.PATH, headers, b"{}")
            shown = self.checker.check(unit, reply.status, reply.token, reply.body)
        except (Wrong, Lost, TimeoutError, ValueError) as error:
            self.tallies.fail("failed", f"{unit}: {type(error).__name__}: {error}")
            return None
        self.tallies.count(f"shown {shown.kind.value}")
        if shown.kind is Kind.RESCUED and lists.CHAMPION not in self.tallies.describe():
            self.tallies.count("rescued without a trouble")
        return shown

    async def insist(self, what: str, path: str, headers: str, body: bytes) -> Reply:
        """Ask a router; ask another if the connection died before the answer began. Raises Lost and TimeoutError."""
        _, reply = await insist(self.entry, self.tallies, self.chance, what, path, headers, body)
        return reply
