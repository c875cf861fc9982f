"""Whether clocks agree: windows, holds and tokens go by them."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from interleaver.plugin.diagnosing.line import Line

MOST_SECONDS: Final = 5.0  # the header has whole seconds, and the answer took a moment


def check_clock(date: str | None, now: datetime, what: str) -> Line:
    """The Date header of an answer that came just now."""
    try:
        told = parsedate_to_datetime(date or "")
    except ValueError:
        return Line("WARN", "clock", f"{what} tells no time")
    apart = (told - now).total_seconds()
    if abs(apart) > MOST_SECONDS:
        ahead = "ahead of" if apart > 0 else "behind"
        words = f"the clock of {what} is {abs(apart):.0f} s {ahead} this machine's: have both follow NTP"
        return Line("WARN", "clock", f"{words}. Times here are told by this machine's")
    return Line("OK", "clock", f"the clock of {what} is this machine's, within {MOST_SECONDS:.0f} s")
