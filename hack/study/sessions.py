"""Sessions of the demo's shoppers in front of both models' lists, and in front of the draft of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from demo.behaviour import pick_film
from demo.simulate import Liked, Lists

from interleaver.interleaving.coins import Lot, derive_salt
from interleaver.interleaving.credit import Vote, find_team, name_vote
from interleaver.interleaving.team_draft import draft
from interleaver.simulate.moments import Floats

OUTCOMES: Final = (Vote.WIN, Vote.TIE, Vote.LOSS)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Of each user's sessions the shares that ended so; the rest ended without a conversion."""

    votes: Floats  # (users, 3): win, tie, loss in front of the draft
    champion: Floats  # (users,) conversions in front of the champion's list
    candidate: Floats


def visit(champion: Lists, candidate: Lists, liked: Liked, count: int, seed: int) -> Sessions:
    """So many sessions of each user in front of each of the three lists."""
    users = sorted(champion)
    salt = derive_salt(Random(f"key {seed}").randbytes(32), "study")
    votes, rates = np.zeros((len(users), len(OUTCOMES))), np.zeros((len(users), 2))
    for row, user in enumerate(users):
        likes, random = liked.get(user, frozenset()), Random(f"{seed} {user}")
        for session in range(count):
            vote = cast_vote(champion[user], candidate[user], likes, random, salt, f"{user} {session}")
            votes[row] += [vote is outcome for outcome in OUTCOMES]
        for column, lists in enumerate((champion, candidate)):
            rates[row, column] = sum(pick_film(lists[user], likes, random) is not None for _ in range(count))
    return Sessions(votes / count, rates[:, 0] / count, rates[:, 1] / count)


def cast_vote(
    champion: Sequence[int], candidate: Sequence[int], likes: frozenset[int], random: Random, salt: bytes, unit: str
) -> Vote | None:
    """The vote of one interleaved session; None when nothing is picked, or what both lists were filled up with."""
    slots = draft(champion, candidate, len(champion), Lot(salt, unit).toss())
    film = pick_film([slot.item for slot in slots], likes, random)
    team = find_team(slots, film) if film is not None else None
    return name_vote(team) if team is not None else None
