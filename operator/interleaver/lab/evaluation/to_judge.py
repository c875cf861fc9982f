"""Which items that nobody judged are worth judging: those that may move the difference of two models most. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.evaluation.slices import cut_all
from interleaver.lab.evaluation.unjudged import is_open
from interleaver.lab.measures.joining import collect, encode, places, rows
from interleaver.lab.measures.ranked import order_gains
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.figure import Figure
from interleaver.lab.terms.lists import Lists

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Items that nobody judged for a query, most useful first: columns of one length."""

    queries: Ints
    """Rows of the suite's queries."""
    items: tuple[str, ...]
    """In JSON spelling."""
    moves: Floats
    """How far the item's own gain moves the difference of nDCG at the depth, if it turns out to be as good as can be.
    That the query's ideal grows with it moves what was judged before, too: less, and by all models' lists alike."""
    open_pairs: int
    """How many there are in all, those that are not listed too."""
    open_moves: float
    """The sum of all their moves."""
    left_out: int
    """Queries that nobody judged at all: they are in no figure, so that judging a single item of them is no help."""


def list_open(evaluation: Evaluation, metric: str) -> list[Figure]:
    """The figures of a metric whose verdict depends on how unjudged items are counted, of all candidates."""
    figures = (figure for trial in evaluation.trials for figure in trial.figures)
    return [figure for figure in figures if figure.metric == metric and is_open(figure)]


def find_open_queries(evaluation: Evaluation, figures: Sequence[Figure]) -> NDArray[np.bool_]:
    """The queries that lie in the slice of one of the figures, (queries,)."""
    cases, slices = evaluation.suite.cases, {figure.slice for figure in figures}
    inside = np.zeros(len(cases), dtype=np.bool_)
    for cut in cut_all(cases, evaluation.settings.cuts):
        inside |= np.array([one in slices for one in cut.slices], dtype=np.bool_)[cut.codes]
    return inside


def find_pairs(
    suite: Suite,
    models: Sequence[Answers],
    depth: int,
    most: int,
    asked: NDArray[np.bool_] | None = None,
    *,
    value: bool = False,
) -> Pairs:
    """The pairs that may move a difference between any two of the models, or with `value` what any of them comes to by
    itself; at most so many, and of the queries that are `asked` about, (queries,), where that is given.

    A pair's move is the gain of the best grade times the difference of the discounts, 1 / log2(place + 1), that the
    models give the item by where they list it in the first `depth` places, over the ideal that holds this gain, and
    over all judged queries by their weights. An item that all models list at one place moves no difference; a value it
    moves by its discount.
    """
    judgments = suite.judgments
    assert judgments is not None
    codes = collect(judgments.vocabulary)
    listed = [encode([ranking[:depth] for ranking in answers.rankings or ()], codes) for answers in models]
    width = len(codes)
    keys, spread = find_spread(listed, width, value=value)
    judged_queries = judgments.lists.lengths > 0
    wanted = judged_queries if asked is None else judged_queries & asked
    worth = (spread > 0) & wanted[keys // width] & ~np.isin(keys, number(judgments.lists, width))
    keys, spread = keys[worth], spread[worth]
    best = find_best(suite, judgments)
    weights = suite.cases.counting
    shares = weights / max(float(weights[judged_queries].sum()), np.finfo(float).tiny)
    moves = shares[keys // width] * best * spread / find_ideals(judgments, depth, best)[keys // width]
    order = np.argsort(-moves, kind="stable")[:most]
    names = list(codes)
    return Pairs(
        keys[order] // width,
        tuple(names[code] for code in (keys[order] % width).tolist()),
        moves[order],
        len(keys),
        float(moves.sum()),
        int((~judged_queries).sum()),
    )


def number(lists: Lists, width: int) -> Ints:
    """A key for each item of a query: its row times `width`, which is above every code, and its code."""
    return rows(lists) * width + lists.items


def find_spread(listed: Sequence[Lists], width: int, *, value: bool = False) -> tuple[Ints, Floats]:
    """All pairs as keys in rising order, and how far the discounts lie apart that models give each; with `value` the
    greatest discount of each."""
    pairs = [number(lists, width) for lists in listed]
    keys = np.unique(np.concatenate(pairs))
    discounts = np.zeros((len(listed), len(keys)))
    for model, lists in enumerate(listed):
        discounts[model, np.searchsorted(keys, pairs[model])] = 1 / np.log2(places(lists) + 2)
    return keys, discounts.max(axis=0) - (0.0 if value else discounts.min(axis=0))


def find_best(suite: Suite, judgments: Judgments) -> float:
    """The gain that an item can have: the maximum grade, else the greatest gain that was ever given."""
    return suite.maximum_grade or float(judgments.gains.max(initial=0.0)) or 1.0


def find_ideals(judgments: Judgments, depth: int, best: float) -> Floats:
    """Discounted gain of each query's best order at the depth, once another item of the best gain is in it."""
    lists = judgments.lists
    place = places(lists)
    near = place < depth - 1
    gained = order_gains(lists, judgments.gains)[near] / np.log2(place[near] + 3)
    return np.asarray(best + np.bincount(rows(lists)[near], gained, len(lists)), dtype=np.float64)
