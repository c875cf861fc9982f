"""Labels and judgments that contradict each other: the same was said to be both."""

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.checking.copies import show_case
from interleaver.lab.suites.checking.finding import MOST_EXAMPLES, Finding, Weight
from interleaver.lab.suites.checking.likeness import Pairs
from interleaver.lab.suites.suite import Cases, Judgments


def find_label_doubts(cases: Cases, pairs: Pairs) -> list[Finding]:
    """Samples that are nearly the same and labelled otherwise: one of the labels is wrong."""
    assert cases.labels is not None
    split = pairs.keep(cases.labels[pairs.earlier] != cases.labels[pairs.later])
    if not len(split):
        return []
    examples = [
        f"{show_case(cases, later)} is {cases.labels[later]}, {show_case(cases, earlier)} is {cases.labels[earlier]}"
        for later, earlier in zip(split.later[:MOST_EXAMPLES], split.earlier[:MOST_EXAMPLES], strict=True)
    ]
    words = f"{len(split)} samples have another label than one that they are like: one of the two is wrong"
    return [Finding("labels in doubt", Weight.DOUBT, words, len(split), examples)]


def find_gain_doubts(cases: Cases, judgments: Judgments, pairs: Pairs) -> list[Finding]:
    """Items that have one gain for a query and another for the same request."""
    groups = group_rows(len(cases), pairs.keep(pairs.same))
    queries = np.repeat(groups, judgments.lists.lengths)
    keys = queries * max(1, len(judgments.vocabulary)) + judgments.lists.items
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(keys[order]) != 0))) if len(keys) else order
    if not len(starts):
        return []
    gains = judgments.gains[order]
    least, most = np.minimum.reduceat(gains, starts), np.maximum.reduceat(gains, starts)
    split = np.flatnonzero(least != most)
    if not len(split):
        return []
    examples = []
    for place in split[:MOST_EXAMPLES]:
        row = order[starts[place]]
        item, query = judgments.vocabulary[judgments.lists.items[row]], cases.ids[queries[row]]
        examples.append(f"{item} for {query} and its copies: {least[place]:g} to {most[place]:g}")
    words = f"{len(split)} items have one gain for a query and another for the same request again"
    return [Finding("gains in doubt", Weight.DOUBT, words, len(split), examples)]


def group_rows(rows: int, pairs: Pairs) -> NDArray[np.int64]:
    """For each row the first that it is the same as."""
    groups = np.arange(rows, dtype=np.int64)
    groups[pairs.later] = pairs.earlier
    return groups
