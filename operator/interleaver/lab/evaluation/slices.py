"""Slices: every attribute's groups, those of every pair of attributes, and the combinations that were asked for.

A missing value is a group of its own. What a suite's sources are is told apart in every table, as an attribute would
be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.figure import WHOLE, Slice
from interleaver.lab.terms.labels import Labels
from interleaver.lab.terms.unusable import Unusable

SOURCE: Final = "source"
"""Name of the attribute that the sources are, unless the suite has one of this name."""


@dataclass(frozen=True)
class Cut:
    """One way of cutting all cases into slices that have none in common."""

    attributes: tuple[str, ...]
    """In the order of their names; none for the whole."""
    codes: NDArray[np.int64]
    """The place of each case's slice in `slices`, (cases,)."""
    slices: tuple[Slice, ...]
    """The slices that occur."""


def cut_all(cases: Cases, wanted: Iterable[Sequence[str]] = ()) -> list[Cut]:
    """The whole, every attribute, every pair, and the `wanted` combinations. Raises Unusable for an unknown
    attribute."""
    columns = attributes(cases)
    names = sorted(columns)
    cuts: dict[tuple[str, ...], None] = dict.fromkeys([(), *((name,) for name in names), *combinations(names, 2)])
    for combination in wanted:
        for name in combination:
            if name not in columns:
                there = ", ".join(names) or "none"
                raise Unusable("slices", f"no attribute is called {name!r}", f"the suite has {there}")
        cuts.setdefault(tuple(sorted(set(combination))), None)
    return [cut(len(cases), columns, combination) for combination in cuts]


def attributes(cases: Cases) -> Mapping[str, Labels]:
    """The columns that cases are cut by: all attributes, and the sources where there are several."""
    columns = dict(cases.attributes)
    if len(np.unique(cases.sources.codes)) > 1:
        columns.setdefault(SOURCE, cases.sources)
    return columns


def cut(cases: int, columns: Mapping[str, Labels], combination: tuple[str, ...]) -> Cut:
    """One combination of attributes; its slices in the order of their codes, groups of missing values last."""
    if not combination:
        return Cut((), np.zeros(cases, dtype=np.int64), (WHOLE,))
    code = np.zeros(cases, dtype=np.int64)
    for name in combination:
        values = len(columns[name].names) + 1  # and missing, which comes last
        code = code * values + columns[name].codes % values
        # Numbered anew at each attribute, so that no product grows too large.
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    _, first = np.unique(code, return_index=True)
    slices = tuple(
        tuple((name, name_of(columns[name], int(columns[name].codes[row]))) for name in combination) for row in first
    )
    return Cut(combination, code, slices)


def list_rows(cut: Cut) -> Iterator[NDArray[np.int64]]:
    """The rows of the cases of each slice, in their order."""
    order = np.argsort(cut.codes, kind="stable")
    ends = np.searchsorted(cut.codes[order], np.arange(len(cut.slices) + 1))
    return (order[ends[place] : ends[place + 1]] for place in range(len(cut.slices)))


def name_of(labels: Labels, code: int) -> str | None:
    """The text of a code; None is missing."""
    return None if code < 0 else labels.names[code]
