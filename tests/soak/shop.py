"""The shop: units that buy, and the order service that reports it until it is acknowledged."""

import asyncio
import json
import random
import time
from collections import defaultdict
from functools import partial
from typing import Final

from interleaver.interleaving.credit import name_vote
from tests.soak.check import Shown
from tests.soak.entry import Entry
from tests.soak.insist import insist
from tests.soak.ledger import Event, Ledger
from tests.soak.line import Lost
from tests.soak.tallies import Tallies

BUYING_SHARE: Final = 0.4  # of the lists that a unit is shown once its time has come
SECOND_SHARE: Final = 0.3  # of those who buy: another item of the same list
DOUBLED_SHARE: Final = 0.15  # of events that are sent twice at once
BATCHED_SHARE: Final = 0.2  # of events that are sent together with those of other units
BATCH: Final = 5
LONGEST_WAIT: Final = 1.0  # seconds between a list and the purchase
STORE: Final = "store"  # the one memory of all routers, where there is a store


class Shop:
    """Knows what was bought, and in whose memory it must stand."""

    def __init__(self, entry: Entry, tallies: Tallies, shared: bool, may_lose: bool) -> None:
        self.entry, self.tallies, self.shared = entry, tallies, shared
        self.chance = random.Random(3)
        self.ledgers: defaultdict[str, Ledger] = defaultdict(partial(Ledger, may_lose))  # by memory
        self.times: defaultdict[str, list[float]] = defaultdict(list)  # of the votes in each memory
        self.held: defaultdict[str, list[float]] = defaultdict(list)  # by router, of events that wait for the store
        self.busy: set[str] = set()  # units with an event on its way
        self.loop: asyncio.AbstractEventLoop | None = None  # of the load
        self.gate = asyncio.Event()  # open while what is bought is reported at once
        self.gate.set()
        self.batch: list[tuple[Event, asyncio.Future[None]]] = []

    def hold(self) -> None:
        """Report nothing until `release`. May be called from another thread."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.gate.clear)

    def release(self) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.gate.set)

    async def consider(self, unit: str, shown: Shown) -> None:
        """A unit looks at a list, and buys something or not. One purchase at a time."""
        if unit in self.busy or self.chance.random() > BUYING_SHARE:
            return
        self.busy.add(unit)
        try:
            await asyncio.sleep(self.chance.random() * LONGEST_WAIT)
            await self.buy(unit, shown)
            if self.chance.random() < SECOND_SHARE:
                await self.buy(unit, shown)
        finally:
            self.busy.discard(unit)

    async def buy(self, unit: str, shown: Shown) -> None:
        """Buy any item that earns credit, where the outcome is known beforehand."""
        slot = self.chance.choice(shown.slots)
        vote = name_vote(slot.team)
        if vote is None or not all(ledger.may_cast(unit, vote) for ledger in self.ledgers.values()):
            return
        event, kind = Event(unit, shown.token, slot.item, slot.team), self.chance.random()
        if kind < DOUBLED_SHARE:
            self.tallies.count("events doubled")
            await asyncio.gather(self.report([event]), self.report([event]))
        elif kind < DOUBLED_SHARE + BATCHED_SHARE:
            await self.report_together(event)
        else:
            await self.report([event])

    async def report_together(self, event: Event) -> None:
        """Wait until a batch is full, or for a moment, and send it as a whole."""
        done = asyncio.get_running_loop().create_future()
        self.batch.append((event, done))
        if len(self.batch) < BATCH:
            await asyncio.wait([done], timeout=LONGEST_WAIT)
        if not done.done() and (event, done) in self.batch:
            batch, self.batch = self.batch, []
            await self.report([each for each, _ in batch])
            for _, other in batch:
                other.set_result(None)
        await done

    async def report(self, events: list[Event]) -> None:
        """Send events until a router says that it has them."""
        body = json.dumps([{"impression": each.token, "item": each.item} for each in events]).encode()
        self.tallies.count("events", len(events))
        await self.gate.wait()
        while True:
            try:
                name, reply = await insist(self.entry, self.tallies, self.chance, "feedback", "/feedback", "", body)
            except (Lost, TimeoutError) as error:
                self.tallies.fail("feedback failed", str(error))
                continue
            if reply.status == 202 and self.take(name, events, json.loads(reply.body)):
                return
            self.tallies.count("feedback sent again")
            await asyncio.sleep(0.1)

    def take(self, name: str, events: list[Event], said: dict[str, int]) -> bool:
        """What a router says of events; whether it has them all."""
        for kind, number in said.items():
            self.tallies.count(f"events {kind}", number)
        if sum(said.values()) != len(events):
            self.tallies.fail("feedback miscounted", f"{said} of {len(events)} events")
        if said.get("dropped"):
            return False
        memory = STORE if self.shared else name
        ledger = self.ledgers[memory]
        former = len(ledger.votes)
        ledger.acknowledge(events, bool(said.get("buffered")))
        now = time.monotonic()
        self.times[memory] += [now] * (len(ledger.votes) - former)
        self.held[name] += [now] * said.get("buffered", 0)
        return True
