"""The lag of the event loop: how late a timer fires is how long everything else had to wait."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from interleaver.router.system.counters import Histogram

BEAT_SECONDS: Final = 0.05  # twenty a second: each costs some 5 microseconds, and a stall that matters is longer


class Pulse:
    """A timer that notes by how much it was late. The loop's timers count in milliseconds, and so does the lag."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, lag: Histogram, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.loop = loop
        self.lag = lag
        self.clock = clock
        self.due = 0.0
        self.timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Beat from now on."""
        self.due = self.clock() + BEAT_SECONDS
        self.timer = self.loop.call_later(BEAT_SECONDS, self.beat)

    def beat(self) -> None:
        self.lag.observe(max(0.0, self.clock() - self.due))
        self.start()

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
