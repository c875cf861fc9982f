"""The messenger: carries verdicts to the webhook's receiver while visits go on, and keeps what came of it until the
status has it.

What it knows is gone with the process, and nothing is lost by that: what the status calls due is tried, with the id of
the first attempt.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from interleaver.api.delivery import Delivery
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Attempt, Telling
from interleaver.experiment.telling.deliveries import find_due

log = logging.getLogger(__name__)

Place = tuple[str, str]  # an experiment's namespace and name
Deliver = Callable[[str, Mapping[str, Any]], Awaitable[Attempt]]  # of an event's id and the event


async def deliver_nothing(id_: str, event: Mapping[str, Any]) -> Attempt:
    """Where nobody is to be told."""
    return Attempt(id_, "Failed", "there is no webhook")


class Messenger:
    """Carries a few events at once, each experiment's as they get due."""

    def __init__(
        self,
        is_for: Callable[[str], bool] = lambda namespace: False,
        deliver: Deliver = deliver_nothing,
        wake: Callable[[Place], None] = lambda place: None,
        count: Callable[[str], None] = lambda result: None,
        parallel: int = 1,
    ) -> None:
        """`is_for` says whether verdicts of a namespace are told, `wake` asks for a visit, `count` notes a result."""
        self._is_for, self._deliver, self._wake, self._count = is_for, deliver, wake, count
        self._turns = asyncio.Semaphore(parallel)
        self._under_way: dict[str, asyncio.Task[None]] = {}  # by id of the event
        self._came_of: dict[Place, dict[str, Attempt]] = {}

    def report(self, place: Place) -> Telling:
        """Whether verdicts there are told, and what came of those that were tried."""
        return Telling(self._is_for(place[0]), tuple(self._came_of.get(place, {}).values()))

    def forget(self, place: Place, written: Iterable[Attempt]) -> None:
        """The status has these."""
        came_of = self._came_of.get(place, {})
        for attempt in written:
            came_of.pop(attempt.id, None)
        if not came_of:
            self._came_of.pop(place, None)

    def leave(self, place: Place) -> None:
        """The experiment is gone, and with it what was to be told of it."""
        self._came_of.pop(place, None)

    def send(self, experiment: Experiment, now: datetime) -> None:
        """Set out with what is due. Nothing is awaited: a receiver that hangs holds up no visit."""
        place = experiment.metadata.namespace, experiment.metadata.name
        if due := self.find_ready(experiment, now):
            self._under_way[due.id] = asyncio.create_task(self._carry(place, due.id, due.event or {}))

    def find_ready(self, experiment: Experiment, now: datetime) -> Delivery | None:
        """What is due, and neither on its way nor back from there."""
        place = experiment.metadata.namespace, experiment.metadata.name
        if not experiment.status.deliveries or not self._is_for(place[0]):
            return None
        due = find_due(experiment.status, now)
        return None if due is None or due.id in self._under_way or due.id in self._came_of.get(place, {}) else due

    async def stop(self) -> None:
        """End at once, and remember nothing. What is cut off is made again by whoever has the experiments next."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._came_of.clear()

    async def _carry(self, place: Place, id_: str, event: Mapping[str, Any]) -> None:
        try:
            async with self._turns:
                attempt = await self._deliver(id_, event)
        except Exception as error:
            log.exception("telling failed event=%s", id_)
            attempt = Attempt(id_, "Failed", type(error).__name__)
        finally:
            del self._under_way[id_]
        level = logging.INFO if attempt.result == "Delivered" else logging.WARNING
        log.log(level, "told event=%s result=%s why=%s", id_, attempt.result, attempt.why)
        self._count(attempt.result)
        self._came_of.setdefault(place, {})[id_] = attempt
        self._wake(place)
