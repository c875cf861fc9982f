"""Attacks on a model that ranks: an item is lifted into the first places by forged events in a user's history. Pure.

`search` is greedy with a memory: each further event is chosen among some, those first that lifted the item before, and
the item itself and its neighbours in lists first of all. `random` forges events by chance, with as many requests.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from interleaver.lab.suites.json_text import read_json, write_json
from interleaver.lab.suites.suite import Request, Suite

from .attempts import Attempt, Proposal, Search
from .pointing import find, put

Ranking = Sequence[str]
ATTACKS: Final = ("random", "search")


@dataclass(frozen=True)
class Forgery:
    """One query, the item that is to be lifted, and how."""

    suite: Suite
    row: int
    item: str
    """JSON spelling."""
    history: str
    """JSON pointer to the list of events in the request."""
    event_item: str
    """JSON pointer to the item within an event; empty where events are plain ids."""
    within: int
    events: int
    vocabulary: Sequence[str]
    neighbours: Sequence[str] = ()
    """Items that stand beside the item in lists, in the order in which they are tried."""

    def succeeds(self, ranking: Ranking) -> bool:
        """Whether the item stands in the first places."""
        return self.item in ranking[: self.within]

    def place(self, ranking: Ranking | None) -> int:
        """Where it stands; behind everything where it does not, or where there was no answer."""
        return ranking.index(self.item) if ranking is not None and self.item in ranking else 10**6

    def forge(self, items: Sequence[str]) -> Proposal[Ranking]:
        """The request with these events at the end of the history."""
        request = self.suite.cases.requests[self.row]
        document = read_json(request.body)
        known = find(document, self.history)
        forged = put(document, self.history, [*known, *(self.make_event(known, item) for item in items)])
        body = write_json(forged).encode()
        return Proposal(Request(body, request.headers), self.succeeds, len(items), tuple(items))

    def make_event(self, known: Sequence[Any], item: str) -> Any:
        """An event like the latest one, with another item."""
        value = json.loads(item)
        return put(known[-1], self.event_item, value) if self.event_item and known else value


def has_history(suite: Suite, row: int, pointer: str) -> bool:
    """Whether there is a list of events in the request."""
    return isinstance(find(read_json(suite.cases.requests[row].body), pointer), list)


def make_attempts(forgery: Forgery, limit: int, seed: int) -> Iterator[Attempt[Ranking]]:
    """The search, and chance."""
    tries = max(1, limit // forgery.events)
    for attack in ATTACKS:
        chance = Random(f"{seed} {forgery.row} {attack}")
        search = (
            search_greedily(forgery, tries, chance) if attack == "search" else forge_randomly(forgery, tries, chance)
        )
        yield Attempt(forgery.suite.cases.ids[forgery.row], attack, 0, search, limit)


def forge_randomly(forgery: Forgery, tries: int, chance: Random) -> Search[Ranking]:
    """Events by chance: one, then two, as many tries for each number."""
    for events in range(1, forgery.events + 1):
        for _ in range(tries):
            ranking = yield forgery.forge(chance.choices(forgery.vocabulary, k=events))
            if ranking is not None and forgery.succeeds(ranking):
                return


def search_greedily(forgery: Forgery, tries: int, chance: Random) -> Search[Ranking]:
    """The event that lifts the item most, and then the next one."""
    kept: list[str] = []
    known: dict[str, int] = {}  # the best place that an event was seen to lift the item to
    for _ in range(forgery.events):
        best: tuple[int, str] | None = None
        for event in choose_events(forgery, known, tries, chance):
            ranking = yield forgery.forge([*kept, event])
            if ranking is not None and forgery.succeeds(ranking):
                return
            reached = forgery.place(ranking)
            known[event] = min(reached, known.get(event, reached))
            if best is None or reached < best[0]:
                best = reached, event
        assert best is not None
        kept.append(best[1])


def choose_events(forgery: Forgery, known: dict[str, int], tries: int, chance: Random) -> Sequence[str]:
    """The events of one step: a half of those that lifted most so far, then the likely ones, then others by chance."""
    proven = sorted(known, key=lambda event: known[event])[: tries // 2]
    likely = [event for event in (forgery.item, *forgery.neighbours) if event not in known]
    rest = [event for event in forgery.vocabulary if event not in known and event not in likely]
    chance.shuffle(rest)
    return list(dict.fromkeys([*proven, *likely, *rest]))[:tries]


def find_neighbours(item: str, rankings: Sequence[Ranking], most: int) -> list[str]:
    """Items that stand nearest to an item in the lists that have it."""
    nearest: dict[str, int] = {}
    for ranking in rankings:
        if item in ranking:
            at = ranking.index(item)
            for place, other in enumerate(ranking):
                if other != item:
                    nearest[other] = min(abs(place - at), nearest.get(other, 10**6))
    return sorted(nearest, key=lambda other: (nearest[other], other))[:most]
