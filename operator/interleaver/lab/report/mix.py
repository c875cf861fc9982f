"""The mix of a suite: how many cases come from each source, and have each value of each attribute."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.labels import Labels

from .bounded import Bounded, bound
from .numbers import show_share

MOST_VALUES = 40


@dataclass(frozen=True)
class Part:
    """One value of a column: its cases, their share in words, and as a percentage for the bar. Where cases count
    differently, the share is of what they count."""

    name: str
    cases: int
    share: str
    percent: float


@dataclass(frozen=True)
class Column:
    """One column, most frequent values first, the missing ones last."""

    name: str
    parts: Bounded[Part]


def make_mix(cases: Cases) -> Sequence[Column]:
    """The source and every attribute; of scoring suites the label and the kind of attack, too."""
    columns = {"source": cases.sources, **cases.attributes}
    if cases.attacks is not None:
        columns["attack"] = cases.attacks
    if cases.labels is not None:
        columns["label"] = Labels(cases.labels.astype(np.int32), ("0", "1"))
    return [Column(name, bound(count_parts(labels, cases.counting), MOST_VALUES)) for name, labels in columns.items()]


def count_parts(labels: Labels, weights: NDArray[np.float64]) -> Sequence[Part]:
    """Every value with its cases, also one that no case has."""
    counts = np.bincount(labels.codes + 1, minlength=len(labels.names) + 1)
    order = sorted(range(len(labels.names)), key=lambda code: -counts[code + 1])
    shares = np.bincount(labels.codes + 1, weights=weights, minlength=len(counts)) / (weights.sum() or 1)
    named = [(labels.names[code], code + 1) for code in order] + ([("(missing)", 0)] if counts[0] else [])
    return [
        Part(name, int(counts[row]), show_share(shares[row], 1), round(100 * float(shares[row]), 1))
        for name, row in named
    ]
