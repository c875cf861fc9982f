"""Asks one model all cases of a suite, and keeps what comes of it. The shell: loop, sockets, file."""

import asyncio
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

from interleaver.lab.suites.suite import Suite

from .address import Address
from .answer_file import Kept
from .answers import State
from .caller import Caller, Desk
from .health import Health
from .journal import Journal
from .options import Options
from .outcome import Outcome
from .progress import Progress, Watch
from .reading.contract import make_reader
from .request import make_writer
from .turns import Turns
from .twice import draw_twice
from .wire import Wire

LOOK: Final = 0.2  # seconds between two reports of progress
IDLE: Final = 1.0  # seconds after which a caller without work hangs up
BY_A_PERSON: Final = "asking was ended by Ctrl-C"


class Session:
    """One run of asking."""

    def __init__(self, suite: Suite, address: Address, options: Options, journal: Journal, kept: Kept) -> None:
        self.suite = suite
        self.options = options
        self.journal = journal
        self.outcomes = [None if is_to_ask(outcome) else outcome for outcome in kept.outcomes]
        self.second = {row: outcome for row, outcome in kept.second.items() if outcome.state is State.ANSWERED}
        self.kept = sum(outcome is not None for outcome in self.outcomes) + len(self.second)
        self.done = self.kept
        self.failed = 0
        self.stopped = ""
        self.interrupted = False
        self.over = False
        self.tasks: list[asyncio.Task[None]] = []
        drawn = draw_twice(len(suite.cases), options.share_twice, options.seed)
        self.twice = {row for row in drawn if options.shard.holds(row)} | self.second.keys()
        self.size = sum(map(options.shard.holds, range(len(suite.cases))))
        self.writer = make_writer(suite, address, options)
        self.began = time.perf_counter()
        tls = ssl.create_default_context() if address.scheme == "https" else None
        wire = Wire(address, options.timeout, options.most_bytes, time.perf_counter, tls)
        health = Health(options.failures + options.concurrency, options.patience, self.began)
        self.desk = Desk(
            options, wire, make_reader(suite.contract), health, lambda: datetime.now(UTC), Random(options.seed)
        )

    async def run(self, watch: Watch, turns: Turns) -> None:
        """Ask everything once, and then the drawn ones again, whenever it is this model's turn."""
        beside = [asyncio.create_task(self.journal.keep()), asyncio.create_task(self.report(watch))]
        callers = [Caller(self.desk) for _ in range(self.options.concurrency)]
        try:
            missing = [row for row, outcome in enumerate(self.outcomes) if outcome is None]
            await self.ask_all(callers, [row for row in missing if self.options.shard.holds(row)], False, turns)
            again = [row for row in sorted(self.twice) if self.is_to_ask_again(row)]
            self.twice = {*again, *self.second}  # without those that were not answered
            await self.ask_all(callers, again, True, turns)
        finally:
            self.over = True
            for caller in callers:
                caller.hang_up()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            watch(self.progress)

    def is_to_ask_again(self, row: int) -> bool:
        """Whether a drawn case has one answer so far."""
        first = self.outcomes[row]
        return row not in self.second and first is not None and first.state is State.ANSWERED

    async def ask_all(self, callers: Sequence[Caller], rows: Sequence[int], again: bool, turns: Turns) -> None:
        """Ask these cases, a block at each turn."""
        for block in turns.cut(rows, self.options.concurrency):
            since = self.desk.wire.clock()
            async with turns.baton:
                self.desk.health.rest(self.desk.wire.clock() - since)
                if self.stopped:
                    return
                await self.ask_block(callers, block, again)

    async def ask_block(self, callers: Sequence[Caller], rows: Sequence[int], again: bool) -> None:
        """Share these cases out among the callers, each taking the next one when it is free."""
        queue = iter(rows)
        tasks = {asyncio.create_task(self.serve(caller, queue, again)): caller for caller in callers[: len(rows)]}
        self.tasks = list(tasks)
        await finish(tasks)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    async def serve(self, caller: Caller, queue: Iterator[int], again: bool) -> None:
        """One caller's share."""
        for row in queue:
            outcome = await caller.ask(self.write(row))
            self.note(row, outcome, again)
            if outcome.state is State.FAILED and self.desk.health.is_lost(self.desk.wire.clock()):
                self.stop("the server gave no answer any more, so that it was left alone; ask again to go on")

    def write(self, row: int) -> bytes:
        """A case as a request. Where the contract names a header for the unit, it is sent as in a trial."""
        cases = self.suite.cases
        return self.writer.write(cases.requests[row], cases.unit_names[cases.units[row]])

    def note(self, row: int, outcome: Outcome, again: bool) -> None:
        """A case has an outcome."""
        self.journal.note(self.suite.cases.ids[row], outcome, again)
        self.done += 1
        self.failed += outcome.state is State.FAILED
        if not again:
            self.outcomes[row] = outcome
        else:
            self.second[row] = outcome

    # Ends.

    def stop(self, words: str) -> None:
        """Ask no more. What is in flight is let go."""
        if not self.stopped:
            self.stopped = words
            for task in self.tasks:
                task.cancel()

    def interrupt(self) -> None:
        """A person asks for the end."""
        if not self.over:
            self.interrupted = True
            self.stop(BY_A_PERSON)

    # What is seen.

    async def report(self, watch: Watch) -> None:
        """Tell whoever watches now and then, until this is cancelled."""
        while True:
            watch(self.progress)
            await asyncio.sleep(LOOK)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        total = self.size + len(self.twice)
        seconds = time.perf_counter() - self.began
        return Progress(total, self.done, self.kept, self.failed, self.desk.retries, seconds)


async def finish(tasks: Mapping[asyncio.Task[None], Caller]) -> None:
    """Wait for callers, or for the first error. Who has nothing to do any more hangs up after a while, so that a server
    that takes few connections takes those of callers who still wait."""
    waiting = set(tasks)
    while waiting:
        done, waiting = await asyncio.wait(waiting, timeout=IDLE, return_when=asyncio.FIRST_EXCEPTION)
        if any(not task.cancelled() and task.exception() for task in done):
            return
        for task, caller in tasks.items():
            if waiting and task not in waiting:
                caller.hang_up()


def is_to_ask(outcome: Outcome | None) -> bool:
    """Whether a case is asked: it never was, or the server failed. What was answered or refused stays."""
    return outcome is None or outcome.state is State.FAILED
