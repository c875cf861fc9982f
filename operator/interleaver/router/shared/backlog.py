"""What waits for the shared store, in bounded queues, and one turn of it put into commands and taken from replies."""

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

from interleaver.router.votes.store import PendingEvent

from .link import Command
from .shared_votes import Row, SharedVotes, spell_coin, spell_conversion

T = TypeVar("T")

EVENTS: Final = 10_000  # that wait; about 10 MB
COINS: Final = 10_000
IMPRESSIONS: Final = 10_000  # the latest; about 5 MB
TURN_EVENTS: Final = 200  # at a time: the script holds up the store for a few milliseconds
TURN_COINS: Final = 500
TURN_IMPRESSIONS: Final = 500


class WaitingEvent(NamedTuple):
    """An event and the store of its run, which may be a former one by now."""

    store: SharedVotes
    event: PendingEvent


class WaitingCoin(NamedTuple):
    store: SharedVotes
    unit: bytes
    team: str


class WaitingImpression(NamedTuple):
    store: SharedVotes
    unit: bytes
    token: bytes


class Backlog:
    """Everything that waits."""

    def __init__(self) -> None:
        self.events: deque[WaitingEvent] = deque()
        self.coins: deque[WaitingCoin] = deque()
        self.shown: deque[WaitingImpression] = deque(maxlen=IMPRESSIONS)

    def is_empty(self) -> bool:
        return not (self.events or self.coins or self.shown)

    def is_long(self) -> bool:
        """Whether one turn does not take it all."""
        return len(self.events) > TURN_EVENTS or len(self.coins) > TURN_COINS or len(self.shown) > TURN_IMPRESSIONS

    def must_be_written(self) -> bool:
        """Whether something would be missed: an impression that is lost is an event that matches nothing, at worst."""
        return bool(self.events or self.coins)

    def next_turn(self) -> "Turn":
        """The oldest of everything. Events wait until the impressions before them are with the store."""
        shown = pop(self.shown, TURN_IMPRESSIONS)
        events = [] if self.shown else pop(self.events, TURN_EVENTS)
        return Turn(events, pop(self.coins, TURN_COINS), shown)

    def put_back(self, turn: "Turn") -> None:
        """Whatever of a turn was not done is the oldest again."""
        self.events.extendleft(reversed(turn.events))
        self.coins.extendleft(reversed(turn.coins))
        room = IMPRESSIONS - len(self.shown)
        self.shown.extendleft(reversed(turn.shown[-room:] if room else []))


class Turn:
    """What is sent at a time. What is done is taken out of it, so that the rest can be put back."""

    def __init__(self, events: list[WaitingEvent], coins: list[WaitingCoin], shown: list[WaitingImpression]) -> None:
        self.events = events
        self.coins = coins
        self.shown = shown

    def remember(self) -> list[Command]:
        """The commands that write the impressions, one for each run."""
        by_store: dict[SharedVotes, list[tuple[bytes, bytes]]] = {}
        for store, unit, token in self.shown:
            by_store.setdefault(store, []).append((unit, token))
        return [store.remember(shown) for store, shown in by_store.items()]

    def list_unknown(self) -> list[WaitingEvent]:
        """Events whose impressions must be looked up."""
        return [each for each in self.events if each.event.question is None]

    def conclude_unknown(self) -> None:
        """Leave out the events that came to nothing when they were looked up."""
        self.events = [each for each in self.events if each.event.question is not None]

    def spell_rows(self) -> dict[SharedVotes, list[Row]]:
        """The rows of each run: events first, then coins, in the order in which they came."""
        rows: dict[SharedVotes, list[Row]] = {}
        for store, event in self.events:
            assert event.question is not None
            rows.setdefault(store, []).append(spell_conversion(event.question))
        for store, unit, team in self.coins:
            rows.setdefault(store, []).append(spell_coin(unit, team))
        return rows

    def entries_of(self, store: SharedVotes) -> Iterator[WaitingEvent | WaitingCoin]:
        """Events and coins of a run in the order of its rows."""
        yield from (each for each in self.events if each.store is store)
        yield from (coin for coin in self.coins if coin.store is store)


def pop(queue: deque[T], most: int) -> list[T]:
    return [queue.popleft() for _ in range(min(len(queue), most))]
