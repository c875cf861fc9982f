"""The store of one run that is shared by all its routers: what is asked of it goes through the courier."""

from hashlib import blake2b
from typing import Final, Protocol

from interleaver.api.names import STORE_VOTES
from interleaver.router.config.in_force import Trial
from interleaver.router.system.counters import RunCounters
from interleaver.router.system.log import record
from interleaver.router.votes.store import (
    COIN_UNITS,
    KEPT_IMPRESSIONS,
    VOTERS,
    Conversion,
    Novelty,
    PendingEvent,
    Store,
)

from .link import Command
from .script import CONVERTED, FIRST, KEYS, REMEMBER, SCRIPT, VOTED
from .totals import read_totals, spell_field

CONVERSIONS: Final = 1_000_000  # impressions and items of a run; about 50 MB of the store
NAME_DOMAIN: Final = b"interleaver.keys"

Row = tuple[str | bytes, ...]


class Carrier(Protocol):
    """What a run's store asks of the courier, which is not compiled and so can be no subclass of what is."""

    def carry(self, store: "SharedVotes", event: PendingEvent) -> None:
        """Take an event, unless too many wait already."""

    def carry_coin(self, store: "SharedVotes", unit: bytes, team: str) -> bool:
        """Take the first coin of a unit; False if too many wait already."""

    def carry_impression(self, store: "SharedVotes", unit: bytes, token: bytes) -> None:
        """Take an impression; the oldest that waits goes if there are too many."""


class SharedVotes(Store):
    """One run's memory in the store, and what this router knows of it."""

    def __init__(
        self,
        counters: RunCounters,
        trial: Trial,
        carrier: Carrier,
        retention: int,
        impression_seconds: int,
        voters: int = VOTERS,
        conversions: int = CONVERSIONS,
        coin_units: int = COIN_UNITS,
    ) -> None:
        super().__init__(counters)
        self.run = trial.run
        self.prefix = name_prefix(trial)
        self.keys = tuple(f"{self.prefix}:{key}" for key in KEYS)
        self.carrier = carrier
        self.retention = retention  # seconds
        self.impression_seconds = impression_seconds
        self.most = (voters, conversions, coin_units)
        self.epoch = 0  # the latest that is known, in unix milliseconds
        self.told = 0  # the latest of this router's turns that the store has said to have counted, in this epoch
        self.set_back = 0  # when it was last found to lack what it had said, in unix milliseconds
        self.tossed: set[bytes] = set()  # units of this router: a busy one costs one command

    def toss(self, unit: bytes, team: str) -> None:
        """Count who won the first coin of a unit, unless it is known to be counted."""
        if unit not in self.tossed and len(self.tossed) < self.most[2] and self.carrier.carry_coin(self, unit, team):
            self.tossed.add(unit)
            self.seen_once.add(unit)
        else:
            self.seen_once.discard(unit)

    def forget_tossed(self) -> None:
        """Free what spares the store commands, 11 MB at most: the run is not in force, and the store knows it all."""
        self.tossed, self.seen_once = set(), set()

    def show(self, unit: bytes, token: bytes, shown_at: int) -> None:
        """Remember an impression among the latest of its unit."""
        self.carrier.carry_impression(self, unit, token)

    def submit(self, event: PendingEvent) -> None:
        """Count an event, when the store is there."""
        self.carrier.carry(self, event)

    def count_voters(self) -> int:
        return sum(self.counters.stored.get(STORE_VOTES.name, {}).values())

    # Commands.

    def name_shown(self, unit: bytes) -> str:
        return f"{self.prefix}:shown:{unit.hex()}"

    def remember(self, shown: list[tuple[bytes, bytes]]) -> Command:
        """Put impressions, a unit and a token each, in front of the units' others."""
        keys = (self.name_shown(unit) for unit, _ in shown)
        tokens = (token for _, token in shown)
        return ("EVAL", REMEMBER, len(shown), *keys, self.impression_seconds, KEPT_IMPRESSIONS, *tokens)

    def look_up(self, unit: bytes) -> Command:
        """Ask for the unit's impressions, the newest first."""
        return ("LRANGE", self.name_shown(unit), 0, KEPT_IMPRESSIONS - 1)

    def evaluate(self, rows: list[Row], begin: bool, read: bool, router: str) -> Command:
        """Count rows and read the totals."""
        head = (self.run, int(begin), int(read), self.epoch, self.retention, *self.most)
        marks = (router, self.told, self.set_back)
        return ("EVAL", SCRIPT, len(self.keys), *self.keys, *head, *marks, *(part for row in rows for part in row))

    # Replies.

    def take_totals(self, epoch: int, flat: list[bytes], told: int, set_back: int) -> None:
        """What the store says of the run. A greater epoch than the one we knew: the store has lost its memory."""
        if epoch == self.epoch:
            self.note_setback(set_back)
            self.told = max(told, self.told)
        elif epoch > self.epoch:
            if self.epoch:
                record("store-forgot", run=self.run, epoch=epoch, former=self.epoch)
                self.tossed.clear()  # their coins are to be counted anew
            self.epoch, self.told, self.set_back = epoch, told, set_back
        if flat:
            self.counters.stored = read_totals(flat)

    def note_setback(self, set_back: int) -> None:
        """The store lacks some of what it had said to have counted, as some router has found."""
        if set_back > self.set_back:
            record("store-set-back", run=self.run, at=set_back)
            self.tossed.clear()
            self.set_back = set_back


def name_prefix(trial: Trial) -> str:
    """The beginning of a run's keys, with the hash tag. It is keyed: two clusters may share a store and their names."""
    return f"interleaver:{{{blake2b(trial.hash, key=trial.salt, digest_size=16, person=NAME_DOMAIN).hexdigest()}}}"


def spell_conversion(conversion: Conversion) -> Row:
    """The row of an event."""
    overall = spell_field("overall", *conversion.overall) if conversion.overall is not None else ""
    if not conversion.owner:
        return (conversion.unit, b"", "", "", "", overall, "")
    credit, vote = spell_field("conversions", conversion.owner), spell_field("votes", conversion.vote)
    spot = spell_field("placed", *conversion.spot, conversion.vote)
    return (conversion.unit, conversion.mark, credit, vote, spot, overall, "")


def spell_coin(unit: bytes, team: str) -> Row:
    """The row of a unit's first coin."""
    return (unit, b"", "", "", "", "", spell_field("coins", team))


def read_novelty(result: int) -> Novelty:
    """What the script says was new."""
    return Novelty(bool(result & CONVERTED), bool(result & VOTED), bool(result & FIRST))
