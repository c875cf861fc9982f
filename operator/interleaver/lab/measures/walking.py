"""Metrics of every query at once: down the ranks of all lists, one rank at a time, as a person reads one list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.joining import keep, places, rows
from interleaver.lab.measures.names import Named
from interleaver.lab.measures.ranked import Ideal, Ranked

CHUNK: Final = 4096
"""Queries that are walked together: what is kept of them stays in the processor's cache."""

SMALL: Final = 1e-3
"""Gains below it lose digits that figures show."""

Column = NDArray[np.float64]


@dataclass
class Walk:
    """What is known of each query of a chunk after the first `rank` places of its list."""

    queries: int
    relevant: Column
    """How many relevant items there are to be found."""
    maximum: float
    rank: int = 0
    hits: Column = field(init=False)
    precisions: Column = field(init=False)
    """Sum of the precision at the place of each relevant item."""
    gain: Column = field(init=False)
    gain_exp: Column = field(init=False)
    ideal: Column = field(init=False)
    ideal_exp: Column = field(init=False)
    going_on: Column = field(init=False)
    """How likely a person is to have stopped nowhere so far."""
    stopped: Column = field(init=False)
    first: Column = field(init=False)
    """Reciprocal rank of the first relevant item; 0 before it."""
    judged: Column = field(init=False)
    shown: Column = field(init=False)

    def __post_init__(self) -> None:
        for name in STARTS_AT_ZERO:
            setattr(self, name, np.zeros(self.queries))
        self.going_on = np.ones(self.queries)

    def step(self, gains: Column, judged: NDArray[np.bool_], shown: NDArray[np.bool_], best: Column) -> None:
        """Look at the next place of every list."""
        self.rank += 1
        discount = np.log2(self.rank + 1)  # Järvelin and Kekäläinen 2002, as Burges et al. 2005 write it
        relevant = gains > 0
        self.hits += relevant
        self.precisions += relevant * self.hits / self.rank
        self.gain += gains / discount
        self.ideal += best / discount
        power = raise_two(gains)
        self.gain_exp += power / discount
        self.ideal_exp += raise_two(best) / discount
        self.stop(power / 2**self.maximum)
        self.first += (relevant & (self.hits == 1)) / self.rank
        self.judged += judged
        self.shown += shown

    def stop(self, content: Column) -> None:
        """Some stop here, as likely as they are `content`: Chapelle, Metzler, Zhang and Grinspan 2009, equation 4."""
        self.stopped += self.going_on * content / self.rank
        self.going_on *= 1 - content


def raise_two(gains: Column) -> Column:
    """2^gain - 1, which is not 0 for a gain above 0, however small: a difference of two near 1 would have no digit."""
    power = np.asarray(np.exp2(gains) - 1)
    small = (gains > 0) & (gains < SMALL)
    if small.any():
        power[small] = np.expm1(gains[small] * np.log(2))
    return power


STARTS_AT_ZERO: Final = (
    "hits", "precisions", "gain", "gain_exp", "ideal", "ideal_exp", "stopped", "first", "judged", "shown"
)  # fmt: skip


def share(part: Column, whole: Column) -> Column:
    """The part of the whole, 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


READ: Final[Mapping[str, Callable[[Walk], Column]]] = {
    "P": lambda walk: walk.hits / walk.rank,
    "R": lambda walk: share(walk.hits, walk.relevant),
    "AP": lambda walk: share(walk.precisions, walk.relevant),
    "nDCG": lambda walk: share(walk.gain, walk.ideal),
    "nDCG_exp": lambda walk: share(walk.gain_exp, walk.ideal_exp),
    "ERR": lambda walk: walk.stopped.copy(),
    "RR": lambda walk: walk.first.copy(),
    "success": lambda walk: (walk.hits > 0).astype(np.float64),
    "judged": lambda walk: share(walk.judged, walk.shown),
}


def measure(ranked: Ranked, ideal: Ideal, names: Sequence[Named]) -> NDArray[np.float64]:
    """The metrics of every query, (names, queries). All of `READ` at any depth that `ideal` has, and AP without one."""
    found = np.empty((len(names), len(ranked.lists)))
    by_depth: dict[int, list[int]] = {}
    for row, name in enumerate(names):
        if name.depth is None:
            found[row] = average_precision(ranked, ideal)
        else:
            by_depth.setdefault(name.depth, []).append(row)
    for start, walk in walk_all(ranked, ideal, max(by_depth, default=0)):
        for row in by_depth.get(walk.rank, ()):
            family = names[row].family
            assert family is not None
            found[row, start : start + walk.queries] = READ[family.base](walk)
    return found


def walk_all(ranked: Ranked, ideal: Ideal, depth: int) -> Iterator[tuple[int, Walk]]:
    """The walk of each chunk after each rank, with the row at which the chunk starts."""
    for start in range(0, len(ranked.lists), CHUNK):
        end = min(start + CHUNK, len(ranked.lists))
        gains, judged, shown = lay_out(ranked, start, end, depth)
        walk = Walk(end - start, ideal.relevant[start:end].astype(np.float64), ideal.maximum)
        for rank in range(depth):
            walk.step(gains[rank], judged[rank], shown[rank], ideal.best[rank, start:end])
            yield start, walk


def lay_out(
    ranked: Ranked, start: int, end: int, depth: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Gains, what was judged and what is there at all, (depth, lists), of the lists from start to end."""
    place = np.arange(depth)[:, None]
    shown = place < ranked.lists.lengths[start:end]
    if not len(ranked.gains):
        return np.zeros(shown.shape), shown, shown
    at = np.minimum(ranked.lists.starts[start:end] + place, len(ranked.gains) - 1)
    return np.where(shown, ranked.gains[at], 0.0), shown & ranked.judged[at], shown


def average_precision(ranked: Ranked, ideal: Ideal) -> Column:
    """Average precision over whole lists, however long: of relevant items alone, because there are few."""
    relevant = ranked.gains > 0
    found = keep(ranked.lists, relevant)
    row = rows(found)
    precision = (places(found) + 1) / (np.flatnonzero(relevant) - ranked.lists.starts[row] + 1)
    total = np.bincount(row, weights=precision, minlength=len(found))
    return share(total.astype(np.float64), ideal.relevant.astype(np.float64))
