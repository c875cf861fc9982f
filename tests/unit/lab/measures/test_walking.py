"""Ranking metrics come to what their formulas give by hand, and to the values of libraries where these are right."""

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import dcg_score, ndcg_score

from interleaver.lab.measures import walking
from tests.unit.lab.measures.lists import Grades, Run, all_grades, make_scene, measure_one, runs

DEPTHS = (1, 3, 10)
# Our name to the one of trec_eval.
OF_TREC = {"P": "P", "R": "recall", "AP": "map_cut", "nDCG": "ndcg_cut", "success": "success"}


def test_graded_gains_come_to_what_the_formulas_give_by_hand() -> None:
    scene = make_scene({"q": {"a": 1, "b": 3, "c": 2}}, {"q": ["a", "b", "c"]})
    # DCG = 1 + 3/log2(3) + 2/2, ideal 3 + 2/log2(3) + 1/2; exponential 1 + 7/log2(3) + 3/2 and 7 + 3/log2(3) + 1/2.
    found = measure_one(scene, "AP", "nDCG@3", "nDCG_exp@3")[:, 0]
    assert found == pytest.approx([1, 3.892789 / 4.761860, 6.916508 / 9.392789], abs=1e-6)


@pytest.mark.parametrize("size", [1e-17, 1e-14])
def test_gains_however_small_beside_great_ones_of_another_query_are_told_apart(size: float) -> None:
    grades: Grades = {"great": {"a": 1000.0}, "q": {"a": size, "b": 2 * size}}
    right, wrong = (make_scene(grades, {"q": order}, maximum=1000) for order in (["b", "a"], ["a", "b"]))
    assert measure_one(right, "nDCG@2", "nDCG_exp@2")[:, 1] == pytest.approx([1, 1], abs=1e-12)
    assert (measure_one(wrong, "nDCG@2", "nDCG_exp@2")[:, 1] < 0.9).all()


def test_err_of_grades_2_0_1_by_a_maximum_of_4() -> None:
    scene = make_scene({"q": {"a": 2, "b": 0, "c": 1}}, {"q": ["a", "b", "c"]}, maximum=4)
    assert measure_one(scene, "ERR@3")[0, 0] == pytest.approx(0.20443, abs=5e-6)


def test_a_judged_query_without_an_answer_counts_0() -> None:
    grades: Grades = {"q1": {"a": 1, "b": 2}, "q2": {"a": 1}, "q3": {"a": 1}}
    scene = make_scene(grades, {"q1": ["x", "b", "a"], "q2": ["y"]})
    means = measure_one(scene, "P@3", "AP", "nDCG@3", "RR@3").mean(axis=1)
    assert means == pytest.approx([0.222, 0.194, 0.223, 0.167], abs=5e-4)


def test_precision_of_a_short_list_is_divided_by_k() -> None:
    scene = make_scene({"q": {"a": 1}}, {"q": ["a"]})
    assert measure_one(scene, "P@10", "judged@10")[:, 0] == pytest.approx([0.1, 1])


def test_a_query_without_a_gain_is_0_in_everything_but_what_was_judged() -> None:
    scene = make_scene({"q": {"a": 0}}, {"q": ["a", "x"]})
    names = ["P@2", "R@2", "AP", "AP@2", "nDCG@2", "nDCG_exp@2", "ERR@2", "RR@2", "success@2", "judged@2"]
    assert measure_one(scene, *names)[:, 0].tolist() == [0] * 9 + [0.5]


@given(all_grades, runs)
def test_values_are_those_of_trec_eval(grades: dict[str, dict[str, int]], run: Run) -> None:
    scene = make_scene(grades, run)
    scores = {query: {item: -float(place) for place, item in enumerate(run[query])} for query in run if run[query]}
    measures = {f"{theirs}.{','.join(map(str, DEPTHS))}" for theirs in OF_TREC.values()} | {"map", "recip_rank"}
    found = pytrec_eval.RelevanceEvaluator(grades, measures).evaluate(scores)
    for ours, theirs in {
        **{f"{base}@{depth}": f"{name}_{depth}" for base, name in OF_TREC.items() for depth in DEPTHS},
        "AP": "map",
        "RR@10": "recip_rank",
    }.items():
        wanted = [found.get(query, {}).get(theirs, 0.0) for query in grades]  # it drops queries without an answer
        assert measure_one(scene, ours)[0] == pytest.approx(wanted, abs=1e-9), ours


@given(st.lists(st.integers(0, 4), min_size=2, max_size=10), st.randoms(use_true_random=False))
def test_ndcg_is_that_of_scikit_learn_where_no_places_are_shared(grades: list[int], random: object) -> None:
    # It knows no item that was not judged, and averages over ties: dense places, all of them judged.
    names = [f"i{place}" for place in range(len(grades))]
    scene = make_scene({"q": dict(zip(names, grades, strict=True))}, {"q": names})
    places = -np.arange(len(grades), dtype=float)
    for depth in DEPTHS:
        powers = 2.0 ** np.array(grades) - 1
        wanted = [ndcg_score([gains], [places], k=depth) for gains in (np.array(grades), powers)]
        found = measure_one(scene, f"nDCG@{depth}", f"nDCG_exp@{depth}")[:, 0]
        assert found == pytest.approx(wanted, abs=1e-9)
    assert dcg_score([grades], [places]) >= 0


def err_by_hand(grades: list[float], maximum: float) -> float:
    """Chapelle et al. 2009, algorithm 2, as it is written there."""
    going_on, found = 1.0, 0.0
    for rank, grade in enumerate(grades, start=1):
        content = (2**grade - 1) / 2**maximum
        found += going_on * content / rank
        going_on *= 1 - content
    return found


@given(all_grades, runs, st.integers(4, 6), st.integers(1, 10))
def test_err_is_what_its_authors_wrote(grades: Grades, run: Run, maximum: int, depth: int) -> None:
    found = measure_one(make_scene(grades, run, maximum=maximum), f"ERR@{depth}")[0]
    for row, query in enumerate(grades):
        shown = [grades[query].get(item, 0) for item in run.get(query, [])][:depth]
        assert found[row] == pytest.approx(err_by_hand(shown, maximum), abs=1e-12)


@given(all_grades, runs)
def test_chunks_of_queries_change_nothing(grades: Grades, run: Run) -> None:
    scene = make_scene(grades, run)
    names = ["P@3", "AP", "AP@3", "nDCG_exp@10", "ERR@10", "judged@3"]
    whole = measure_one(scene, *names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "CHUNK", 1)
        assert (measure_one(scene, *names) == whole).all()


@given(all_grades, runs, st.integers(1, 10))
def test_judged_is_the_share_of_shown_items_that_have_a_judgment(grades: Grades, run: Run, depth: int) -> None:
    found = measure_one(make_scene(grades, run), f"judged@{depth}")[0]
    for row, query in enumerate(grades):
        shown = run.get(query, [])[:depth]
        assert found[row] == (sum(item in grades[query] for item in shown) / len(shown) if shown else 0)
