"""A run in numbers: how far the evidence is from its bar, the ramp, and how long it may still take."""

from datetime import datetime, timedelta
from math import exp, log
from typing import Any, Final, NamedTuple

from interleaver.plugin.reading.document import Told, dig, read_time
from interleaver.plugin.reading.lengths import read_length

WEIGHED: Final = {"onPar": "on par", "better": "better", "harm": "harm"}


class Weighed(NamedTuple):
    """One hypothesis: its e-value, the bar, and the way between 1 and the bar that is behind it, from 0 to 1."""

    name: str
    value: float
    bar: float

    @property
    def share(self) -> float:
        return min(1.0, max(0.0, log(self.value) / log(self.bar))) if self.value > 0 and self.bar > 1 else 0.0

    @property
    def is_proven(self) -> bool:
        return self.value >= self.bar


class Estimate(NamedTuple):
    """The preference, from -0.5 to 0.5, with the interval that holds at every look."""

    preference: float
    low: float
    high: float


class Span(NamedTuple):
    """When a promotion may come at the earliest, and when the window ends."""

    earliest: datetime
    latest: datetime


def read_evidence(told: Told) -> list[Weighed]:
    """What the votes say; empty before the first look."""
    found, bar = told.run.get("evidence") or {}, find_bar(told)
    return [Weighed(words, read_number(found[name]), bar) for name, words in WEIGHED.items() if found.get(name)]


def find_bar(told: Told) -> float:
    """1/alpha, which an e-value has to reach."""
    return 1 / float(dig(told.plan, "analysis", "alpha") or "0.05")


def read_estimate(told: Told) -> Estimate | None:
    """The preference; None before the first look."""
    found = told.run.get("evidence") or {}
    interval = found.get("interval") or []
    if not found.get("preference") or len(interval) < 2:
        return None
    return Estimate(read_number(found["preference"]), read_number(interval[0]), read_number(interval[1]))


def read_number(text: Any) -> float:
    """A decimal of the status; one that is too large for a float stays above every bar."""
    try:
        return float(text)
    except (OverflowError, ValueError):
        return exp(700)


def read_span(told: Told) -> Span | None:
    """The run's time; None before units are interleaved."""
    since, analysis = read_time(told.run.get("runningSince")), dig(told.plan, "analysis") or {}
    if since is None or not analysis:
        return None
    length = {name: timedelta(seconds=read_length(analysis[name])) for name in ("minimumRun", "window")}
    return Span(since + length["minimumRun"], since + length["window"])


def list_steps(told: Told) -> list[int]:
    """The percents of the ramp."""
    return [int(step["percent"]) for step in dig(told.plan, "traffic", "steps") or []]
