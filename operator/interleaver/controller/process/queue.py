"""The work queue: which experiment is to be visited next, and when. No I/O; clock and randomness are arguments."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from interleaver.controller.settings import Backoff
from interleaver.controller.visits.visit import Key

MOST_REMEMBERED: Final = 10_000  # namespaces


@dataclass
class WorkQueue:
    """Keys with the instant at which each is due.

    A key is in the queue once at most, is never handed out while it is being worked on, and a key added in the
    meantime is handed out again afterwards. Two visits of one key are at least `gap` seconds apart. Namespaces take
    turns, and none has more than `most` keys worked on at once: no tenant's slow visits keep all workers from others.
    """

    clock: Callable[[], float]  # seconds, never going back
    random: Callable[[], float]  # uniform in [0, 1)
    backoff: Backoff
    gap: float  # seconds
    most: int = 1 << 30  # keys of one namespace at once
    _due: dict[Key, float] = field(default_factory=dict)
    _dates: list[tuple[float, Key]] = field(default_factory=list)  # a heap of all that are or were in _due
    _active: set[Key] = field(default_factory=set)
    _handed_out: dict[Key, float] = field(default_factory=dict)
    _failures: dict[Key, int] = field(default_factory=dict)
    _turns: dict[str, int] = field(default_factory=dict)  # number of the last turn, by namespace
    _turn: int = 0

    def __len__(self) -> int:
        """Keys that are waiting, due or not."""
        return len(self._due)

    def add(self, key: Key, delay: float = 0.0) -> None:
        """Ask for a visit in `delay` seconds. An earlier date that was asked for already stays."""
        due = max(self.clock() + max(delay, 0.0), self._handed_out.get(key, float("-inf")) + self.gap)
        if due < self._due.get(key, float("inf")):
            self._due[key] = due
            heappush(self._dates, (due, key))

    def hand_out(self) -> Key | None:
        """Of the keys that are due and may be worked on: one of the namespace that has waited longest for a turn, and
        of its keys the one that has been due for longest. None when there is none."""
        now, busy = self.clock(), self._find_busy()
        if self._find_first() > now:  # of a thousand that rest none is looked at
            return None
        ready = [(due, key) for key, due in self._due.items() if due <= now and self._is_free(key, busy)]
        if not ready:
            return None
        _, key = min(ready, key=lambda one: (self._turns.get(one[1].namespace, 0), *one))
        del self._due[key]
        self._active.add(key)
        self._turn += 1
        # In order of turns, so that the oldest is forgotten first; forgotten, a namespace is the first to have one.
        self._turns.pop(key.namespace, None)
        self._turns[key.namespace] = self._turn
        if len(self._turns) > MOST_REMEMBERED:
            del self._turns[next(iter(self._turns))]
        recent = {other: taken for other, taken in self._handed_out.items() if now - taken < self.gap}
        self._handed_out = recent | {key: now}
        return key

    def wait(self) -> float | None:
        """Seconds until `hand_out` may hand something out, as far as is known now; None: nothing is waiting."""
        if not self._active:
            first = self._find_first()
            return max(first - self.clock(), 0.0) if self._due else None
        busy = self._find_busy()
        dates = [due for key, due in self._due.items() if self._is_free(key, busy)]
        return max(min(dates) - self.clock(), 0.0) if dates else None

    def _find_first(self) -> float:
        """The earliest date of all; infinity when nothing is waiting."""
        while self._dates and self._due.get(self._dates[0][1]) != self._dates[0][0]:
            heappop(self._dates)
        return self._dates[0][0] if self._dates else float("inf")

    def _find_busy(self) -> set[str]:
        """Namespaces that have as many visits as one may have."""
        counts = Counter(key.namespace for key in self._active)
        return {namespace for namespace, count in counts.items() if count >= self.most}

    def _is_free(self, key: Key, busy: set[str]) -> bool:
        return key not in self._active and key.namespace not in busy

    def succeed(self, key: Key, after: float | None) -> None:
        """The visit went well. Come back after so many seconds; None: only when something asks for it."""
        self._active.discard(key)
        self._failures.pop(key, None)
        if after is not None:
            self.add(key, after)

    def give_back(self, key: Key) -> None:
        """The visit was broken off by us. It is due at once, for whoever works next."""
        self._active.discard(key)
        self.add(key)

    def fail(self, key: Key) -> float:
        """The visit failed. Come back after a delay, in seconds, that grows from failure to failure."""
        self._active.discard(key)
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        delay = self._delay(failures)
        self.add(key, delay)
        return delay

    def _delay(self, failures: int) -> float:
        # The exponent is bounded so that a failure that lasts for weeks cannot overflow a float.
        longest = min(self.backoff.first * self.backoff.factor ** min(failures, 64), self.backoff.most)
        return longest * (1 - self.backoff.jitter * self.random())
