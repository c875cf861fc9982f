"""How alike two rankings are, with more weight on what stands above: rank-biased overlap."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PERSISTENCE: Final = 0.9
"""How likely a person is to go on from one place to the next: the first ten then have 0.86 of the weight (equation
21)."""


def overlap(one: NDArray[np.int32], other: NDArray[np.int32], depth: int) -> NDArray[np.float64]:
    """The overlap of the first `depth` places of each pair of lists, (lists,): 1 the same, 0 nothing in common.

    Lists are rows of codes, -1 behind their end. Extrapolated, as Webber, Moffat and Zobel 2010, A Similarity Measure
    for Indefinite Rankings, ACM TOIS 28(4), write it for lists of different lengths (equation 32): what is not seen
    is taken to agree as far as what is seen. A truncated sum would call two equal lists different. A list against an
    empty one is 0; two empty ones are NaN, for there is nothing to compare.
    """
    common = count_common(one[:, :depth], other[:, :depth])
    lengths = np.stack([(lists[:, :depth] >= 0).sum(axis=1) for lists in (one, other)])
    short, long = lengths.min(axis=0), lengths.max(axis=0)
    places_seen = np.arange(1, depth + 1)
    weight = PERSISTENCE**places_seen / places_seen
    row = np.arange(len(one))
    at_short, at_long = common[row, short], common[row, long]
    seen = np.where(places_seen <= long[:, None], common[:, 1:], 0) @ weight
    # Between the two lengths the shorter list is taken to go on as it did so far.
    beyond = (places_seen > short[:, None]) & (places_seen <= long[:, None])
    carried = at_short / np.maximum(short, 1)
    seen += np.where(beyond, carried[:, None] * (places_seen - short[:, None]), 0) @ weight
    rest = ((at_long - at_short) / np.maximum(long, 1) + carried) * PERSISTENCE ** long.astype(np.float64)
    found = (1 - PERSISTENCE) / PERSISTENCE * seen + rest
    return np.where(long == 0, np.nan, np.where(short == 0, 0.0, found))


def count_common(one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many items two lists have in common in their first 0, 1, … places, (lists, depth + 1)."""
    lists, depth = one.shape
    first, second = np.ascontiguousarray(one.T), np.ascontiguousarray(other.T)
    met = np.zeros((depth + 1, lists), dtype=np.int64)
    for place in range(depth):
        new = (first[: place + 1] == second[place]) & (second[place] >= 0)
        old = (second[:place] == first[place]) & (first[place] >= 0)
        met[place + 1] = met[place] + new.sum(axis=0) + old.sum(axis=0)
    return met.T
