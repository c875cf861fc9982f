"""How far asking has come, for whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """What was asked so far."""

    total: int
    """Requests of the whole run, second ones included."""
    done: int
    """Those with an outcome, kept ones included."""
    kept: int
    """Those that an earlier run had asked."""
    failed: int
    retries: int
    seconds: float
    """Since this run began."""

    @property
    def per_second(self) -> float:
        """Requests with an outcome, each second of this run."""
        return (self.done - self.kept) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Until all are done, if it goes on as it went; None as long as nothing is known."""
        return (self.total - self.done) / self.per_second if self.per_second > 0 else None


Watch = Callable[[Progress], None]


def watch_nothing(progress: Progress) -> None:
    """For whoever does not want to see it."""
