"""Votes a day as live routers show them: a counter, over the time for which it has counted, or between two readings."""

import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from math import isfinite
from pathlib import Path
from time import time
from typing import Final

from interleaver.api import names
from interleaver.experiment.counting.exposition import MAX_CHARACTERS, Labels, read_line
from interleaver.simulate.rate import Rate, add_rates, make_rate

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


def measure(pages: Sequence[Page], share: float, earlier: Sequence[Page] = ()) -> Traffic:
    """The votes a day of all routers together at full traffic, when a `share` of units (0 to 1) was interleaved.

    Taken from the votes of the newest run: since it started, or, with pages of the same routers that were read
    `earlier`, since then. Where there are none, from the feedback that came outside a run, as if every event were a
    unit's first one: an upper bound. Raises ValueError when there is neither, or for text that is no router's metrics.
    """
    if not 0 < share <= 1:
        raise ValueError("percent must be above 0 and at most 100")
    if earlier and len(earlier) != len(pages):
        raise ValueError(f"{len(earlier)} earlier and {len(pages)} later readings: give both of each router, in order")
    found = [measure_page(*pair) for pair in zip_longest(pages, earlier)]
    votes, events = map(add_rates, zip(*found, strict=True))
    where = f"Read off {len(pages)} router(s)"
    if votes.count:
        return Traffic(votes.daily / share, (f"{where}: {votes} at {share:.0%} of units.",))
    if events.count:
        words = f"{where}: {events} outside a run, counted as votes."
        return Traffic(
            events.daily, (words, "Units that convert often vote once, so take this as an upper bound of votes.")
        )
    wait = "let more time pass between the readings" if earlier else "give --votes-per-day"
    raise ValueError(f"the routers show neither votes nor feedback yet: {wait}")


def measure_page(page: Page, earlier: Page | None) -> tuple[Rate, Rate]:
    """Votes of the newest run of one router, and feedback events outside a run, since the run or the router started.

    With an earlier page since that was read, unless the router has started anew since then.
    """
    series = dict(read_series(page.text))
    start, former = find_process_start(series), dict(read_series(earlier.text)) if earlier else {}
    if earlier and find_process_start(former) == start:
        start = earlier.read_at
    else:
        former = {}
    votes = sum_by_run(series, names.VOTES_TOTAL.name)
    newest = max((run for run in votes if votes[run]), key=find_start, default=NO_RUN)
    seen = votes.get(newest, 0.0) - sum_by_run(former, names.VOTES_TOTAL.name).get(newest, 0.0)
    events = (sum_by_run(each, names.FEEDBACK.name).get(NO_RUN, 0.0) for each in (series, former))
    return (
        make_rate("votes", seen, max(start, find_start(newest)), page.read_at),
        make_rate("feedback events", next(events) - next(events), start, page.read_at),
    )


def find_process_start(series: Series) -> float:
    """When a router's process started (unix time). Raises ValueError for text that is no router's metrics."""
    start = series.get((names.PROCESS_START.name, ()))
    if start is None or not isfinite(start):
        raise ValueError(f"no {names.PROCESS_START.name}: not the metrics of a router")
    return start


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
