"""Workers: they take keys from the queue and visit, and the resync asks for a visit of everything."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.visit import Key, Visit

log: Final = logging.getLogger(__name__)

GRACE: Final = 5.0  # seconds that a visit may take to end when the operator stops


@dataclass(frozen=True)
class Clocks:
    """What a worker needs of time."""

    monotonic: Callable[[], float]  # seconds
    unix: Callable[[], float]  # seconds since 1970


class Workers:
    """A few tasks that work off the queue."""

    def __init__(
        self, queue: WorkQueue, visit: Callable[[Key], Awaitable[Visit]], metrics: Metrics, clocks: Clocks
    ) -> None:
        self._queue = queue
        self._visit = visit
        self._metrics = metrics
        self._clocks = clocks
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, key: Key) -> None:
        """Ask for a visit as soon as possible."""
        self._queue.add(key)
        self._wake.set()

    def start(self, count: int) -> None:
        """Start that many workers."""
        self._tasks = [asyncio.create_task(self._work(), name=f"worker {number}") for number in range(count)]

    def is_alive(self) -> bool:
        """Whether no worker has died. None ever should: what a visit raises is caught."""
        return not any(task.done() for task in self._tasks)

    async def stop(self) -> None:
        """Let visits end, for a moment, and take no more. Whatever is cut off is resumed by the next process."""
        self._stopping = True
        self._wake.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        while not self._stopping:
            key = self._queue.hand_out()
            if key is not None:
                await self._attend(key)
                continue
            # Nothing is awaited between hand_out and clear, so no wake-up is lost.
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._queue.wait())

    async def _attend(self, key: Key) -> None:
        start = self._clocks.monotonic()
        try:
            visit = await self._visit(key)
        except ClusterError as error:
            log.warning("visit failed namespace=%s name=%s error=%s", *key, error)
            self._fail(key, start)
        except Exception:
            log.exception("visit failed namespace=%s name=%s", *key)
            self._fail(key, start)
        else:
            self._queue.succeed(key, visit.after)
            self._metrics.visited(visit.result, self._clocks.monotonic() - start, self._clocks.unix())
        # Another worker may be waiting for a date that this key has changed.
        self._wake.set()

    def _fail(self, key: Key, start: float) -> None:
        self._queue.fail(key)
        self._metrics.visited("error", self._clocks.monotonic() - start, self._clocks.unix())


@dataclass
class Resync:
    """Visits everything now and then, and is the sign of life: what happened when, on the monotonic clock."""

    cluster: Cluster
    namespaces: tuple[str, ...]
    add: Callable[[Key], None]
    list_visited: Callable[[], Iterable[Key]]  # experiments that were there at their last visit
    monotonic: Callable[[], float]
    period: float  # seconds
    finished: float  # the last attempt, good or bad; the start of the process before the first
    succeeded: float | None = None

    async def run(self) -> None:
        """Resync for ever."""
        while True:
            await self.attempt()
            await asyncio.sleep(self.period)

    async def attempt(self) -> None:
        """Ask for a visit of every experiment, and of those that were there: a watch that broke off tells no deletion.

        A failure is logged: the next attempt comes anyway."""
        try:
            for namespace in self.namespaces or (None,):
                for live in await self.cluster.list(kinds.EXPERIMENT, namespace):
                    self.add(Key(live["metadata"]["namespace"], live["metadata"]["name"]))
            for key in self.list_visited():
                self.add(key)
            self.succeeded = self.monotonic()
        except ClusterError as error:
            log.warning("resync failed error=%s", error)
        self.finished = self.monotonic()

    def is_alive(self) -> bool:
        """Whether an attempt has ended lately. It need not have succeeded: a restart of ours heals no API server."""
        return self.monotonic() - self.finished < 5 * self.period

    def is_ready(self) -> bool:
        """Whether an attempt has succeeded lately."""
        return self.succeeded is not None and self.monotonic() - self.succeeded < 5 * self.period
