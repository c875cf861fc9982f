"""The merge: team draft with neutral items.

Team-draft interleaving: Radlinski, Kurup, Joachims, "How does clickthrough data reflect retrieval quality?",
CIKM 2008. Items that both models propose in the same turn belong to neither team and take no coin, so that what the
models agree on cannot count for one of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain
from typing import Generic, NamedTuple

from interleaver.interleaving.ranking import ItemT


class Team(Enum):
    """Who put an item into the merged list."""

    CHAMPION = "champion"
    CANDIDATE = "candidate"
    NEUTRAL = "neutral"  # both models proposed it in the same turn
    FILL = "fill"  # one list was exhausted; the item earns nothing


# Members are looked up once: reading them off the class costs more than the rest of a turn.
CHAMPION, CANDIDATE, NEUTRAL, FILL = Team.CHAMPION, Team.CANDIDATE, Team.NEUTRAL, Team.FILL


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
    slots: list[Slot[ItemT]] = []
    shown: set[ItemT] = set()
    flips = iter(coins)
    for ours, theirs in zip(unshown(champion, shown), unshown(candidate, shown), strict=False):
        if len(slots) >= length:
            break
        if ours == theirs:
            slots.append(Slot(ours, NEUTRAL))
        elif flip(flips):
            slots += Slot(theirs, CANDIDATE), Slot(ours, CHAMPION)
        else:
            slots += Slot(ours, CHAMPION), Slot(theirs, CANDIDATE)
        shown.add(ours)
        shown.add(theirs)
    for item in chain(unshown(champion, shown), unshown(candidate, shown)):
        if len(slots) >= length:
            break
        slots.append(Slot(item, FILL))
        shown.add(item)
    del slots[length:]  # the last turn may have shown one item too many
    return slots


def unshown(ranking: Iterable[ItemT], shown: set[ItemT]) -> Iterator[ItemT]:
    """The items of a ranking that are not shown at the moment they are asked for."""
    return (item for item in ranking if item not in shown)


def flip(flips: Iterator[bool]) -> bool:
    """The next coin. A StopIteration here would end a caller's generator silently, so it becomes a ValueError."""
    for coin in flips:
        return coin
    raise ValueError("the coins ran out before the draft was complete")
