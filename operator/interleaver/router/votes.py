"""One vote per unit, and one conversion per impression and item, in bounded memory.

This is the memory of one router: with it an endpoint has one router. It dies with the process, which is why counters
are read by differences and a restart is a gap at worst, never a false vote of the same unit in the same reading.
"""

from typing import Final

VOTERS: Final = 250_000  # units; a trial ends with a few thousand votes, and 250,000 take about 25 MB
CONVERSIONS: Final = 100_000  # the latest impressions and items; about 12 MB
COIN_UNITS: Final = 100_000  # units whose first coin is counted: enough to see a share that is off by one percent


class Votes:
    """What one run must remember."""

    def __init__(self, voters: int = VOTERS, conversions: int = CONVERSIONS, coin_units: int = COIN_UNITS) -> None:
        self.most_voters, self.most_conversions, self.most_coin_units = voters, conversions, coin_units
        self.voted: set[bytes] = set()
        self.converted: dict[bytes, None] = {}  # in order of arrival
        self.tossed: set[bytes] = set()
        self.reported = False  # that memory is full

    def convert(self, impression: bytes, item: int) -> bool:
        """Whether this conversion is new. The oldest is forgotten when memory is full."""
        key = impression + item.to_bytes(4, "big")
        if key in self.converted:
            return False
        if len(self.converted) >= self.most_conversions:
            del self.converted[next(iter(self.converted))]
        self.converted[key] = None
        return True

    def vote(self, unit: bytes) -> bool:
        """Whether the unit has its vote now. When memory is full nobody new has: no vote beats a second one."""
        if unit in self.voted or self.is_full():
            return False
        self.voted.add(unit)
        return True

    def is_full(self) -> bool:
        """Whether no further unit can vote."""
        return len(self.voted) >= self.most_voters

    def toss(self, unit: bytes) -> bool:
        """Whether this unit's first coin is to be counted. When memory is full no further one is."""
        if unit in self.tossed or len(self.tossed) >= self.most_coin_units:
            return False
        self.tossed.add(unit)
        return True
