"""Whether the shared store is there, and when to try again: what is exported and logged of it."""

from collections.abc import Callable
from typing import Final

from interleaver.router.system.counters import Counters
from interleaver.router.system.log import record

from .store_errors import StoreRefuses

LEAST_PAUSE: Final = 0.1  # seconds before the second attempt to reach the store, doubled with each one
MOST_PAUSE: Final = 2.0


class Presence:
    """The store as this router sees it."""

    def __init__(self, counters: Counters, chance: Callable[[], float]) -> None:
        self.counters = counters
        self.chance = chance
        self.shown = False  # whether a run that is in force uses the store
        self.away: str | None = None  # why it cannot be used
        self.attempts = 0  # that failed in a row

    def follow(self, shown: bool) -> None:
        """Export it, or nothing of it. A store that was never reached is not up."""
        if not shown:
            self.counters.store_up = self.counters.store_refuses = self.counters.store_buffered = None
        elif not self.shown:
            self.counters.store_up, self.counters.store_refuses, self.counters.store_buffered = False, False, 0
        self.shown = shown

    def find(self, waiting: int) -> None:
        """The store answers, and so many events wait for it."""
        if self.away is not None or (self.shown and not self.counters.store_up):
            record("store-found", waiting=waiting)
        self.away, self.attempts = None, 0
        if self.shown:
            self.counters.store_up, self.counters.store_refuses = True, False

    def lose(self, reason: str, waiting: int, refusal: StoreRefuses | None = None) -> None:
        """The store cannot be used: it is away, or it is there and refuses."""
        if self.away != reason:
            if refusal is None:
                record("store-away", reason=reason, waiting=waiting)
            else:
                record("store-refuses", code=refusal.code, key=refusal.key, meaning=refusal.meaning, waiting=waiting)
        self.away = reason
        self.attempts += 1
        if self.shown:
            self.counters.store_up, self.counters.store_refuses = False, refusal is not None

    def show_load(self, waiting: int) -> None:
        """So many events wait."""
        if self.shown:
            self.counters.store_buffered = waiting

    def choose_pause(self) -> float:
        """Seconds until the next attempt; many routers must not come back in step."""
        return min(MOST_PAUSE, LEAST_PAUSE * 2.0 ** min(self.attempts - 1, 10)) * (0.5 + self.chance() / 2)
