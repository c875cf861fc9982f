"""A suite whose judgments were made of the champion's lists: what the lab says of a better candidate before and after
some of the open pairs are judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.evaluation.to_judge import Pairs, find_pairs
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.figure import Figure, Verdict
from interleaver.lab.terms.lists import gather
from tests.unit.lab.builders import make_answers, make_suite

QUERIES, ITEMS = 300, 60
ENOUGH = 900  # of about 1,500 open pairs


@dataclass(frozen=True)
class World:
    """What is relevant, what both models list, and what was judged: of the first ten of the champion's nearly all, of
    the candidate's less than half."""

    truth: NDArray[np.float64]
    lists: Sequence[NDArray[np.int64]]
    judged: NDArray[np.bool_]

    def make_suite(self, judged: NDArray[np.bool_]) -> Suite:
        whole = make_suite(QUERIES)
        cases = replace(whole.cases, units=np.arange(QUERIES), unit_names=whole.cases.ids, attributes={})
        lists = gather(np.flatnonzero(row).tolist() for row in judged)
        judgments = Judgments(lists, self.truth[judged], tuple(map(str, range(ITEMS))))
        return replace(whole, cases=cases, judgments=judgments, maximum_grade=1.0)

    def answer(self, suite: Suite) -> list[Answers]:
        whole = make_answers(suite, "m")
        return [replace(whole, rankings=[tuple(map(str, row)) for row in lists.tolist()]) for lists in self.lists]

    def tell(self, judged: NDArray[np.bool_]) -> Figure:
        """What is said of the candidate when so much is judged."""
        suite = self.make_suite(judged)
        champion, candidate = self.answer(suite)
        evaluation = evaluate_ranking(suite, champion, [candidate], Settings(depths=(10,), resamples=200))
        return next(f for f in evaluation.trials[0].figures if f.metric == "nDCG@10" and not f.slice)

    def judge(self, pairs: Pairs, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """What is judged once these of the pairs are."""
        more = self.judged.copy()
        more[pairs.queries[chosen], [int(pairs.items[row]) for row in chosen]] = True
        return more


def make_world(seed: int) -> World:
    chance = np.random.default_rng(seed)
    truth = (chance.random((QUERIES, ITEMS)) < 0.15).astype(np.float64)
    lists = [np.argsort(-(skill * truth + chance.normal(size=truth.shape)), axis=1)[:, :20] for skill in (0.6, 0.8)]
    judged = chance.random(truth.shape) < 0.12
    for share, model in zip((0.9, 0.4), lists, strict=True):
        rows = np.arange(QUERIES)[:, None]
        judged[rows, model[:, :10]] |= chance.random((QUERIES, 10)) < share
    return World(truth, lists, judged)


@pytest.mark.parametrize("seed", [0, 1])
def test_three_fifths_of_the_open_pairs_decide_if_they_are_the_most_useful_and_not_if_they_are_any(seed: int) -> None:
    world = make_world(seed)
    first = world.tell(world.judged)
    assert first.difference is not None
    assert (first.difference.value < 0, first.verdict) == (True, Verdict.NOT_TOLD)
    assert world.tell(np.ones_like(world.judged)).verdict is Verdict.BETTER
    suite = world.make_suite(world.judged)
    pairs = find_pairs(suite, world.answer(suite), 10, 10_000)
    assert pairs.open_pairs > 1.6 * ENOUGH
    useful, drawn = np.arange(ENOUGH), np.random.default_rng(seed).permutation(len(pairs.items))[:ENOUGH]
    assert world.tell(world.judge(pairs, useful)).verdict is Verdict.BETTER
    assert world.tell(world.judge(pairs, drawn)).verdict is Verdict.NOT_TOLD
