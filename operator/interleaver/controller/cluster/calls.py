"""Calls to the API server, counted: how many of each verb and resource, what came of them, and how long they took."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

VERBS: Final = ("get", "list", "watch", "create", "apply", "patch", "delete")
ALONE: Final = (403, 404, 409, 422, 429)  # statuses that say each something else of what is wrong
NO_ANSWER: Final = "none"  # in time, or at all
CODES: Final = ("2xx", "3xx", "4xx", "5xx", *map(str, ALONE), NO_ANSWER)


def class_of(status: int) -> str:
    """The status as it is counted."""
    if status in ALONE:
        return str(status)
    return f"{status // 100}xx" if 200 <= status < 600 else NO_ANSWER


@dataclass
class Calls:
    """What was asked since the process started."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by verb, resource and code
    seconds: Counter[str] = field(default_factory=Counter)  # by verb; of a watch until it begins

    def add(self, verb: str, resource: str, status: int, seconds: float) -> None:
        """One call has ended, or a watch has begun. Status 0: there was no answer."""
        self.counts[verb, resource, class_of(status)] += 1
        self.seconds[verb] += seconds  # type: ignore[assignment]  # a Counter of floats adds as well
