"""The courier: the one task that goes to the shared store, so that no request ever waits for it on the hot path.

Whatever is to be counted is put into its queues; it takes what has gathered there in one turn, and reads the totals of
the runs once a second. While the store is away events are kept, their clients are answered at once, and it tries again.
An answer that was lost does no harm: what is written twice counts once.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from secrets import token_hex
from typing import Final

from interleaver.router.system.counters import Counters
from interleaver.router.system.log import record
from interleaver.router.votes.store import PendingEvent

from .backlog import COINS, EVENTS, Backlog, Turn, WaitingCoin, WaitingEvent, WaitingImpression
from .presence import Presence
from .script import TOSSED
from .shared_votes import SharedVotes, read_novelty
from .store_errors import StoreAway, StoreRefuses
from .ways import Route, find_way

READ_SECONDS: Final = 1.0  # between two readings of the totals
GATHER_SECONDS: Final = 0.01  # for which things gather before a turn: one costs about as much as five requests
FAULT: Final = "fault"  # why the store cannot be used, when the fault is ours
COIN_SECONDS: Final = 1.0  # for which a router that ends goes on trying when no events wait: coins are a sample


class Courier:
    """Carries events, coins and impressions to the store, and the totals back."""

    def __init__(
        self, counters: Counters, chance: Callable[[], float] = random.random, name: str | None = None
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = name or token_hex(8)  # of this process: by it the store keeps what it has told this router
        self.presence = Presence(counters, chance)
        self.url: str | None = None
        self.way = find_way(None)
        self.stores: Sequence[SharedVotes] = ()  # whose totals are read
        self.current: SharedVotes | None = None
        self.backlog = Backlog()
        self.wake = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.read_at = 0.0  # loop time
        self.ending = False

    def follow(self, url: str | None, stores: Sequence[SharedVotes], current: SharedVotes | None) -> None:
        """Go to this store from now on, for these runs; `current` is the one in force."""
        if url != self.url:
            self.url, self.way = url, find_way(url)
        self.stores, self.current = stores, current
        self.read_at = self.loop.time()
        self.presence.follow(current is not None)
        if current is not None and self.task is None:
            self.task = self.loop.create_task(self.work())
        self.wake.set()

    # What is carried.

    def carry(self, store: SharedVotes, event: PendingEvent) -> None:
        """Take an event, unless too many wait already."""
        if len(self.backlog.events) >= EVENTS or self.ending:
            return event.drop()
        self.backlog.events.append(WaitingEvent(store, event))
        if self.presence.away is not None:
            event.keep()
        self.wake.set()
        self.presence.show_load(len(self.backlog.events))

    def carry_coin(self, store: SharedVotes, unit: bytes, team: str) -> bool:
        """Take the first coin of a unit; False if too many wait already."""
        if len(self.backlog.coins) >= COINS:
            return False
        self.backlog.coins.append(WaitingCoin(store, unit, team))
        self.wake.set()
        return True

    def carry_impression(self, store: SharedVotes, unit: bytes, token: bytes) -> None:
        """Take an impression; the oldest that waits goes if there are too many."""
        self.backlog.shown.append(WaitingImpression(store, unit, token))
        self.wake.set()

    # The task.

    async def work(self) -> None:
        """Reach the store, and begin anew when it goes away."""
        while not self.is_done():
            try:
                await self.serve()
            except StoreAway as failure:
                self.lose(str(failure), failure)
                await asyncio.sleep(self.presence.choose_pause())
            except Exception as error:  # noqa: BLE001 - were the task to end, nothing would be counted any more
                self.report(error)
                await asyncio.sleep(self.presence.choose_pause())

    async def serve(self) -> None:
        """Take turns over one route. Raises StoreAway."""
        way = self.way
        route = await way.open()
        self.read_at = self.loop.time()
        try:
            while way is self.way and not self.is_done():
                await self.take_turn(route)
                self.presence.find(len(self.backlog.events))
                await self.rest()
        finally:
            await route.close()

    async def take_turn(self, route: Route) -> None:
        """Carry what has gathered. Whatever does not arrive waits on."""
        turn = self.backlog.next_turn()
        try:
            await self.look_up(route, turn)
            await self.count(route, turn)
        finally:
            self.backlog.put_back(turn)
            self.presence.show_load(len(self.backlog.events))

    async def look_up(self, route: Route, turn: Turn) -> None:
        """Write the impressions, then find those of the units that events name."""
        impressions, unknown = turn.remember(), turn.list_unknown()
        replies = await route.ask([*impressions, *(store.look_up(event.unit) for store, event in unknown)])
        turn.shown = []
        for (_, event), tokens in zip(unknown, replies[len(impressions) :], strict=True):
            event.look_up(tokens)
        turn.conclude_unknown()

    async def count(self, route: Route, turn: Turn) -> None:
        """Count events and coins, and read the totals when it is time."""
        rows, reads = turn.spell_rows(), self.loop.time() >= self.read_at
        stores = list(dict.fromkeys([*rows, *self.stores])) if reads else list(rows)
        commands = [
            store.evaluate(rows.get(store, []), store in rows or store is self.current, reads, self.name)
            for store in stores
        ]
        for store, (epoch, results, totals, told, set_back) in zip(stores, await route.ask(commands), strict=True):
            for entry, result in zip(list(turn.entries_of(store)), results, strict=True):
                self.confirm(entry, result)
            store.take_totals(int(epoch), totals, told, int(set_back))
        turn.events, turn.coins = [], []
        if reads:
            self.read_at = self.loop.time() + READ_SECONDS

    def confirm(self, entry: WaitingEvent | WaitingCoin, result: int) -> None:
        """The store has counted an event or a coin."""
        if isinstance(entry, WaitingEvent):
            entry.event.confirm(read_novelty(result))
        elif result & TOSSED:
            entry.store.counters.first_coins[(entry.team,)] += 1

    async def rest(self) -> None:
        """Wait until there is something to carry or to read, and let a little more gather."""
        if self.backlog.is_long() or self.ending:
            return
        self.wake.clear()
        if self.backlog.is_empty():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self.read_at):
                    await self.wake.wait()
        await asyncio.sleep(GATHER_SECONDS)

    # What becomes of it.

    def lose(self, reason: str, failure: StoreAway | None = None) -> None:
        """The store is away, or refuses. Nobody waits for it any longer."""
        waiting = list(self.backlog.events) if self.presence.away is None else []
        self.presence.lose(reason, len(self.backlog.events), failure if isinstance(failure, StoreRefuses) else None)
        for _, event in waiting:  # a client that is answered may send more at once
            event.keep()

    def is_done(self) -> bool:
        """Whether the router ends and everything is written."""
        return self.ending and not self.backlog.must_be_written()

    async def finish(self, seconds: float) -> None:
        """Write what waits, within so many seconds; what is left is lost, and said to be."""
        self.ending = True
        self.wake.set()
        if self.task is None:
            return
        await asyncio.wait([self.task], timeout=seconds if self.backlog.events else min(seconds, COIN_SECONDS))
        self.task.cancel()
        await asyncio.wait([self.task])
        lost = list(self.backlog.events)
        for _, event in lost:
            event.drop()
        if lost:
            record("store-lost-events", events=len(lost))

    def report(self, error: Exception) -> None:
        """A fault of ours must not leave clients waiting, nor be the end: what caused it may go away."""
        if self.presence.away != FAULT:
            self.loop.call_exception_handler({"message": "the courier fell over", "exception": error})
        self.lose(FAULT)
