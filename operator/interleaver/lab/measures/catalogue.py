"""What of the catalogue is shown, and how unknown it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.terms.lists import Lists


@dataclass(frozen=True)
class Shown:
    """How much of the catalogue was shown, and how much of that by one unit alone."""

    share: float
    error: float
    """Standard error over units."""
    alone: NDArray[np.int64]
    """The items that only this unit was shown, (units,)."""
    size: int
    """Items of the catalogue."""


def cover(lists: NDArray[np.int32], units: NDArray[np.int64], number: int, catalogue: NDArray[np.bool_]) -> Shown:
    """The share of the catalogue, (items,) of which it is true, that these lists show.

    Lists are rows of codes, -1 behind their end; `units` has the unit of each, below `number`. Coverage belongs to
    the set of lists, not to a list, and a resample holds two thirds of the units, which always show less. So its
    error comes from leaving out each unit once: without unit u what is shown is less by the items that u alone was
    shown (Efron and Stein 1981, The Jackknife Estimate of Variance, Annals of Statistics 9(3), who prove that it is
    rather too large than too small).
    """
    inside = lists >= 0 if catalogue.all() else np.append(catalogue, False)[lists]
    items, owners = lists[inside], np.repeat(units.astype(np.int32), inside.sum(axis=1))
    owner, shared = own(items, owners, len(catalogue))
    alone = np.bincount(owner[(owner >= 0) & ~shared], minlength=number)
    size = max(int(catalogue.sum()), 1)
    return Shown(float((owner >= 0).sum()) / size, jackknife(alone / size), alone, size)


def own(items: NDArray[np.int32], owners: NDArray[np.int32], size: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """For each item one unit that was shown it, -1 where none was, and whether another one was shown it too."""
    if len(items) < size // 8:  # a small slice of a large catalogue needs no room for all of it
        items = np.unique(items, return_inverse=True)[1].astype(np.int32)
        size = len(items)
    owner = np.full(size, -1, dtype=np.int32)
    owner[items] = owners
    shared = np.zeros(size, dtype=bool)
    shared[items[owner[items] != owners]] = True
    return owner, shared


def jackknife(changes: NDArray[np.float64]) -> float:
    """The standard error of what changes by `changes` when each unit is left out; NaN for one unit."""
    units = len(changes)
    if units < 2:
        return float("nan")
    return float(np.sqrt((units - 1) / units * np.square(changes - changes.mean()).sum()))


def inform(judged: Lists, gains: NDArray[np.float64], size: int, stated: Mapping[int, float]) -> NDArray[np.float64]:
    """How unknown each item is, in bits: its self-information, (size,).

    The number of judged queries over the number of those for which the item is relevant, both with one more, so that
    an item that nobody liked is as unknown as one that one of the others liked, and has a value: log2((n + 1) / (n_i
    + 1)), after Zhou et al. 2010, Solving the Apparent Diversity-Accuracy Dilemma, PNAS 107(10), and Vargas and
    Castells 2011. Where the suite states how well known items are, as a share of people, it is -log2 of that; an item
    without one is as unknown as the least known one that has.
    """
    if stated:
        known = np.full(size, min(stated.values()))
        known[list(stated)] = list(stated.values())
        return np.asarray(-np.log2(known), dtype=np.float64)
    liked = np.bincount(judged.items[gains > 0], minlength=size)
    return np.asarray(np.log2((len(judged) + 1) / (liked + 1)), dtype=np.float64)


def surprise(lists: NDArray[np.int32], unknown: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of `unknown` over each list, a row of codes, -1 behind its end; 0 for an empty one."""
    total = np.append(unknown, 0.0)[lists].sum(axis=1)
    return np.asarray(total / np.maximum((lists >= 0).sum(axis=1), 1), dtype=np.float64)


def state(items: Mapping[str, Mapping[str, object]]) -> dict[str, float]:
    """How well known items are, where the suite's table of items has a column `popularity`.

    Raises ValueError for what is no share of people: it must be above 0 and at most 1.
    """
    stated: dict[str, float] = {}
    for item, facts in items.items():
        known = facts.get("popularity")
        if known is None:
            continue
        if not (isinstance(known, int | float) and not isinstance(known, bool) and 0 < known <= 1):
            raise ValueError(f"item {item}: popularity is {known!r}, and has to be above 0 and at most 1")
        stated[item] = float(known)
    return stated
