"""The resync: now and then everything is compared and visited, and in between the API server gives a sign of life."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.visits.visit import Key

log: Final = logging.getLogger(__name__)

PULSE: Final = 60.0  # seconds between attempts; three signs of life in as many minutes cost nobody anything


async def find_no_news() -> set[Key]:
    """Whose objects a comparison had news of, where there is nothing to compare."""
    return set()


def see_nothing() -> object:
    """What is another one when all are to be visited, where there is nothing of that kind."""
    return None


@dataclass
class Resync:
    """Visits everything now and then, and is the sign of life: what happened when, on the monotonic clock."""

    cluster: Cluster
    namespaces: tuple[str, ...]
    add: Callable[[Key], None]
    list_visited: Callable[[], Iterable[Key]]  # experiments that were there at their last visit
    monotonic: Callable[[], float]
    period: float  # seconds between visits of everything
    finished: float  # the last attempt, good or bad; the start of the process before the first
    compare: Callable[[], Awaitable[set[Key]]] = find_no_news
    look: Callable[[], object] = see_nothing  # at what no watch tells of and concerns everybody
    succeeded: float | None = None
    visited: float | None = None  # when a visit of everything was asked for
    saw: object = None  # what was there when everything was last asked for: an attempt that failed saw nothing

    async def run(self) -> None:
        """Resync for ever."""
        while True:
            await self.attempt()
            await asyncio.sleep(self.pulse)

    @property
    def pulse(self) -> float:
        """Seconds between attempts."""
        return min(self.period, PULSE)

    async def attempt(self) -> None:
        """Ask for a visit of everything when that is due, or else whether the API server is there.

        A failure is logged: the next attempt comes anyway."""
        try:
            seen = self.look()
            if self._is_due(seen):
                await self._visit_all()
                self.saw = seen
            else:
                await self.cluster.is_served(kinds.EXPERIMENT, next(iter(self.namespaces), None))
            self.succeeded = self.monotonic()
        except ClusterError as error:
            log.warning("resync failed error=%s", error)
        self.finished = self.monotonic()

    def _is_due(self, seen: object) -> bool:
        """Whether a visit of everything is due: after a while, and when something has changed for all."""
        return seen != self.saw or self.visited is None or self.monotonic() - self.visited >= self.period

    async def _visit_all(self) -> None:
        """Ask for a visit of every experiment, and of those that were there: a watch that broke off tells no
        deletion. The first time there is nothing to compare, for the watches have just listed everything."""
        for key in await self.compare() if self.visited is not None else ():
            self.add(key)
        for namespace in self.namespaces or (None,):
            for live in await self.cluster.list(kinds.EXPERIMENT, namespace):
                self.add(Key(live["metadata"]["namespace"], live["metadata"]["name"]))
        for key in self.list_visited():
            self.add(key)
        self.visited = self.monotonic()

    def is_alive(self) -> bool:
        """Whether an attempt has ended lately. It need not have succeeded: a restart of ours heals no API server."""
        return self.monotonic() - self.finished < 5 * self.pulse

    def is_ready(self) -> bool:
        """Whether an attempt has succeeded lately."""
        return self.succeeded is not None and self.monotonic() - self.succeeded < 5 * self.pulse
