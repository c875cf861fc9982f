"""Lengths of time in Go's notation, and ages as kubectl writes them."""

import re
from datetime import datetime
from typing import Final

SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
TERM: Final = re.compile(r"(\d+)(ms|s|m|h)")
WHOLE: Final = re.compile(r"(\d+(ms|s|m|h))+")


def read_length(text: str) -> float:
    """Seconds of `336h` or `1h30m`. Raises ValueError for what is none."""
    if not WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is no length of time: write 90s, 5m or 336h")
    return sum(int(number) * SECONDS[unit] for number, unit in TERM.findall(text))


def describe_age(since: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that fits twice; empty when that is not known."""
    return describe_length((now - since).total_seconds()) if since else ""


def describe_length(seconds: float) -> str:
    """A length of time in one unit."""
    whole = max(0, int(seconds))
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if whole >= 2 * length:
            return f"{whole // length}{unit}"
    return f"{whole}s"
