"""Pairs that nobody judged come in the order of how far they may move the difference."""

from collections.abc import Sequence
from dataclasses import replace
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Settings, Trial
from interleaver.lab.evaluation.to_judge import find_open_queries, find_pairs, list_open
from interleaver.lab.evaluation.unjudged import DEPENDS
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.figure import WHOLE, Figure, Verdict
from interleaver.lab.terms.lists import gather
from tests.unit.lab.builders import make_answers, make_suite


def suite_of(judged: Sequence[dict[str, float]], maximum_grade: float | None = 1.0) -> Suite:
    vocabulary = tuple(dict.fromkeys(item for query in judged for item in query))
    lists = gather([[vocabulary.index(item) for item in query] for query in judged])
    gains = np.array([gain for query in judged for gain in query.values()])
    return replace(make_suite(len(judged)), judgments=Judgments(lists, gains, vocabulary), maximum_grade=maximum_grade)


def answers_of(suite: Suite, *rankings: Sequence[str]) -> Answers:
    return replace(make_answers(suite, "m"), rankings=rankings)


def test_an_item_moves_by_the_difference_of_its_discounts_over_the_ideal_that_holds_it() -> None:
    suite = suite_of([{"a": 1.0}])
    pairs = find_pairs(suite, [answers_of(suite, ["b", "a", "c"]), answers_of(suite, ["a", "c", "b"])], 3, 10)
    ideal = 1 + 1 / log2(3)
    assert pairs.items == ("b", "c")
    assert pairs.moves.tolist() == pytest.approx([(1 - 1 / log2(4)) / ideal, (1 / log2(3) - 1 / log2(4)) / ideal])
    assert pairs.open_pairs == 2
    assert pairs.open_moves == pytest.approx(sum(pairs.moves))


def test_what_both_models_list_at_one_place_and_what_is_judged_moves_nothing() -> None:
    suite = suite_of([{"a": 1.0}])
    pairs = find_pairs(suite, [answers_of(suite, ["b", "a", "c"]), answers_of(suite, ["b", "c", "a"])], 3, 10)
    assert pairs.items == ("c",)


def test_below_the_depth_nothing_is_looked_at() -> None:
    suite = suite_of([{"a": 1.0}])
    pairs = find_pairs(suite, [answers_of(suite, ["a", "b"]), answers_of(suite, ["a", "c"])], 1, 10)
    assert pairs.items == ()
    assert (pairs.open_pairs, pairs.open_moves) == (0, 0.0)


def test_queries_that_nobody_judged_are_left_out_and_counted() -> None:
    suite = suite_of([{"a": 1.0}, {}])
    pairs = find_pairs(suite, [answers_of(suite, ["b"], ["b"]), answers_of(suite, ["a"], ["a"])], 1, 10)
    assert (pairs.queries.tolist(), pairs.left_out) == ([0], 1)


def test_the_most_useful_are_kept_and_what_they_leave_open_is_told() -> None:
    suite = suite_of([{"a": 1.0}, {"x": 1.0, "y": 1.0}])
    first, second = answers_of(suite, ["b", "a"], ["p", "q"]), answers_of(suite, ["a", "c"], ["x", "y"])
    whole = find_pairs(suite, [first, second], 2, 10)
    some = find_pairs(suite, [first, second], 2, 2)
    assert (some.items, some.open_pairs) == (whole.items[:2], 4)
    assert some.open_moves == pytest.approx(whole.moves.sum())
    assert sorted(whole.moves, reverse=True) == whole.moves.tolist()


def test_heavier_queries_come_first() -> None:
    suite = suite_of([{"a": 1.0}, {"a": 1.0}])
    heavy = replace(suite, cases=replace(suite.cases, weights=np.array([1.0, 3.0])))
    models = [answers_of(suite, ["b"], ["c"]), answers_of(suite, ["a"], ["a"])]
    assert find_pairs(heavy, models, 1, 10).items == ("c", "b")
    assert find_pairs(heavy, models, 1, 10).moves.tolist() == pytest.approx([0.75, 0.25])


def test_of_three_models_the_two_that_lie_farthest_apart_count() -> None:
    suite = suite_of([{"a": 1.0}])
    models = [answers_of(suite, ["a", "b"]), answers_of(suite, ["a", "b"]), answers_of(suite, ["b", "a"])]
    assert find_pairs(suite, models, 2, 10).moves[0] == pytest.approx((1 - 1 / log2(3)) / (1 + 1 / log2(3)))


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_a_move_is_told_of_each_item_that_the_lists_place_apart_and_of_no_other(
    first: list[str], second: list[str]
) -> None:
    suite = suite_of([{"a": 1.0, "b": 0.0}])
    pairs = find_pairs(suite, [answers_of(suite, first), answers_of(suite, second)], 3, 10)
    discounts = {
        item: [1 / log2(each.index(item) + 2) if item in each[:3] else 0 for each in (first, second)] for item in "cdef"
    }
    apart = {item: abs(one - two) for item, (one, two) in discounts.items() if one != two}
    told = {item: move * (1 + 1 / log2(3)) for item, move in zip(pairs.items, pairs.moves, strict=True)}
    assert told == pytest.approx(apart)


def test_a_value_is_moved_by_the_discount_that_the_model_gives_whatever_others_do() -> None:
    suite = suite_of([{"a": 1.0}])
    models = [answers_of(suite, ["b", "a", "c"]), answers_of(suite, ["b", "c", "a"])]
    pairs = find_pairs(suite, models, 3, 10, value=True)
    ideal = 1 + 1 / log2(3)
    assert pairs.items == ("b", "c")
    assert pairs.moves.tolist() == pytest.approx([1 / ideal, 1 / log2(3) / ideal])


def test_queries_are_those_of_the_slices_whose_verdict_is_open() -> None:
    suite = make_suite(60)
    one = (("gender", "f"),)
    figures = [
        Figure("nDCG@10", one, 9, 9, None, None, None, Verdict.NOT_TOLD, f"{DEPENDS}: better with them as 0"),
        Figure("nDCG@10", WHOLE, 9, 9, None, None, None, Verdict.NOT_TOLD, "fewer than two units"),
        Figure("P@10", WHOLE, 9, 9, None, None, None, Verdict.NOT_TOLD, f"{DEPENDS}: better with them as 0"),
    ]
    whole = make_answers(suite, "m")
    evaluation = Evaluation(suite, whole, [Trial(whole, figures)], Counts(60, 60, 0, 0, 0), {}, Settings())
    assert list_open(evaluation, "nDCG@10") == figures[:1]
    gender = suite.cases.attributes["gender"]
    assert find_open_queries(evaluation, figures[:1]).tolist() == (gender.codes == gender.names.index("f")).tolist()
