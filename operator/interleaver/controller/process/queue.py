"""The work queue: which experiment is to be visited next, and when. No I/O; clock and randomness are arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field

from interleaver.controller.settings import Backoff
from interleaver.controller.visits.visit import Key


@dataclass
class WorkQueue:
    """Keys with the instant at which each is due.

    A key is in the queue once at most, is never handed out while it is being worked on, and a key added in the
    meantime is handed out again afterwards. Two visits of one key are at least `gap` seconds apart.
    """

    clock: Callable[[], float]  # seconds, never going back
    random: Callable[[], float]  # uniform in [0, 1)
    backoff: Backoff
    gap: float  # seconds
    _due: dict[Key, float] = field(default_factory=dict)
    _active: set[Key] = field(default_factory=set)
    _handed_out: dict[Key, float] = field(default_factory=dict)
    _failures: dict[Key, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Keys that are waiting, due or not."""
        return len(self._due)

    def add(self, key: Key, delay: float = 0.0) -> None:
        """Ask for a visit in `delay` seconds. An earlier date that was asked for already stays."""
        due = max(self.clock() + max(delay, 0.0), self._handed_out.get(key, float("-inf")) + self.gap)
        self._due[key] = min(due, self._due.get(key, due))

    def hand_out(self) -> Key | None:
        """The key that has been due for longest and that nobody works on; None when there is none."""
        now = self.clock()
        ready = [(due, key) for key, due in self._due.items() if due <= now and key not in self._active]
        if not ready:
            return None
        _, key = min(ready)
        del self._due[key]
        self._active.add(key)
        recent = {other: taken for other, taken in self._handed_out.items() if now - taken < self.gap}
        self._handed_out = recent | {key: now}
        return key

    def wait(self) -> float | None:
        """Seconds until `hand_out` may hand something out, as far as is known now; None: nothing is waiting."""
        dates = [due for key, due in self._due.items() if key not in self._active]
        return max(min(dates) - self.clock(), 0.0) if dates else None

    def succeed(self, key: Key, after: float | None) -> None:
        """The visit went well. Come back after so many seconds; None: only when something asks for it."""
        self._active.discard(key)
        self._failures.pop(key, None)
        if after is not None:
            self.add(key, after)

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
