"""How a shopper behaves in front of a list: attention falls with every place, and a liked film ends the visit.

Pure, standard library only: the shoppers in the cluster and the simulator share it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from random import Random
from typing import Final

# Chance to look one place further: the first place is always seen, the tenth by 39 % and the twentieth by 14 %
# (rank-biased precision, Moffat and Zobel, ACM TOIS 27(1), 2008, whose patient user has 0.95 and hasty one 0.8).
PERSISTENCE: Final = 0.9


def count_seen(length: int, random: Random) -> int:
    """How many places of a list of this length a shopper looks at, from the top."""
    seen = min(length, 1)
    while seen < length and random.random() < PERSISTENCE:
        seen += 1
    return seen


def pick_film(films: Sequence[int], liked: Collection[int], random: Random) -> int | None:
    """The first film that is both seen and liked; None if the visit ends without one."""
    return next((film for film in films[: count_seen(len(films), random)] if film in liked), None)


def plan_visits(users: Iterable[int], seed: int) -> Iterator[tuple[int, int, Random]]:
    """Endless visits (pass, user, the visit's own randomness): in every pass each user comes once, in random order.

    A visit's randomness depends on seed, pass and user alone, so that it is the same whatever happened before.
    """
    crowd = sorted(users)
    for number in count():
        order = crowd.copy()
        Random(f"{seed} {number}").shuffle(order)
        for user in order:
            yield number, user, Random(f"{seed} {number} {user}")
