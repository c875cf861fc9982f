"""What must hold between metrics of rankings, whatever the lists: checked on every query in every run."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.identities import CLOSE, ViolatedIdentity
from interleaver.lab.measures.joining import head
from interleaver.lab.measures.names import parse
from interleaver.lab.measures.ranked import Ideal, Ranked, order_gains
from interleaver.lab.measures.walking import measure
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.metric import Task

Column = NDArray[np.float64]
Claim = tuple[str, Column, Column]
"""What is claimed to be equal: in words, and both sides query by query."""

IDEAL_ROWS: Final = 1000
"""Queries whose ideal list is measured, too."""


def check_identities(
    columns: Mapping[str, Column], ranked: Ranked, ideal: Ideal, judged: Lists, gains: NDArray[np.float64]
) -> None:
    """Raises ViolatedIdentity for the first query in which metrics contradict each other."""
    for claims in (of_first_place(ranked, ideal), of_depths(columns, ranked, ideal), of_ideal(ideal, judged, gains)):
        for identity, left, right in claims:
            broken = ~np.isclose(left, right, rtol=CLOSE, atol=CLOSE)
            if broken.any():
                at = int(np.argmax(broken))
                raise ViolatedIdentity(f"{identity} (judged query {at + 1})", float(left[at]), float(right[at]))


def of_first_place(ranked: Ranked, ideal: Ideal) -> Iterator[Claim]:
    """At the first place several metrics are one."""
    names = [parse(f"{base}@1", Task.RANKING) for base in ("P", "RR", "success")]
    precision, reciprocal, success = measure(ranked, ideal, names)
    yield "RR@1 = P@1", reciprocal, precision
    yield "success@1 = P@1", success, precision


def of_depths(columns: Mapping[str, Column], ranked: Ranked, ideal: Ideal) -> Iterator[Claim]:
    """Metrics of one depth against each other, and each within its bounds."""
    for name, values in columns.items():
        base, _, behind = name.partition("@")
        if base not in BOUNDED:
            continue
        yield f"0 <= {name} <= 1", values, np.clip(values, 0, 1)
        if base == "R":
            yield f"{name} = 1 where all is retrieved", *of_all_retrieved(values, ranked, ideal, int(behind))
        precision = columns.get(f"P@{behind}")
        if precision is not None:
            yield from of_precision(base, int(behind), values, precision, ideal)


def of_precision(base: str, depth: int, values: Column, precision: Column, ideal: Ideal) -> Iterator[Claim]:
    """A metric against the precision at the same depth."""
    name, found = f"{base}@{depth}", (precision > 0).astype(np.float64)
    if base == "P":
        yield f"{name} times {depth} is a whole number", values * depth, np.rint(values * depth)
    elif base == "R":
        reached = np.where(ideal.relevant > 0, precision * depth, 0.0)
        yield f"{name} times relevant = P@{depth} times {depth}", values * ideal.relevant, reached
    elif base == "success":
        yield f"{name} = 1 exactly where P@{depth} > 0", values, found
    elif base == "RR":
        yield f"{name} > 0 exactly where P@{depth} > 0", (values > 0).astype(np.float64), found


BOUNDED: Final = frozenset({"P", "R", "AP", "nDCG", "nDCG_exp", "ERR", "RR", "success", "judged"})


def of_all_retrieved(recall: Column, ranked: Ranked, ideal: Ideal, depth: int) -> tuple[Column, Column]:
    """Recall where all relevant items stand in the first places, counted apart; and 1."""
    index = np.arange(len(ranked.gains), dtype=np.int32)
    at = head(Lists(ranked.lists.starts, index), depth)
    found = np.append(ranked.gains > 0, False)[at].sum(axis=1)
    complete = (found == ideal.relevant) & (ideal.relevant > 0)
    return np.where(complete, recall, 1.0), np.ones(len(recall))


def of_ideal(ideal: Ideal, judged: Lists, gains: NDArray[np.float64]) -> Iterator[Claim]:
    """The ideal list is worth 1."""
    some = min(len(judged), IDEAL_ROWS)
    # Which items they are does not matter to what the list is worth.
    lists = Lists(judged.starts[: some + 1], judged.items[: judged.starts[some]])
    best = Ranked(lists, order_gains(lists, gains[: len(lists.items)]), np.ones(len(lists.items), dtype=bool))
    part = Ideal(ideal.relevant[:some], ideal.best[:, :some], ideal.maximum)
    depth = len(ideal.best)
    names = [parse(name, Task.RANKING) for name in (f"nDCG@{depth}", f"nDCG_exp@{depth}", "AP")]
    wanted = (part.relevant > 0).astype(np.float64)
    for name, found in zip(names, measure(best, part, names), strict=True):
        yield f"{name.name} of the ideal list = 1", found, wanted
