"""Simulated shoppers who go through the production draft, coins and credit."""

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from itertools import repeat
from random import Random

import numpy as np
import numpy.typing as npt

from interleaver.interleaving.coins import Coins, GivenCoins, Lot, derive_salt
from interleaver.interleaving.credit import Vote, find_team, name_vote
from interleaver.interleaving.team_draft import Slot, draft
from interleaver.stats.tally import Tally

SALT = derive_salt(bytes(32), "v42-20261122t101500z")
LENGTH = 10

Shopper = Callable[[Random, list[Slot[int]]], int | None]  # which place is converted on, if any
Toss = Callable[[str], Coins]
Rankings = tuple[Sequence[int], Sequence[int]]  # the champion's and the candidate's


def toss_fairly(unit: str) -> Coins:
    """The production coins."""
    return Lot(SALT, unit).toss()


def let_champion_lead(unit: str) -> Coins:
    """What a team would write first: the champion always proposes first."""
    return GivenCoins(repeat(False))


def pick_by_position(random: Random, slots: Sized) -> int | None:
    """A shopper who never looks at the item: each place holds the eye with 0.6 of what the place above did."""
    for place in range(len(slots)):
        if random.random() < 0.4:
            return place
    return None


def make_taste(liked: Iterable[int]) -> Shopper:
    """A shopper who looks down the list with falling attention and converts on the first item that is liked."""
    likes = set(liked)

    def pick(random: Random, slots: list[Slot[int]]) -> int | None:
        for place, slot in enumerate(slots):
            if random.random() > 0.9:
                return None
            if slot.item in likes:
                return place
        return None

    return pick


def shop(random: Random, unit: str, rankings: Rankings, shopper: Shopper, toss: Toss) -> Vote | None:
    """One unit's visit: the merged list, perhaps a conversion, and the vote it means."""
    slots = draft(*rankings, LENGTH, toss(unit))
    place = shopper(random, slots)
    if place is None:
        return None
    team = find_team(slots, slots[place].item)
    return None if team is None else name_vote(team)


def tally_votes(votes: Iterable[Vote | None]) -> Tally:
    """The tally of one vote per unit; None is no vote."""
    counts = {vote: 0 for vote in Vote}
    for vote in votes:
        if vote is not None:
            counts[vote] += 1
    return Tally(counts[Vote.WIN], counts[Vote.TIE], counts[Vote.LOSS])


@dataclass(frozen=True)
class Crowd:
    """What units like, and what two models make of it: a row for each unit, all drawn at once."""

    liked: npt.NDArray[np.int64]  # items
    noise: npt.NDArray[np.float64]  # shape (units, 2 models, items)

    def rank(self, model: int, skill: float) -> list[list[int]]:
        """A model's rankings: an item that is liked scores `skill` higher on average, with noise of 1."""
        scores = self.noise[:, model].copy()
        scores[np.arange(len(scores))[:, None], self.liked] += skill
        rankings: list[list[int]] = np.argsort(-scores, axis=1).tolist()
        return rankings


def gather_crowd(seed: int, units: int, items: int = 30, liked: int = 4) -> Crowd:
    """Units that like so many of the items, each its own."""
    random = np.random.default_rng(seed)
    shuffled = random.permuted(np.tile(np.arange(items), (units, 1)), axis=1)
    return Crowd(shuffled[:, :liked], random.standard_normal((units, 2, items)))
