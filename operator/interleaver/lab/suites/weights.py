"""What cases count beside others: which weights sums can be made of.

Figures are ratios of sums of weights, and of products of two. Numbers as a computer has them hold sixteen digits: in a
sum with 1e300 nothing is left of 1, and of what a thousand people do one would be told as what all do.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.columns import first, take_numbers
from interleaver.lab.suites.rows import LEAST_WEIGHT, MOST_WEIGHT
from interleaver.lab.suites.tables import Table

APART: Final = 1e9
"""So many times the least weight that is not 0 the greatest may be."""

WANTED: Final = f"0, or a number from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}, is wanted"
NEARER: Final = f"the greatest may be at most {APART:g} times the least that is not 0"


def take_weights(table: Table) -> NDArray[np.float64]:
    """What each row counts: 1 where nothing is said. Raises Unusable with row and column."""
    numbers, missing = take_numbers(table, "weight")
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        row = first(wrong)
        raise table.refuse(row, "weight", f"found {numbers[row]}", "a finite number of 0 or more is wanted")
    weights = np.where(missing, 1.0, numbers)
    if not weights.any():
        raise table.refuse(None, "weight", "is 0 in all rows", "something must count")
    check_sizes(table, weights)
    return weights


def check_sizes(table: Table, weights: NDArray[np.float64]) -> None:
    """Raises Unusable for a weight that no sum can hold, by itself or beside the others."""
    beyond = find_beyond(weights)
    if beyond.any():
        row = first(beyond)
        raise table.refuse(row, "weight", f"found {weights[row]:g}", WANTED)
    if are_apart(weights):
        row, other = int(np.where(weights > 0, weights, np.inf).argmin()), int(weights.argmax())
        found = f"found {weights[row]:g}, and {weights[other]:g} in {table.place(other)}"
        raise table.refuse(row, "weight", found, NEARER)


def find_beyond(weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which weights are too great or too small for any sum."""
    return (weights > MOST_WEIGHT) | ((weights > 0) & (weights < LEAST_WEIGHT))


def are_apart(weights: NDArray[np.float64]) -> bool:
    """Whether the least of them is nothing beside the greatest."""
    counting = weights[weights > 0]
    return bool(len(counting) and counting.max() > APART * counting.min())
