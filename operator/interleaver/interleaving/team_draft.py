"""The merge: team draft with neutral items.

Team-draft interleaving: Radlinski, Kurup, Joachims, "How does clickthrough data reflect retrieval quality?",
CIKM 2008. Items that both models propose in the same turn belong to neither team and take no coin, so that what the
models agree on cannot count for one of them.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Generic, NamedTuple

from interleaver.interleaving.coins import Coins, GivenCoins
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
    champion: Iterable[ItemT], candidate: Iterable[ItemT], length: int, coins: Coins | Iterable[bool]
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
    flips = coins if isinstance(coins, Coins) else GivenCoins(coins)
    return list(map(Slot, *assign(list(champion), list(candidate), length, flips)))


def assign(champion: list[ItemT], candidate: list[ItemT], length: int, coins: Coins) -> tuple[list[ItemT], list[Team]]:
    """The draft as two lists of one length: the items, and the team of each. To make slots of them costs as much again.

    Plain loops, since a generator for each ranking takes three times as long.
    """
    items: list[ItemT] = []
    teams: list[Team] = []
    shown: set[ItemT] = set()
    proposed, proposals = 0, len(candidate)
    for ours in champion:
        if ours in shown:
            continue
        while proposed < proposals and candidate[proposed] in shown:
            proposed += 1
        if proposed == proposals or len(items) >= length:
            break
        theirs = candidate[proposed]
        proposed += 1
        shown.add(ours)
        if ours == theirs:
            items.append(ours)
            teams.append(NEUTRAL)
            continue
        shown.add(theirs)
        first = coins.flip()
        items.append(theirs if first else ours)
        items.append(ours if first else theirs)
        teams.append(CANDIDATE if first else CHAMPION)
        teams.append(CHAMPION if first else CANDIDATE)
    if len(items) > length:  # the last turn showed two
        items.pop()
        teams.pop()
    elif len(items) < length:
        fill(items, shown, champion, length)
        fill(items, shown, candidate, length)
        teams += [FILL] * (len(items) - len(teams))
    return items, teams


def fill(items: list[ItemT], shown: set[ItemT], rest: list[ItemT], length: int) -> None:
    """Add what is not shown yet to a draft that is too short, in place."""
    for item in rest:
        if len(items) >= length:
            break
        if item not in shown:
            items.append(item)
            shown.add(item)
