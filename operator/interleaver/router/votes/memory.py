"""The store in memory: one vote per unit, and one conversion per impression and item, in bounded memory.

This is the memory of one router: with it an endpoint has one router. It dies with the process, which is why counters
are read by differences and a restart is a gap at worst, never a false vote of the same unit in the same reading.
"""

from typing import Final

from interleaver.router.system.counters import RunCounters

from .shown import LatestImpressions
from .store import COIN_UNITS, VOTERS, Conversion, Novelty, PendingEvent, Store

CONVERSIONS: Final = 100_000  # the latest impressions and items; about 12 MB


class Votes(Store):
    """What one run must remember."""

    def __init__(
        self,
        counters: RunCounters,
        voters: int = VOTERS,
        conversions: int = CONVERSIONS,
        coin_units: int = COIN_UNITS,
        impression_seconds: float = 86_400,
    ) -> None:
        super().__init__(counters)
        self.most_voters, self.most_conversions, self.most_coin_units = voters, conversions, coin_units
        self.voted: set[bytes] = set()
        self.converted: dict[bytes, None] = {}  # in order of arrival
        self.tossed: set[bytes] = set()
        self.converted_units: set[bytes] = set()
        self.shown = LatestImpressions(impression_seconds)

    def toss(self, unit: bytes, team: str) -> None:
        """Count who won the first coin of a unit. When memory is full no further one is counted."""
        if unit not in self.tossed and len(self.tossed) < self.most_coin_units:
            self.tossed.add(unit)
            self.seen_once.add(unit)
            self.counters.first_coins[(team,)] += 1
        else:
            self.seen_once.discard(unit)

    def show(self, unit: bytes, token: bytes, shown_at: int) -> None:
        """Remember an impression among the latest of its unit."""
        self.shown.add(unit, token, shown_at)

    def submit(self, event: PendingEvent) -> None:
        """Count an event at once."""
        if event.question is None:
            event.look_up(self.shown.find(event.unit))
        if event.question is not None:
            event.confirm(self.record(event.question))

    def record(self, conversion: Conversion) -> Novelty:
        """Remember a conversion; what was new about it."""
        converted = bool(conversion.owner) and self.convert(conversion.mark)
        voted = converted and self.vote(conversion.unit)
        first = conversion.overall is not None and self.note_first_conversion(conversion.unit)
        return Novelty(converted, voted, first)

    def convert(self, mark: bytes) -> bool:
        """Whether this conversion is new. The oldest is forgotten when memory is full."""
        if mark in self.converted:
            return False
        if len(self.converted) >= self.most_conversions:
            del self.converted[next(iter(self.converted))]
        self.converted[mark] = None
        return True

    def vote(self, unit: bytes) -> bool:
        """Whether the unit has its vote now. When memory is full nobody new has: no vote beats a second one."""
        if unit in self.voted or len(self.voted) >= self.most_voters:
            return False
        self.voted.add(unit)
        return True

    def note_first_conversion(self, unit: bytes) -> bool:
        """Whether the unit converts for the first time, in whatever arm. When memory is full nobody new does."""
        if unit in self.converted_units or len(self.converted_units) >= self.most_voters:
            return False
        self.converted_units.add(unit)
        return True

    def count_voters(self) -> int:
        return len(self.voted)
