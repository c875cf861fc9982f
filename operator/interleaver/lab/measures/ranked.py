"""A model's lists with the gain of every item, and what the best order of the judged items would have gained."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.joining import count_per_row, find, keep, places, rows
from interleaver.lab.terms.lists import Lists


@dataclass(frozen=True)
class Ranked:
    """One model's lists, a row for each judged query; empty where it did not answer."""

    lists: Lists
    gains: NDArray[np.float64]
    """The gain of each item in `lists.items`; 0 where it was not judged."""
    judged: NDArray[np.bool_]
    """Whether each item was judged for its query."""


@dataclass(frozen=True)
class Ideal:
    """What there was to be found for each query."""

    relevant: NDArray[np.int64]
    """How many items have a gain above 0, (queries,)."""
    best: NDArray[np.float64]
    """The greatest gains in order, 0 where there are no more, (depth, queries)."""
    maximum: float
    """The maximum grade, by which ERR is measured."""


def rank(lists: Lists, judged: Lists, gains: NDArray[np.float64], size: int) -> Ranked:
    """Look up the gain of every item. `size` is above every code of an item in either."""
    found = find(lists, judged, size)
    there = found >= 0
    return Ranked(lists, np.where(there, gains[found], 0.0) if len(gains) else np.zeros(len(found)), there)


def idealise(judged: Lists, gains: NDArray[np.float64], maximum: float, depth: int) -> Ideal:
    """The best order of all judged items, down to `depth`."""
    ordered, place, row = order_gains(judged, gains), places(judged), rows(judged)
    best = np.zeros((depth, len(judged)))
    top = place < depth
    best[place[top], row[top]] = ordered[top]
    return Ideal(count_per_row(judged, gains > 0), best, maximum)


def order_gains(judged: Lists, gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gains of each list, the greatest first."""
    ordered, lengths = np.empty(len(gains)), judged.lengths
    # Lists of one length are a table, whose rows sort several times as fast as a number and a gain for each item do.
    for length in np.unique(lengths[lengths > 0]).tolist():
        at = judged.starts[:-1][lengths == length, None] + np.arange(length)
        ordered[at] = np.sort(gains[at], axis=1)[:, ::-1]
    return ordered


def condense(ranked: Ranked) -> Ranked:
    """The lists without their unjudged items, as condensed lists are made (Sakai 2007, Alternatives to Bpref)."""
    judged = ranked.judged
    return Ranked(keep(ranked.lists, judged), ranked.gains[judged], judged[judged])


def assume_best(ranked: Ranked, maximum: float) -> Ranked:
    """The lists in a world where every unjudged item has the best grade."""
    return replace(ranked, gains=np.where(ranked.judged, ranked.gains, maximum))


def idealise_best(ideal: Ideal, models: list[Ranked], size: int) -> Ideal:
    """What there is to be found in the world of `assume_best`: each unjudged item that one of the models shows counts.

    Both models are measured in one world, or an item would be relevant for one of them and not for the other.
    """
    more = count_unjudged(models, size)
    place = np.arange(len(ideal.best))[:, None] - more[None, :]
    moved = np.take_along_axis(ideal.best, np.maximum(place, 0), axis=0)
    return replace(ideal, relevant=ideal.relevant + more, best=np.where(place < 0, ideal.maximum, moved))


def count_unjudged(models: list[Ranked], size: int) -> NDArray[np.int64]:
    """How many different unjudged items the models show for each query."""
    first, *others = (keep(model.lists, ~model.judged) for model in models)
    count = first.lengths
    for other in others:
        count = count + count_per_row(other, find(other, first, size) < 0)
    return count
