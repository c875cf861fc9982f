"""The books: what is counted of a request and of a call, in one place, once each, when it is over."""

from typing import Final

from interleaver.interleaving.team_draft import Team
from interleaver.router.http1.message import Request
from interleaver.router.system.counters import Histogram, RunCounters
from interleaver.router.system.log import record

NO_SAMPLE: Final = 0


class Books:
    """Counts requests by arm, and writes a line in the log for a sample of them."""

    __slots__ = ("every", "seconds", "since")

    def __init__(self, seconds: dict[str, Histogram], every: int = NO_SAMPLE) -> None:
        self.seconds = seconds  # by arm
        self.every = every  # requests for one line in the log; 0 = no line
        self.since = 0  # requests since the last line

    def close(
        self,
        arm: str | None,
        counters: RunCounters | None,
        request: Request,
        status: int,
        reason: str | None,
        elapsed: float,
        teams: list[Team] | None = None,
    ) -> None:
        """Count a request: `arm` is None for one that asks for no ranking, `counters` for one that is none of a run's.

        `reason` says why a request ended without a comparison, or without an answer; `teams` are those of the slots
        that it was shown; `elapsed` is in seconds.
        """
        if counters is not None and arm is not None:
            count_request(counters, arm, status, reason)
        if counters is not None and teams is not None:
            counters.slots.add(teams)
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


def count_request(counters: RunCounters, arm: str, status: int, reason: str | None) -> None:
    """Count a request of a run's arm, and why there was no comparison if it was to be one."""
    interleaved = arm == "interleaved"
    good = "fallback" if interleaved and reason is not None else "ok"
    counters.requests[(arm, "error" if status >= 500 else good)] += 1
    if interleaved and reason is not None:
        counters.fallbacks[(reason,)] += 1
