"""What the routers of a run remember together: one contract, kept in memory or in a shared store.

A store never makes a ranking request wait, and what it is told twice it counts once.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from interleaver.router.system.counters import RunCounters

VOTERS: Final = 250_000  # units; a trial ends with a few thousand votes, and 250,000 take about 25 MB
COIN_UNITS: Final = 100_000  # units whose first coin is counted: enough to see a share that is off by one percent
KEPT_IMPRESSIONS: Final = 5  # of a unit, for events that name the unit alone

# Three findings that shops and the metric know by one word, for none of them is a fault.
SENT_AGAIN: Final = "duplicate"  # the impression and the item have converted already
HAS_VOTED: Final = "duplicate"  # a conversion of its own, of a unit that has voted, or that finds no memory for a vote
COUNTED_OVERALL: Final = "duplicate"  # no credit to be had, and the unit has converted already, in either arm


class Conversion(NamedTuple):
    """An event that may count, with all that is counted if it does. Empty fields are not counted."""

    result: str  # of an event without credit
    unit: bytes
    mark: bytes = b""  # the impression and the item: they convert once
    owner: str = ""  # of the item; empty = no credit
    vote: str = ""
    spot: tuple[str, str] = ("", "")  # rank and place
    overall: tuple[str, str] | None = None  # arm and percent, if the arms are compared
    prompt: bool = False  # it came sooner after the impression than a person decides


class Novelty(NamedTuple):
    """What was new about a conversion."""

    converted: bool  # this impression and item had not converted
    voted: bool  # the unit has its vote by it
    first: bool  # the unit had not converted at all, in either arm


class PendingEvent(Protocol):
    """An event on its way through a store."""

    unit: bytes
    question: Conversion | None  # None = the unit's impressions must be looked up first

    def look_up(self, tokens: Sequence[bytes]) -> None:
        """Find out what the event is, given the unit's latest impressions; `question` stays None if it is nothing."""

    def confirm(self, novelty: Novelty) -> None:
        """The store has counted it."""

    def keep(self) -> None:
        """The store is away: it is kept until the store is back."""

    def drop(self) -> None:
        """It is lost."""


class Store:
    """The memory of one run."""

    def __init__(self, counters: RunCounters) -> None:
        self.counters = counters
        self.seen_once: set[bytes] = set()  # units whose coins were tossed here for one list, and for no second one

    def toss(self, unit: bytes, team: str) -> None:
        """Count who won the first coin of a unit, once per unit."""
        raise NotImplementedError

    def show(self, unit: bytes, token: bytes, shown_at: int) -> None:
        """Remember an impression among the latest of its unit."""
        raise NotImplementedError

    def submit(self, event: PendingEvent) -> None:
        """Count an event: it is confirmed, kept or dropped, now or later."""
        raise NotImplementedError

    def count_voters(self) -> int:
        """How many units have voted, as far as is known here."""
        raise NotImplementedError


def count(conversion: Conversion, novelty: Novelty, counters: RunCounters) -> tuple[str, bool]:
    """Take a conversion into the counters; its result, and whether it was accepted."""
    if novelty.first and conversion.overall is not None:
        counters.overall[conversion.overall] = counters.overall.get(conversion.overall, 0) + 1
    if not conversion.owner:
        if conversion.result == "overall" and not novelty.first:
            return COUNTED_OVERALL, False
        return conversion.result, conversion.result == "overall"
    if not novelty.converted:
        return SENT_AGAIN, False
    counters.conversions[(conversion.owner,)] += 1
    if not novelty.voted:
        return HAS_VOTED, True
    counters.votes[(conversion.vote,)] += 1
    counters.placed_votes[(*conversion.spot, conversion.vote)] += 1
    return "credited", True
