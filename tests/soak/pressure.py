"""How busy the machine was, others included: deadlines mean little where processes wait for a core."""

import re
import time
from pathlib import Path
from typing import Final

FILE: Final = Path("/proc/pressure/cpu")
TOTAL: Final = re.compile(r"^some .*total=(\d+)$", re.MULTILINE)


class Pressure:
    """The share of time since it was made in which some process waited for a core."""

    def __init__(self) -> None:
        self.began, self.before = time.monotonic(), read_total()

    def read(self) -> float | None:
        """None where the kernel does not tell."""
        now = read_total()
        if now is None or self.before is None:
            return None
        return (now - self.before) / 1e6 / (time.monotonic() - self.began)


def read_total() -> int | None:
    """Microseconds since the machine started."""
    try:
        found = TOTAL.search(FILE.read_text())
    except OSError:
        return None
    return int(found[1]) if found else None
