"""How long a retry waits. Pure: randomness and the time of day are arguments."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from .options import Options


def find_wait(options: Options, attempt: int, asked_for: float | None, chance: Random) -> float:
    """Seconds before the attempt after this one, counted from 0.

    Twice as long each time, and by chance up to half as long, so that callers who failed together do not come back
    together. What the server asks for counts where it is more. Neither is more than the longest wait.
    """
    grown = options.first_wait * 2.0**attempt
    wait = max(grown * chance.uniform(0.5, 1.0), asked_for or 0.0)
    return min(wait, options.longest_wait)


def read_retry_after(field: bytes | None, now: datetime) -> float | None:
    """Seconds that a Retry-After field (RFC 9110 section 10.2.3) asks for; None if it says nothing that can be read."""
    if field is None:
        return None
    text = field.decode("latin-1").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        due = parsedate_to_datetime(text)
    except ValueError:
        return None
    due = due if due.tzinfo is not None else due.replace(tzinfo=UTC)
    return max(0.0, (due - now).total_seconds())
