"""Attacks on a model that ranks: an item is lifted into the first places by forged events in a user's history, or by
forged fields of the request. Pure.

A *move* is one event or one field's value. `search` is greedy with a memory: each further move is chosen among some,
likely ones first, and those that lifted the item before. `random` makes moves by chance, with as many requests.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from interleaver.lab.suites.json_text import read_json, write_json
from interleaver.lab.suites.suite import Request, Suite

from .attempts import Attempt, Proposal, Search
from .pointing import MISSING, find, put

Ranking = Sequence[str]
Values = Mapping[str, Sequence[str]]
"""JSON spellings of values by the pointer to a field."""
ATTACKS: Final = ("random", "search")


@dataclass(frozen=True)
class Forgery(ABC):
    """One query, the item that is to be lifted, and how far one may go."""

    suite: Suite
    row: int
    item: str
    """JSON spelling."""
    within: int
    most: int
    """Moves of one forged request."""
    vocabulary: Sequence[str]
    """All moves."""
    likely: Sequence[str]
    """Moves that are tried first."""

    @abstractmethod
    def change(self, document: Any, moves: Sequence[str]) -> Any:
        """The request with these moves."""

    @abstractmethod
    def draw(self, moves: int, chance: Random) -> Sequence[str]:
        """So many moves by chance, which forge as much as so many can."""

    @abstractmethod
    def count(self, moves: Sequence[str]) -> int:
        """How much is forged then."""

    def succeeds(self, ranking: Ranking) -> bool:
        """Whether the item stands in the first places."""
        return self.item in ranking[: self.within]

    def place(self, ranking: Ranking | None) -> int:
        """Where it stands; behind everything where it does not, or where there was no answer."""
        return ranking.index(self.item) if ranking is not None and self.item in ranking else 10**6

    def forge(self, moves: Sequence[str]) -> Proposal[Ranking]:
        """The forged request."""
        request = self.suite.cases.requests[self.row]
        body = write_json(self.change(read_json(request.body), moves)).encode()
        return Proposal(Request(body, request.headers), self.succeeds, self.count(moves), tuple(moves))


@dataclass(frozen=True)
class Events(Forgery):
    """Events at the end of a history. A move is an item's JSON spelling."""

    history: str
    """JSON pointer to the list of events in the request."""
    event_item: str
    """JSON pointer to the item within an event; empty where events are plain ids."""

    def change(self, document: Any, moves: Sequence[str]) -> Any:
        known = find(document, self.history)
        return put(document, self.history, [*known, *(self.make_event(known, item) for item in moves)])

    def make_event(self, known: Sequence[Any], item: str) -> Any:
        """An event like the latest one, with another item."""
        value = json.loads(item)
        return put(known[-1], self.event_item, value) if self.event_item and known else value

    def draw(self, moves: int, chance: Random) -> Sequence[str]:
        return chance.choices(self.vocabulary, k=moves)

    def count(self, moves: Sequence[str]) -> int:
        return len(moves)


@dataclass(frozen=True)
class Fields(Forgery):
    """Values of fields. A move is the JSON of a pointer and a value, `["/country", "is"]`; a field's last one holds."""

    def change(self, document: Any, moves: Sequence[str]) -> Any:
        for pointer, value in map(json.loads, moves):
            document = put(document, pointer, value)
        return document

    def draw(self, moves: int, chance: Random) -> Sequence[str]:
        by_field: dict[str, list[str]] = {}
        for move in self.vocabulary:
            by_field.setdefault(json.loads(move)[0], []).append(move)
        fields = chance.sample(list(by_field), min(moves, len(by_field)))
        return [chance.choice(by_field[field]) for field in fields]

    def count(self, moves: Sequence[str]) -> int:
        return len({json.loads(move)[0] for move in moves})


def list_values(suite: Suite, pointers: Sequence[str]) -> Values:
    """What the requests of a suite have in these fields: JSON spellings, each once, in order."""
    found: dict[str, set[str]] = {pointer: set() for pointer in pointers}
    for request in suite.cases.requests:
        document = read_json(request.body)
        for pointer, values in found.items():
            if (value := find(document, pointer)) is not MISSING:
                values.add(write_json(value))
    return {pointer: sorted(values) for pointer, values in found.items()}


def list_moves(suite: Suite, row: int, values: Values) -> list[str]:
    """Every other value of each field that a request has."""
    document = read_json(suite.cases.requests[row].body)
    own = {pointer: find(document, pointer) for pointer in values}
    return [
        f"[{write_json(pointer)}, {value}]"
        for pointer, mine in own.items()
        if mine is not MISSING
        for value in values[pointer]
        if value != write_json(mine)
    ]


def has_history(suite: Suite, row: int, pointer: str) -> bool:
    """Whether there is a list of events in the request."""
    return isinstance(find(read_json(suite.cases.requests[row].body), pointer), list)


def make_attempts(forgery: Forgery, limit: int, seed: int) -> Iterator[Attempt[Ranking]]:
    """The search, and chance."""
    tries = max(1, limit // forgery.most)
    for attack in ATTACKS:
        chance = Random(f"{seed} {forgery.row} {attack}")
        search = (
            search_greedily(forgery, tries, chance) if attack == "search" else forge_randomly(forgery, tries, chance)
        )
        yield Attempt(forgery.suite.cases.ids[forgery.row], attack, 0, search, limit)


def forge_randomly(forgery: Forgery, tries: int, chance: Random) -> Search[Ranking]:
    """Moves by chance: one, then two, as many tries for each number."""
    for moves in range(1, forgery.most + 1):
        for _ in range(tries):
            ranking = yield forgery.forge(forgery.draw(moves, chance))
            if ranking is not None and forgery.succeeds(ranking):
                return


def search_greedily(forgery: Forgery, tries: int, chance: Random) -> Search[Ranking]:
    """The move that lifts the item most, and then the next one."""
    kept: list[str] = []
    known: dict[str, int] = {}  # the best place that a move was seen to lift the item to
    for _ in range(forgery.most):
        best: tuple[int, str] | None = None
        for move in choose_moves(forgery, known, tries, chance):
            ranking = yield forgery.forge([*kept, move])
            if ranking is not None and forgery.succeeds(ranking):
                return
            reached = forgery.place(ranking)
            known[move] = min(reached, known.get(move, reached))
            if best is None or reached < best[0]:
                best = reached, move
        assert best is not None
        kept.append(best[1])


def choose_moves(forgery: Forgery, known: dict[str, int], tries: int, chance: Random) -> Sequence[str]:
    """The moves of one step: a half of those that lifted most so far, then the likely ones, then others by chance."""
    proven = sorted(known, key=lambda move: known[move])[: tries // 2]
    likely = [move for move in forgery.likely if move not in known]
    rest = [move for move in forgery.vocabulary if move not in known and move not in likely]
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
