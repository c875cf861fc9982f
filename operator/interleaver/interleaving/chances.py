"""Chances: where each item could have stood, over all coins that could have fallen.

After a turn of the draft the same items are shown whoever went first, so that which turn an item has does not depend on
any coin. Its own turn's coin alone decides where it stands; below the draft, that of the last turn, which may have cut
one of its two items off. So every item has two places, each with probability 1/2, and they are those of the two lists
in which all coins fall alike. These are the known propensities by which what was shown in a draft can be weighted
(Swaminathan, Joachims, "Batch learning from logged bandit feedback", ICML 2015; for positions: Oosterhuis, de Rijke,
"Policy-aware unbiased learning to rank for top-k rankings", SIGIR 2020).
"""

from collections.abc import Sequence
from typing import NamedTuple

from interleaver.interleaving.coins import Coins
from interleaver.interleaving.ranking import ItemT
from interleaver.interleaving.team_draft import assign


class Chance(NamedTuple):
    """The ranks, from 1 at the top, at which an item stands for each side of its coin; None where it is not shown."""

    candidate_first: int | None
    champion_first: int | None

    @property
    def is_certain(self) -> bool:
        """Whether no coin moves it."""
        return self.candidate_first == self.champion_first

    def find_other(self, rank: int | None) -> int | None:
        """Where it would have stood had its coin fallen on the other side, given where it stands."""
        return self.champion_first if rank == self.candidate_first else self.candidate_first


class OneSided(Coins):
    """Coins that all fall alike."""

    def __init__(self, side: bool) -> None:
        self.side = side

    def flip(self) -> bool:
        """The next coin; True = candidate first."""
        return self.side


def list_chances(champion: list[ItemT], candidate: list[ItemT], length: int) -> dict[ItemT, Chance]:
    """The chances of every item that could have been shown, the champion's tail below the draft included.

    Rankings without duplicates; `length` is that of the draft, as `team_draft.draft` takes it.
    """
    ranks = [rank_items(show(champion, candidate, length, side)) for side in (True, False)]
    return {item: Chance(ranks[0].get(item), ranks[1].get(item)) for item in ranks[0] | ranks[1]}


def show(champion: list[ItemT], candidate: list[ItemT], length: int, side: bool) -> list[ItemT]:
    """The whole list where all coins fall on one side: as long as the champion's, which follows below the draft."""
    items, _ = assign(champion, candidate, length, OneSided(side))
    shown = set(items)
    tail = [item for item in champion if item not in shown]
    return items + tail[: len(champion) - len(items)]


def rank_items(items: Sequence[ItemT]) -> dict[ItemT, int]:
    """The rank of each item, from 1."""
    return {item: rank for rank, item in enumerate(items, 1)}
