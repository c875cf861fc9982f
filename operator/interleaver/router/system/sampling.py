"""Log lines of what may happen at every request: the first of a kind at once, then at most one a second."""

from collections.abc import Callable
from typing import Any, Final

from .log import record

SECONDS: Final = 1.0  # between two lines of a kind


class Kind:
    """The lines of one kind since the last one that was written."""

    __slots__ = ("fields", "left_out", "written")

    def __init__(self, now: float) -> None:
        self.written = now
        self.left_out = 0
        self.fields: dict[str, Any] = {}  # of the latest that was left out


class Sampling:
    """Writes lines, and counts those that it leaves out in the next one's `suppressed`.

    A kind is one of a few words of our own: it never comes from outside, for every kind is remembered.
    """

    def __init__(self, write: Callable[..., None] = record) -> None:
        self.write = write
        self.kinds: dict[tuple[str, str], Kind] = {}

    def record(self, now: float, event: str, kind: str, **fields: Any) -> None:
        """Write an event, or leave it out. `now` is in seconds of any clock."""
        found = self.kinds.get((event, kind))
        if found is None or (not found.left_out and now - found.written >= SECONDS):
            self.kinds[event, kind] = Kind(now)
            self.write(event, kind=kind, suppressed=0, **fields)
        else:
            found.left_out += 1
            found.fields = fields

    def flush(self, now: float) -> None:
        """Write the latest of each kind of which some were left out, once its second is over. Called by the tick."""
        for (event, kind), found in self.kinds.items():
            if found.left_out and now - found.written >= SECONDS:
                self.write(event, kind=kind, suppressed=found.left_out - 1, **found.fields)
                found.written, found.left_out = now, 0
