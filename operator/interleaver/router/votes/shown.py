"""The latest impressions of units, in bounded memory, for feedback that names the unit alone."""

from typing import Final

from .store import KEPT_IMPRESSIONS

UNITS: Final = 20_000  # the latest; five tokens of 20 items each for all of them are about 30 MB


class LatestImpressions:
    """Tokens by unit (its hash). Units are in the order of their latest impression."""

    def __init__(self, seconds: float, units: int = UNITS) -> None:
        self.seconds = seconds  # for which an impression is kept
        self.most_units = units
        self.tokens: dict[bytes, list[tuple[int, bytes]]] = {}

    def add(self, unit: bytes, token: bytes, shown_at: int) -> None:
        """Remember an impression, and forget what is too old or too much."""
        former = self.tokens.pop(unit, [])
        self.tokens[unit] = [*former[1 - KEPT_IMPRESSIONS :], (shown_at, token)]
        while self.tokens and self.is_due(next(iter(self.tokens)), shown_at):
            del self.tokens[next(iter(self.tokens))]

    def is_due(self, oldest: bytes, now: int) -> bool:
        """Whether the unit that was seen longest ago is to be forgotten."""
        return len(self.tokens) > self.most_units or self.tokens[oldest][-1][0] < now - self.seconds

    def find(self, unit: bytes) -> list[bytes]:
        """The unit's latest impressions, the newest first."""
        return [token for _, token in reversed(self.tokens.get(unit, []))]
