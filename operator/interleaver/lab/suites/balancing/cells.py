"""The combinations of values that a suite has of some attributes, and which cases are in which."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Unusable

MOST_CELLS: Final = 10_000
"""Combinations that can be: more of them are no mix that anybody states, and would not be listed."""


@dataclass(frozen=True)
class Cells:
    """Combinations that occur, and the cell of each case; -1 where one of the attributes is missing."""

    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    """The values of each attribute, in the order of the alphabet."""
    cells: tuple[tuple[int, ...], ...]
    """The combinations that occur: a code into `values` for each attribute."""
    of_case: NDArray[np.int64]

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The same as an array, (cells, attributes)."""
        return np.asarray(self.cells, dtype=np.int64).reshape(-1, len(self.attributes))

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which cases have all attributes: the others keep what they count."""
        return self.of_case >= 0

    def name(self, cell: Sequence[int]) -> str:
        """A combination in words."""
        parts = zip(self.attributes, self.values, cell, strict=True)
        return ", ".join(f"{attribute}={values[code]}" for attribute, values, code in parts)

    def list_absent(self) -> list[str]:
        """The combinations of values that occur, and never together."""
        there = set(self.cells)
        every = product(*(range(len(values)) for values in self.values))
        return [self.name(cell) for cell in every if cell not in there]

    def sum(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the cases of each cell come to together."""
        whole = self.whole
        return np.bincount(self.of_case[whole], amounts[whole], len(self.cells)).astype(np.float64)

    def margin(self, place: int, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """What cells come to by the value of one attribute."""
        return np.bincount(self.codes[:, place], amounts, len(self.values[place])).astype(np.float64)


def find_cells(cases: Cases, by: Sequence[str]) -> Cells:
    """The cells of a suite. Raises Unusable for an attribute that it does not have, and where nothing is left."""
    for name in by:
        if name not in cases.attributes:
            raise Unusable("--by", f"{name} is no attribute of the suite", nearest(name, cases.attributes))
        if by.count(name) > 1:
            raise Unusable("--by", f"{name} is named twice", "name it once")
    columns, values = [], []
    for name in by:
        labels = cases.attributes[name]
        order = np.argsort(np.asarray(labels.names, dtype=object), kind="stable")
        places = np.append(np.argsort(order), -1)
        columns.append(places[labels.codes])
        values.append(tuple(labels.names[code] for code in order))
    if np.prod([float(len(names)) for names in values]) > MOST_CELLS:
        raise Unusable("--by", f"there are more than {MOST_CELLS} combinations", "put values into ranges or classes")
    codes = np.stack(columns, axis=1)
    whole = (codes >= 0).all(axis=1)
    if not whole.any():
        raise Unusable("--by", "no case has all of these attributes", "name others")
    cells, places = np.unique(codes[whole], axis=0, return_inverse=True)
    of_case = np.full(len(cases), -1, dtype=np.int64)
    of_case[whole] = places.ravel()
    return Cells(tuple(by), tuple(values), tuple(map(tuple, cells.tolist())), of_case)
