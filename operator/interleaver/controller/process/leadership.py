"""Leadership: of several operators one works, the one that holds a Lease and renews it (decision 42).

Nobody's wall clock is believed. A Lease is over once this process has seen it unchanged for its whole duration, and
leading ends by the clock of who leads, before anybody else may begin. The times in the Lease are for people.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from math import ceil, inf
from typing import Final

from interleaver.api.fields import micro_timestamp
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.settings import Leading

log: Final = logging.getLogger(__name__)

# It goes on while the machine sleeps, where there is such a clock: other operators do not wait for the machine.
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def read_clock() -> float:
    """Seconds, never going back."""
    return time.clock_gettime(_CLOCK)


class Step(Enum):
    """What may be done about a Lease."""

    CREATE = "create it"
    RENEW = "renew it"
    TAKE = "take it over"
    WAIT = "wait"


def find_holder(lease: Manifest) -> str:
    """Whose the Lease is; empty when it is nobody's."""
    return (lease.get("spec") or {}).get("holderIdentity") or ""


def seconds_left(lease: Manifest | None, unchanged: float, leading: Leading) -> float:
    """Seconds until a Lease that has been seen unchanged for so long may be taken; 0 or less: it may."""
    if lease is not None and not find_holder(lease):
        return 0.0
    spec = (lease or {}).get("spec") or {}
    # One that vanished was somebody's a moment ago, who may not know yet. The holder's own duration counts.
    lasts = min(max(spec.get("leaseDurationSeconds") or 0, leading.duration), leading.longest)
    return float(lasts) - unchanged


def decide(lease: Manifest | None, me: str, unchanged: float, leads: bool, leading: Leading) -> Step:
    """The step for process `me`, which leads or does not, after it has seen the Lease unchanged for so many seconds."""
    if lease is not None and find_holder(lease) == me:
        return Step.RENEW
    if lease is None and leads:
        return Step.CREATE
    if seconds_left(lease, unchanged, leading) > 0:
        return Step.WAIT
    return Step.CREATE if lease is None else Step.TAKE


def write_spec(lease: Manifest | None, me: str, step: Step, leading: Leading, now: datetime) -> Manifest:
    """What the Lease's spec becomes by a step that is not to wait."""
    at = micro_timestamp(now)
    former = (lease or {}).get("spec") or {}
    spec = {"holderIdentity": me, "leaseDurationSeconds": ceil(leading.duration), "renewTime": at}
    if step is Step.RENEW:
        return former | spec
    transitions = (former.get("leaseTransitions") or 0) + (step is Step.TAKE)
    return spec | {"acquireTime": at, "leaseTransitions": transitions}


class Leadership:
    """One process's part in the election. `gain` and `keep` take turns; `is_leading` is right at every moment."""

    def __init__(
        self,
        cluster: Cluster,
        leading: Leading,
        me: str,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._cluster = cluster
        self._leading = leading
        self._me = me
        self._clock = clock
        self._now = now
        self._until = -inf if leading.namespace else inf  # leading ends then; without an election never
        self._held: Manifest | None = None  # the Lease as we wrote it last, while nothing speaks against it
        self._version: str | None = None  # of the Lease as it was seen last
        self._changed = -inf  # when it was first seen so
        self._answered = clock()  # the last attempt that went well
        self._trouble = ""  # why the last one did not

    def is_leading(self) -> bool:
        """Whether this process may write at this moment."""
        return self._clock() < self._until

    def is_answered(self) -> bool:
        """Whether the Lease could be seen lately. Who cannot see it never leads, and should not look as if it could."""
        return not self._leading.namespace or self._clock() - self._answered < 3 * self._leading.duration

    async def gain(self) -> None:
        """Wait until this process leads."""
        while not self.is_leading():
            lease = await self._attempt()
            if not self.is_leading():
                left = seconds_left(lease, self._clock() - self._changed, self._leading)
                await asyncio.sleep(min(self._leading.renewal, max(left, self._leading.retry)))
        log.info("leading as=%s", self._me)

    async def keep(self) -> None:
        """Renew until leading ends: somebody else has the Lease, or no renewal has gone well in time."""
        if not self._leading.namespace:
            await asyncio.Event().wait()
        with contextlib.suppress(TimeoutError):
            while (left := self._until - self._clock()) > 0:
                async with asyncio.timeout(left):
                    await asyncio.sleep(self._leading.retry if self._trouble else self._leading.renewal)
                    await self._attempt()
        # Closed until the next `gain`, and thus until all visits of this term have ended.
        self._until = -inf
        log.warning("leading no more as=%s", self._me)

    async def release(self) -> None:
        """Leave the Lease to whoever wants it, at once. To be called when nothing is written any more."""
        if not self.is_leading() or not self._leading.namespace:
            return
        self._until = -inf
        try:
            lease = await self._cluster.get("Lease", self._leading.namespace, self._leading.name)
            if lease is not None and find_holder(lease) == self._me:
                await self._cluster.patch(lease, {"spec": {"holderIdentity": ""}})
        except ClusterError as error:
            log.warning("the Lease was not released, and is over in a moment error=%s", error)

    async def _attempt(self) -> Manifest | None:
        """Look at the Lease and take the step that follows; returns what was seen. Failures are logged once."""
        lease, self._held = self._held, None
        try:
            if lease is None:
                lease = await self._cluster.get("Lease", self._leading.namespace, self._leading.name)
            self._note(lease)
            unchanged = self._clock() - self._changed
            await self._take(decide(lease, self._me, unchanged, self.is_leading(), self._leading), lease)
            self._answered, self._trouble = self._clock(), ""
        except ClusterError as error:
            if str(error) != self._trouble:
                log.warning("no word of the Lease error=%s", error)
            self._trouble = str(error)
        return lease

    def _note(self, lease: Manifest | None) -> None:
        """Remember when the Lease was first seen as it is. One that never was there has been so for ever."""
        version = lease["metadata"]["resourceVersion"] if lease else None
        if version != self._version:
            self._version, self._changed = version, self._clock()

    async def _take(self, step: Step, lease: Manifest | None) -> None:
        if step is Step.WAIT:
            self._until = -inf
            return
        sent = self._clock()
        spec = write_spec(lease, self._me, step, self._leading, self._now())
        if lease is None:
            where = {"name": self._leading.name, "namespace": self._leading.namespace}
            if not await self._cluster.create(kinds.head("Lease") | {"metadata": where, "spec": spec}):
                self._until = -inf
                return
        else:
            head = await self._cluster.patch(lease, {"spec": spec})
            self._held = lease | {"metadata": head["metadata"], "spec": spec}
        # Others count from when they see what was just stored, which is later than when it was sent.
        self._until = sent + self._leading.deadline
