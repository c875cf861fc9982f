"""The two rankers: most rated films, and a matrix factorisation. Both see training ratings only.

A score table has one row per user and one column per film of the training ratings, in the order of `Table.users` and
`Table.films`; higher is better.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.data import LIKED_STARS, Ratings

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Ratings as a table: `stars[u, f]` is 0 where user u did not rate film f."""

    users: NDArray[np.int64]
    films: NDArray[np.int64]
    stars: NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """What the factorisation leaves open; train.py chooses it by validation inside the training ratings."""

    rank: int  # length of a user's and a film's vector
    background: float  # weight of "did not rate" against 1 for "rated"; both are evidence, this one weaker
    regularisation: float  # pull towards zero, per unit of weight
    sweeps: int = 8  # alternations; the ranking moves little after the sixth


INITIAL_SPREAD: Final = 0.1


def tabulate(ratings: Ratings) -> Table:
    """The ratings as a table of users by films, both in rising order of their ids."""
    users, rows = np.unique(ratings.users, return_inverse=True)
    films, columns = np.unique(ratings.films, return_inverse=True)
    stars = np.zeros((len(users), len(films)))
    stars[rows, columns] = ratings.stars
    return Table(users, films, stars)


def score_popularity(table: Table) -> Scores:
    """How many users rated the film: the same number for everybody."""
    counts = (table.stars > 0).sum(axis=0).astype(np.float64)
    return np.broadcast_to(counts, table.stars.shape)


def score_factors(table: Table, shape: Shape, seed: int) -> Scores:
    """Weighted alternating least squares on "liked" (Hu, Koren, Volinsky, ICDM 2008), predicted for every pair.

    The target is 1 for a liked film and 0 for any other; a film that was rated weighs 1, one that was not
    `background`. The pull towards zero grows with the weight a vector carries, as Rendle, Krichene, Zhang and
    Koren (RecSys 2022) found necessary for this loss to compete.
    """
    target = (table.stars >= LIKED_STARS).astype(np.float64)
    rated = table.stars > 0
    random = np.random.default_rng(seed)
    films = random.normal(0.0, INITIAL_SPREAD, (len(table.films), shape.rank))
    users = np.zeros((len(table.users), shape.rank))
    for _ in range(shape.sweeps):
        users = _solve(films, target, rated, shape)
        films = _solve(users, target.T, rated.T, shape)
    return users @ films.T


def _solve(fixed: Scores, target: Scores, rated: NDArray[np.bool_], shape: Shape) -> Scores:
    """The vectors of one side (rows of `target`) that fit best while the other side stays as it is."""
    shared = shape.background * fixed.T @ fixed
    answer = np.zeros((len(target), shape.rank))
    for row in range(len(target)):
        columns = np.flatnonzero(rated[row])
        near = fixed[columns]
        weight = len(columns) + shape.background * len(fixed)
        pull = shape.regularisation * weight * np.eye(shape.rank)
        left = shared + (1.0 - shape.background) * near.T @ near + pull
        answer[row] = np.linalg.solve(left, near.T @ target[row, columns])
    return answer


def rank_unrated(table: Table, scores: Scores, count: int) -> NDArray[np.int64]:
    """For every user the columns of the `count` best films without a training rating, best first."""
    open_scores = np.where(table.stars > 0, -np.inf, scores)
    return np.argsort(-open_scores, axis=1, kind="stable")[:, :count]
