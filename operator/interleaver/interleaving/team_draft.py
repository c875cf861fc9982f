"""The merge: team draft with neutral items.

Team-draft interleaving: Radlinski, Kurup, Joachims, "How does clickthrough data reflect retrieval quality?",
CIKM 2008. Items that both models propose in the same turn belong to neither team and take no coin, so that what the
models agree on cannot count for one of them.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import chain
from typing import Final, Generic, NamedTuple

from interleaver.interleaving.ranking import ItemT


class Team(Enum):
    """Who put an item into the merged list."""

    CHAMPION = "champion"
    CANDIDATE = "candidate"
    NEUTRAL = "neutral"  # both models proposed it in the same turn
    FILL = "fill"  # one list was exhausted; the item earns nothing

    __hash__ = object.__hash__  # a member is a single object; Enum's own hash is a call in Python at every look-up


# Members are looked up once: reading them off the class costs more than the rest of a turn.
CHAMPION: Final = Team.CHAMPION
CANDIDATE: Final = Team.CANDIDATE
NEUTRAL: Final = Team.NEUTRAL
FILL: Final = Team.FILL


class Slot(NamedTuple, Generic[ItemT]):
    """One place of the merged list."""

    item: ItemT
    team: Team


def draft(
    champion: Sequence[ItemT], candidate: Sequence[ItemT], length: int, coins: Iterable[bool]
) -> list[Slot[ItemT]]:
    """Merge two rankings into one of at most `length` slots.

    Each turn both models propose their best item that is not shown yet. The same item is shown once, as neutral, and
    takes no coin. Different items take one coin, True sending the candidate first, and both are shown. Once a ranking
    has nothing left to propose, the rest of the other follows as fill. Duplicates in a ranking keep their first place.

    Items are hashable identities (`ranking.identify`). `length` is the caller's: the length of the champion's ranking
    without duplicates, or the contract's depth if that is less. What the champion ranks beyond it (its tail) is no
    part of the draft. The result is shorter than `length` only if both rankings are exhausted. Raises ValueError if the
    coins run out.
    """
    return list(map(Slot, *assign(list(champion), list(candidate), length, coins)))


def assign(
    champion: list[ItemT], candidate: list[ItemT], length: int, coins: Iterable[bool]
) -> tuple[list[ItemT], list[Team]]:
    """The draft as two lists of one length: the items, and the team of each. To make slots of them costs as much again.

    Plain loops, since a generator for each ranking takes three times as long.
    """
    items: list[ItemT] = []
    teams: list[Team] = []
    shown: set[ItemT] = set()
    flips = iter(coins)
    proposed, proposals = 0, len(candidate)
    for ours in champion:
        if ours in shown:
            continue
        while proposed < proposals and candidate[proposed] in shown:
            proposed += 1
        if proposed == proposals or len(items) >= length:
            break
        theirs = candidate[proposed]
        shown.add(ours)
        if ours == theirs:
            items.append(ours)
            teams.append(NEUTRAL)
            continue
        shown.add(theirs)
        coin = next(flips, None)
        if coin is None:
            raise ValueError("the coins ran out before the draft was complete")
        items.append(theirs if coin else ours)
        items.append(ours if coin else theirs)
        teams.append(CANDIDATE if coin else CHAMPION)
        teams.append(CHAMPION if coin else CANDIDATE)
    if len(items) != length:
        fill(items, teams, shown, length, chain(champion, candidate))
    return items, teams


def fill(items: list[ItemT], teams: list[Team], shown: set[ItemT], length: int, rest: Iterable[ItemT]) -> None:
    """Bring a draft to its length in place: add what is not shown yet, or drop the item too many of the last turn."""
    for item in rest:
        if len(items) >= length:
            break
        if item not in shown:
            items.append(item)
            teams.append(FILL)
            shown.add(item)
    del items[length:], teams[length:]
