"""Votes a day as live routers show them: a counter, over the time for which it has counted."""

import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from time import time
from typing import Final

from interleaver.api import names
from interleaver.experiment.exposition import MAX_CHARACTERS, Labels, read_line
from interleaver.simulate.scenario import DAY

TIMEOUT: Final = 10.0  # seconds for one reading
RUN_START: Final = re.compile(r"-(\d{8}t\d{6})z$")  # the end of a run's id
NO_RUN: Final = ""
USELESS: Final = ("invalid", "forged", "unauthorized")  # feedback that no shopper's conversion is behind

Series = dict[tuple[str, Labels], float]


@dataclass(frozen=True, slots=True)
class Page:
    """One router's metrics, and when they were read (unix time)."""

    text: str
    read_at: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """What full traffic would give, and how that was found."""

    votes_per_day: float
    words: tuple[str, ...]


def fetch(url: str) -> Page:
    """A router's /metrics. Raises ValueError for what is no web address, OSError when it cannot be read."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no http address")
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        return Page(answer.read(MAX_CHARACTERS + 1).decode(errors="replace"), time())


def load(path: str) -> Page:
    """A saved page; the file's time of change is when it was read. Raises OSError."""
    file = Path(path)
    return Page(file.read_text(encoding="utf-8", errors="replace"), file.stat().st_mtime)


def measure(pages: Sequence[Page], share: float) -> Traffic:
    """The votes a day of all routers together at full traffic, when a `share` of units (0 to 1) was interleaved.

    Taken from the votes of the newest run. Where there are none, from the feedback that came outside a run, as if every
    event were a unit's first one: an upper bound. Raises ValueError when there is neither, or for text that is no
    router's metrics.
    """
    if not 0 < share <= 1:
        raise ValueError("percent must be above 0 and at most 100")
    rates = [measure_page(page) for page in pages]
    votes, events = sum(rate[0] for rate in rates), sum(rate[1] for rate in rates)
    if votes:
        return Traffic(
            votes / share, (f"Read off {len(pages)} router(s): {votes:.0f} votes a day at {share:.0%} of units.",)
        )
    if events:
        words = f"Read off {len(pages)} router(s): {events:.0f} feedback events a day outside a run."
        return Traffic(events, (words, "Units that convert often vote once, so take this as an upper bound of votes."))
    raise ValueError("the routers show neither votes nor feedback yet: give --votes-per-day")


def measure_page(page: Page) -> tuple[float, float]:
    """Votes a day of the newest run of one router, and feedback events a day outside a run."""
    series = dict(read_series(page.text))
    start = series.get((names.PROCESS_START.name, ()))
    if start is None or not isfinite(start):
        raise ValueError(f"no {names.PROCESS_START.name}: not the metrics of a router")
    votes = sum_by_run(series, names.VOTES_TOTAL.name)
    newest = max((run for run in votes if votes[run]), key=find_start, default=NO_RUN)
    events = sum_by_run(series, names.FEEDBACK.name).get(NO_RUN, 0.0)
    since = max(start, find_start(newest))
    return count_daily(votes.get(newest, 0.0), since, page), count_daily(events, start, page)


def count_daily(count: float, since: float, page: Page) -> float:
    """The daily rate of what was counted since then. Raises ValueError for a page from before that."""
    if page.read_at <= since:
        raise ValueError("the metrics were read before the router began to count: is a clock wrong?")
    return count * DAY / (page.read_at - since)


def read_series(text: str) -> Iterator[tuple[tuple[str, Labels], float]]:
    """Every series with its value. Raises ValueError naming the line."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"metrics of more than {MAX_CHARACTERS} characters")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            series, value = read_line(line, number)
            yield series, float(value)


def sum_by_run(series: Series, metric: str) -> dict[str, float]:
    """The sum of a metric's series by run, without feedback that is nobody's."""
    sums: dict[str, float] = {}
    for (name, labels), value in series.items():
        by_name = dict(labels)
        if name == metric and by_name.get("result") not in USELESS:
            run = by_name.get("run", NO_RUN)
            sums[run] = sums.get(run, 0.0) + value
    return sums


def find_start(run: str) -> float:
    """When a run started, as its id says (unix time); 0 when it does not."""
    match = RUN_START.search(run)
    return datetime.strptime(f"{match[1]}+0000", "%Y%m%dt%H%M%S%z").timestamp() if match else 0.0
