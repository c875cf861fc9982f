"""Requests that a model was asked for: how long each took, by arm, and a line in the log for a sample of them."""

from typing import Final

from interleaver.router.http1.message import Request
from interleaver.router.system.counters import Histogram
from interleaver.router.system.log import record

NO_SAMPLE: Final = 0


class Traffic:
    """Notes every request once, when its answer is complete or has failed."""

    __slots__ = ("every", "seconds", "since")

    def __init__(self, seconds: dict[str, Histogram], every: int = NO_SAMPLE) -> None:
        self.seconds = seconds
        self.every = every  # requests for one line in the log; 0 = no line
        self.since = 0  # requests since the last line

    def note(self, arm: str | None, request: Request, status: int, reason: str | None, elapsed: float) -> None:
        """A request with its status and seconds. `arm` is None for one that asks for no ranking."""
        if arm is not None:
            self.seconds[arm].observe(elapsed)
        if self.every:
            self.sample(arm, request, status, reason, elapsed)

    def sample(self, arm: str | None, request: Request, status: int, reason: str | None, elapsed: float) -> None:
        """Every so manieth request gets its line. The query may hold a user, so it has no place there."""
        self.since += 1
        if self.since >= self.every:
            self.since = 0
            path, milliseconds = request.path.decode("latin-1"), round(elapsed * 1000, 3)
            method = request.method.decode("latin-1")
            fields = {"method": method, "path": path, "status": status, "milliseconds": milliseconds}
            record("request", **fields, arm=arm, reason=reason)
