"""Deadlines of many requests with few timers.

A timer per request is what makes asyncio slow. Deadlines of one length end in the order in which they began, so each
length has a lane, a queue with a single timer for its oldest entry.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

SWEEP_SECONDS: Final = 0.002  # least time between two sweeps of a lane: a burst of deadlines costs one wake-up


class Deadline:
    """One deadline, which can be cancelled."""

    __slots__ = ("at", "expire")

    def __init__(self, at: float, expire: Callable[[], None]) -> None:
        self.at = at
        self.expire: Callable[[], None] | None = expire

    def cancel(self) -> None:
        """Forget it. Harmless when it has passed already."""
        self.expire = None


class Deadlines:
    """All deadlines of a process, in lanes by their length in seconds."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.lanes: dict[float, deque[Deadline]] = {}

    def start(self, began: float, seconds: float, expire: Callable[[], None]) -> Deadline:
        """Call `expire` once `seconds` after `began` (loop time), unless the deadline is cancelled before."""
        deadline = Deadline(began + seconds, expire)
        lane = self.lanes.get(seconds)
        if lane is None:
            lane = self.lanes[seconds] = deque()
            self.loop.call_at(deadline.at, self.sweep, seconds)
        # Most are cancelled in the order in which they began: what is over goes now, or seconds of it would pile up.
        while lane and lane[0].expire is None:
            lane.popleft()
        lane.append(deadline)
        return deadline

    def sweep(self, seconds: float) -> None:
        """Expire what is due, then wait for the oldest that is left; a lane that is empty goes."""
        lane = self.lanes[seconds]
        now = self.loop.time()
        due: list[Callable[[], None]] = []
        while lane and (lane[0].expire is None or lane[0].at <= now):
            deadline = lane.popleft()
            if deadline.expire is not None:
                due.append(deadline.expire)
                deadline.expire = None
        if lane:
            self.loop.call_at(max(lane[0].at, now + SWEEP_SECONDS), self.sweep, seconds)
        else:
            del self.lanes[seconds]
        for expire in due:
            expire()
