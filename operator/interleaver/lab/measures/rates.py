"""Rates at a threshold. A sample is taken as 1 where its score is at least the threshold.

All of them are made of four counts, which add up over samples: a resample is a product of its units' weights with the
units' counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Floats, divide


@dataclass(frozen=True)
class Counts:
    """Weights of the four kinds of decision, (rows,) each."""

    hits: Floats
    """Label 1, taken as 1: true positives."""
    alarms: Floats
    """Label 0, taken as 1: false positives."""
    misses: Floats
    """Label 1, taken as 0: false negatives."""
    passes: Floats
    """Label 0, taken as 0: true negatives."""

    @property
    def positives(self) -> Floats:
        return self.hits + self.misses

    @property
    def negatives(self) -> Floats:
        return self.alarms + self.passes


def decide(labels: NDArray[np.int8], scores: Floats, threshold: float) -> Floats:
    """Which of the four each sample is, as columns of 0 and 1, (samples, 4)."""
    positive, taken = np.equal(labels, 1), scores >= threshold
    return np.column_stack([positive & taken, ~positive & taken, positive & ~taken, ~positive & ~taken]).astype(float)


def count(columns: Floats) -> Counts:
    """Counts from sums of the columns of `decide`, (rows, 4)."""
    return Counts(*columns.T)


def share(part: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """A rate as what it divides: the part, and the whole."""
    return part, part + rest


# What a rate divides by what. A rate whose divisor is 0 was not measured, nor one of `OF_BOTH` without both labels.
QUOTIENTS: Final[Mapping[str, Callable[[Counts], tuple[Floats, Floats]]]] = {
    "precision": lambda counts: share(counts.hits, counts.alarms),
    "recall": lambda counts: share(counts.hits, counts.misses),
    "F1": lambda counts: share(2 * counts.hits, counts.alarms + counts.misses),
    "FPR": lambda counts: share(counts.alarms, counts.passes),
    "FNR": lambda counts: share(counts.misses, counts.hits),
}

OF_BOTH: Final = frozenset({"precision", "F1"})
"""Rates that weigh one label against the other: in a group of one label they are 1 or 0 whatever the model says."""

# Why there is no such rate, where the divisor is 0.
WHY_NOT: Final[Mapping[str, str]] = {
    "precision": "no sample is taken as 1 at the threshold",
    "recall": "no sample with label 1",
    "F1": "no sample has label 1, and none is taken as 1",
    "FPR": "no sample with label 0",
    "FNR": "no sample with label 1",
}


def measure_rate(name: str, counts: Counts) -> Floats:
    """One of `QUOTIENTS`, NaN where it was not measured, (rows,)."""
    found = divide(*QUOTIENTS[name](counts))
    return np.where(have_both(counts), found, np.nan) if name in OF_BOTH else found


def have_both(counts: Counts) -> NDArray[np.bool_]:
    """Whether there are samples of both labels, (rows,)."""
    return (counts.positives > 0) & (counts.negatives > 0)


def mean_cost(counts: Counts, alarm: float, miss: float) -> tuple[Floats, Floats]:
    """Cost of wrong decisions for each sample, in the unit of the two costs, as what it divides: (rows,) each."""
    return alarm * counts.alarms + miss * counts.misses, counts.positives + counts.negatives
