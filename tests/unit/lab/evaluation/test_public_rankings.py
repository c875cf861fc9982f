"""On MovieLens, an evaluation's means are those of trec_eval and of scikit-learn, called directly."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import pytrec_eval
from demo.data import load
from sklearn.metrics import ndcg_score

from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from tests.unit.lab.evaluation.rankings import answer, find, judge

PEOPLE, SHOWN = 200, 40
OF_TREC = {
    "P@5": "P_5", "P@10": "P_10", "R@10": "recall_10", "AP": "map", "AP@10": "map_cut_10", "nDCG@5": "ndcg_cut_5",
    "nDCG@10": "ndcg_cut_10", "RR@40": "recip_rank", "success@10": "success_10",
}  # fmt: skip

Grades = Mapping[str, Mapping[str, int]]


@pytest.fixture(scope="module")
def grades() -> Grades:
    """Which films people rated, and how: half stars as whole grades, those below three stars as 0."""
    ratings, _ = load()
    found: dict[str, dict[str, int]] = {}
    for user, item, stars in zip(ratings.users.tolist(), ratings.films.tolist(), ratings.stars.tolist(), strict=True):
        if len(found) < PEOPLE or str(user) in found:
            found.setdefault(str(user), {})[str(item)] = int(2 * stars) if stars >= 3 else 0
    return found


def rank(grades: Grades, seed: int) -> Mapping[str, Sequence[str]]:
    """Well-liked films with some noise, and for one person in twenty no answer."""
    draw = np.random.default_rng(seed)
    liked: dict[str, float] = {}
    for given in grades.values():
        for item, gain in given.items():
            liked[item] = liked.get(item, 0.0) + gain
    names, worth = np.array(list(liked)), np.array(list(liked.values()))
    lists = {}
    for user in grades:
        order = np.argsort(-worth * draw.random(len(worth)))[:SHOWN]
        if draw.random() > 0.05:
            lists[user] = names[order].tolist()
    return lists


@pytest.fixture(scope="module")
def lists(grades: Grades) -> list[Mapping[str, Sequence[str]]]:
    return [rank(grades, seed) for seed in (0, 1)]


@pytest.fixture(scope="module")
def evaluation(grades: Grades, lists: list[Mapping[str, Sequence[str]]]) -> Evaluation:
    suite = judge(grades, maximum_grade=10)
    models = [answer(suite, run) for run in lists]
    return evaluate_ranking(suite, models[0], models[1:], Settings(resamples=20, metrics=("RR@40",)))


def test_values_are_those_of_trec_eval(
    grades: Grades, lists: list[Mapping[str, Sequence[str]]], evaluation: Evaluation
) -> None:
    measures = {"P.5,10", "recall.10", "map", "map_cut.10", "ndcg_cut.5,10", "recip_rank", "success.10"}
    evaluator = pytrec_eval.RelevanceEvaluator({user: dict(given) for user, given in grades.items()}, measures)
    for run, who in zip(lists, ("champion", "candidate"), strict=True):
        scores = {user: {item: -float(place) for place, item in enumerate(run[user])} for user in run}
        found = evaluator.evaluate(scores)
        assert len(found) < len(grades)  # it drops people without an answer, who count 0 here
        for ours, theirs in OF_TREC.items():
            estimate = getattr(find(evaluation, ours), who)
            assert estimate.value == pytest.approx(sum(each[theirs] for each in found.values()) / len(grades)), ours


def test_ndcg_is_that_of_scikit_learn_with_linear_and_with_exponential_gains(
    grades: Grades, lists: list[Mapping[str, Sequence[str]]], evaluation: Evaluation
) -> None:
    linear, exponential = [], []
    for user, given in grades.items():
        run = lists[1].get(user, [])
        if not run or not any(given.values()):
            linear.append(0.0)
            exponential.append(0.0)
            continue
        # What was not judged has a gain of 0, and what was not shown stands below all that was, in any order.
        items = [*run, *(item for item in given if item not in run)]
        gains = np.array([[given.get(item, 0) for item in items]], dtype=float)
        places = [-np.arange(len(items), dtype=float)]
        linear.append(float(ndcg_score(gains, places, k=10)))
        exponential.append(float(ndcg_score(2**gains - 1, places, k=10)))
    for name, wanted in (("nDCG@10", linear), ("nDCG_exp@10", exponential)):
        estimate = find(evaluation, name).candidate
        assert estimate is not None
        assert estimate.value == pytest.approx(float(np.mean(wanted)))
