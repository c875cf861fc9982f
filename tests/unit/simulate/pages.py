"""Metrics as a router writes them, saved at some time."""

from datetime import UTC, datetime

from interleaver.router.system.counters import Counters
from interleaver.simulate.traffic import Page

DAY = 86_400
STARTED = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
RUN = "v42-20261105t000000z"
RUN_STARTED = datetime(2026, 11, 5, tzinfo=UTC).timestamp()


def make_page(
    votes: dict[str, int], days: float, events: int = 0, since: float = STARTED, started: float = STARTED
) -> Page:
    """A router that started on the first of November, unless told, read so many days after `since`."""
    counters = Counters(started)
    counters.run.feedback["foreign",] = events
    counters.run.feedback["invalid",] = 1_000_000
    for run, number in votes.items():
        counted = counters.open_run(run)
        counted.votes["win",], counted.votes["tie",] = number - 1, 1
    return Page(counters.render(), since + days * DAY)
