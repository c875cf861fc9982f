"""What the load generator saw."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

EXAMPLES: Final = 3  # of each kind of failure under each trouble


class Tallies:
    """Counts by name, and the first examples of what must not happen."""

    def __init__(self, describe: Callable[[], str] = lambda: "") -> None:
        self.began = time.monotonic()
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.kinds: Counter[tuple[str, str]] = Counter()  # of failures, by name and trouble
        self.describe = describe  # the troubles of the moment
        self.slowest = 0.0  # seconds of a ranking request, attempts that were lost included

    def count(self, name: str, number: int = 1) -> None:
        self.counts[name] += number

    def fail(self, name: str, words: str) -> None:
        """Something that must not happen."""
        trouble = self.describe()
        self.counts[name] += 1
        self.kinds[name, trouble] += 1
        if self.kinds[name, trouble] <= EXAMPLES:
            self.failures.append(f"{time.monotonic() - self.began:.1f} s: {name}: {words} [{trouble}]")
