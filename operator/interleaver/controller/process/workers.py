"""Workers: they take keys from the queue and visit."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.visit import SUBJECT, Key, Subject, Visit

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
        """Start that many workers, for the first time or again."""
        self._stopping = False
        self._tasks = [asyncio.create_task(self._work(), name=f"worker {number}") for number in range(count)]

    def is_alive(self) -> bool:
        """Whether no worker has died. None ever should: what a visit raises is caught."""
        return not any(task.done() for task in self._tasks)

    async def stop(self, grace: float = GRACE) -> None:
        """Let visits end within so many seconds, and take no more. Whatever is cut off is resumed by who works next."""
        self._stopping = True
        self._wake.set()
        tasks, self._tasks = self._tasks, []
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        while not self._stopping:
            key = self._queue.hand_out()
            if key is not None:
                await self._attend(key)
                await asyncio.sleep(0)  # a visit that has asked nothing has let nobody else get on
                continue
            # Nothing is awaited between hand_out and clear, so no wake-up is lost.
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._queue.wait())

    async def _attend(self, key: Key) -> None:
        start = self._clocks.monotonic()
        SUBJECT.set(Subject(*key))
        try:
            visit = await self._visit(key)
        except asyncio.CancelledError:
            self._queue.give_back(key)
            raise
        except ClusterError as error:
            log.warning("visit failed error=%s", error)
            self._fail(key, start)
        except Exception:
            log.exception("visit failed")
            self._fail(key, start)
        else:
            self._queue.succeed(key, visit.after)
            self._metrics.visited(visit.result, self._clocks.monotonic() - start, self._clocks.unix())
        SUBJECT.set(None)
        # Another worker may be waiting for a date that this key has changed.
        self._wake.set()

    def _fail(self, key: Key, start: float) -> None:
        self._queue.fail(key)
        self._metrics.visited("error", self._clocks.monotonic() - start, self._clocks.unix())
