"""Rankings are evaluated as section "How cases are counted" of docs/explanation/lab.md says."""

from dataclasses import replace

import numpy as np
import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.measures.custom import metric
from interleaver.lab.terms.figure import Estimate, Verdict
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.builders import make_answers, make_suite
from tests.unit.lab.evaluation.rankings import answer, find, judge

SETTINGS = Settings(depths=(3, 5), resamples=200)
FOUR = {"q1": {"a": 1, "b": 2}, "q2": {"a": 1}, "q3": {"a": 1}, "q4": {}}


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value


def test_unanswered_queries_count_0_and_unjudged_ones_nothing_and_both_are_counted() -> None:
    suite = judge(FOUR)
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["x", "b", "a"], "q2": ["y"], "q4": ["a"]})], SETTINGS)
    values = [value(find(found, name).candidate) for name in ("P@3", "AP", "nDCG@3", "RR@3")]
    assert values == pytest.approx([0.222, 0.194, 0.223, 0.167], abs=5e-4)
    counts = found.counts
    assert (counts.judged, counts.answered, counts.missing, counts.unjudged, counts.all_zero) == (3, 3, 1, 1, 0)
    assert find(found, "P@3").n == 3


def test_queries_without_a_gain_stay_in_the_mean_and_are_counted() -> None:
    suite = judge({"q1": {"a": 1}, "q2": {"a": 0}})
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"], "q2": ["a"]})], SETTINGS)
    assert value(find(found, "success@3").candidate) == 0.5
    assert found.counts.all_zero == 1


def many(queries: int, right: int) -> dict[str, list[str]]:
    """Lists of which the first `right` begin with the relevant item, and the others end with it."""
    return {f"q{row}": ["a", "b", "c", "d"] if row < right else ["b", "c", "d", "a"] for row in range(queries)}


def test_a_candidate_that_is_better_is_told_and_its_difference_is_paired() -> None:
    suite = judge({f"q{row}": {"a": 1, "b": 0, "c": 0, "d": 0} for row in range(60)})
    found = evaluate_ranking(suite, answer(suite, many(60, 20)), [answer(suite, many(60, 40))], SETTINGS)
    figure = find(found, "success@3")
    assert [value(figure.champion), value(figure.candidate)] == pytest.approx([1 / 3, 2 / 3])
    assert figure.verdict is Verdict.BETTER
    assert figure.difference is not None
    assert figure.difference.low is not None
    assert 0.2 < figure.difference.low < 1 / 3


def test_a_candidate_worse_for_one_group_is_found_there() -> None:
    suite = judge(
        {f"q{row}": {"a": 1, "b": 0, "c": 0, "d": 0} for row in range(120)},
        {"genre": ["drama" if row < 40 else "comedy" for row in range(120)]},
    )
    candidate = {f"q{row}": ["b", "c", "d", "a"] if row < 40 else ["a", "b", "c", "d"] for row in range(120)}
    found = evaluate_ranking(suite, answer(suite, many(120, 40)), [answer(suite, candidate)], SETTINGS)
    assert find(found, "nDCG@3").verdict is Verdict.BETTER
    assert find(found, "nDCG@3", (("genre", "drama"),)).verdict is Verdict.WORSE
    assert find(found, "nDCG@3", (("genre", "comedy"),)).verdict is Verdict.BETTER


def test_a_verdict_that_depends_on_what_unjudged_items_are_is_not_told() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(60)})
    shown = {f"q{row}": ["x", "y", "z"] for row in range(60)}
    found = evaluate_ranking(
        suite, answer(suite, {f"q{row}": ["a"] for row in range(60)}), [answer(suite, shown)], SETTINGS
    )
    figure = find(found, "P@3")
    assert figure.verdict is Verdict.NOT_TOLD
    assert figure.why.startswith("depends on how unjudged items are counted: worse with them as 0, ")
    assert find(found, "judged@3").verdict is Verdict.WORSE


def test_a_suite_may_state_that_what_nobody_judged_is_unwanted_and_readers_are_told() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(60)}, unjudged_unwanted=True)
    shown = {f"q{row}": ["x", "y", "z"] for row in range(60)}
    found = evaluate_ranking(
        suite, answer(suite, {f"q{row}": ["a"] for row in range(60)}), [answer(suite, shown)], SETTINGS
    )
    assert find(found, "P@3").verdict is Verdict.WORSE
    assert any("on the word of suite.yaml" in words for words in found.trials[0].warnings)


def test_flips_are_a_share_and_rows_worst_first() -> None:
    grades = {"q1": {"a": 1, "b": 3}, "q2": {"a": 1}, "q3": {"a": 1}}
    suite = judge(grades)
    champion = answer(suite, {"q1": ["a"], "q2": ["a"], "q3": ["x"]})
    found = evaluate_ranking(suite, champion, [answer(suite, {"q1": ["x"], "q2": ["x"], "q3": ["a"]})], SETTINGS)
    flips = find(found, "flips")
    assert (flips.champion, flips.difference, flips.verdict) == (None, None, None)
    assert value(flips.candidate) == pytest.approx(2 / 3)
    assert [flip.case for flip in found.trials[0].flips] == ["q2", "q1"]
    assert found.trials[0].flips[0].champion == 1


def test_the_queries_that_lose_most_are_kept_for_people() -> None:
    suite = judge({f"q{row:02}": {"a": 1, "b": 3} for row in range(30)})
    champion = answer(suite, {f"q{row:02}": ["b", "a"] for row in range(30)})
    lists = {f"q{row:02}": ["b", "a"] if row < 5 else ["a", "b"] for row in range(30)} | {"q17": ["x"]}
    losses = evaluate_ranking(suite, champion, [answer(suite, lists)], SETTINGS).trials[0].losses
    assert len(losses) == 20
    assert (losses[0].case, losses[0].champion, losses[0].candidate) == ("q17", 1, 0)
    assert not {loss.case for loss in losses} & {f"q{row:02}" for row in range(5)}


def test_without_a_champion_the_lowest_queries_are_kept() -> None:
    suite = judge({"q1": {"a": 1}, "q2": {"a": 1}})
    losses = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"], "q2": ["x"]})], SETTINGS).trials[0].losses
    assert [(loss.case, loss.champion, loss.candidate) for loss in losses] == [("q2", None, 0)]


def test_no_flip_in_sixty_queries_may_be_six_in_a_hundred() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(60)})
    same = answer(suite, {f"q{row}": ["a"] for row in range(60)})
    flips = find(evaluate_ranking(suite, same, [same], SETTINGS), "flips").candidate
    assert flips is not None
    assert (flips.value, flips.low) == (0, 0)
    assert flips.high == pytest.approx(0.0596, abs=1e-4)  # Clopper and Pearson's interval of 0 out of 60


def test_two_queries_for_which_nothing_changed_pass_no_margin() -> None:
    suite = judge({"q1": {"a": 1}, "q2": {"a": 1}})
    shown = {query: ["a", "x"] for query in ("q1", "q2")}
    other = {query: ["a", "y"] for query in ("q1", "q2")}
    found = evaluate_ranking(suite, answer(suite, shown), [answer(suite, other)], SETTINGS)
    difference = find(found, "nDCG@3").difference
    assert difference is not None
    assert difference.low == pytest.approx(-(1 - 0.025 ** (1 / 2)))


def test_a_model_given_twice_is_said_and_no_difference_is_found() -> None:
    suite = make_suite(80)
    model = make_answers(suite, "http://model")
    found = evaluate_ranking(suite, model, [model], SETTINGS)
    assert found.trials[0].warnings == [
        "champion and candidate gave the same lists throughout: is one model given twice?"
    ]
    differences = {figure.metric: figure.difference for figure in found.trials[0].figures if figure.slice == ()}
    unseen = 1 - 0.025 ** (1 / find(found, "nDCG@5").units)
    assert differences["nDCG@5"] is not None
    assert differences["nDCG@5"].high == pytest.approx(unseen)
    assert differences["latency_p99_ms"] == Estimate(0, 0, 0)
    words = {figure.verdict for figure in found.trials[0].figures}
    assert words == {Verdict.NOT_TOLD_APART, None, Verdict.NOT_TOLD} or words == {Verdict.NOT_TOLD_APART, None}


def test_one_unit_has_values_and_no_interval() -> None:
    suite = judge({"q1": {"a": 1}, "q2": {"a": 1}}, units=["ann", "ann"])
    run = answer(suite, {"q1": ["a"], "q2": ["x", "a"]})
    figure = find(evaluate_ranking(suite, run, [run], SETTINGS), "RR@3")
    assert figure.candidate == Estimate(0.75)
    assert (figure.n, figure.units, figure.verdict) == (2, 1, Verdict.NOT_TOLD)
    assert figure.why == "one unit has no interval"


def test_a_group_of_missing_values_is_shown_and_small_ones_are_flagged() -> None:
    suite = judge(FOUR, {"age": ["30", None, "30", None]})
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"], "q2": ["a"], "q3": ["a"]})], SETTINGS)
    missing = find(found, "P@3", (("age", None),))
    assert (missing.n, missing.units) == (1, 1)
    assert find(found, "P@3", (("age", "30"),)).why == "few units: 2"


def test_a_slice_that_nobody_judged_is_not_told() -> None:
    suite = judge(FOUR, {"age": ["30", "30", "30", "50"]})
    run = answer(suite, {query: ["a"] for query in FOUR})
    figure = find(evaluate_ranking(suite, run, [run], SETTINGS), "P@3", (("age", "50"),))
    assert (figure.n, figure.candidate, figure.verdict, figure.why) == (
        0,
        None,
        Verdict.NOT_TOLD,
        "nothing in it was judged",
    )


def test_units_are_resampled_whole() -> None:
    grades = {f"q{row}": {"a": 1} for row in range(400)}
    run = {f"q{row}": ["a"] if row % 2 else ["x"] for row in range(400)}
    alone = judge(grades)
    # Two queries of one person are the same answer twice: 200 units, and an interval wider by the root of 2.
    paired = judge(grades, units=[f"{row // 4}-{row % 2}" for row in range(400)])
    widths = []
    for suite in (alone, paired):
        found = find(
            evaluate_ranking(suite, None, [answer(suite, run)], replace(SETTINGS, resamples=4000)), "P@3"
        ).candidate
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[1] / widths[0] == pytest.approx(2**0.5, rel=0.1)


def test_a_case_counts_as_much_as_its_weight_says() -> None:
    suite = judge({"q1": {"a": 1}, "q2": {"a": 1}}, weights=np.array([3.0, 1.0]))
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"], "q2": ["x"]})], SETTINGS)
    assert value(find(found, "success@3").candidate) == 0.75


def test_errors_are_counts_and_told_as_they_stand() -> None:
    suite = judge(FOUR)
    champion = answer(suite, {query: ["a"] for query in FOUR})
    states = champion.states.copy()
    states[:2] = State.FAILED, State.NOT_ASKED
    found = evaluate_ranking(suite, champion, [replace(champion, states=states)], SETTINGS)
    errors = find(found, "errors")
    assert (errors.champion, errors.candidate, errors.verdict) == (Estimate(0), Estimate(1), Verdict.WORSE)
    assert found.partial


def test_times_are_those_of_cases_that_all_models_answered() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(100)})
    run = {f"q{row}": ["a"] for row in range(100)}
    times = np.arange(1.0, 101.0)
    found = evaluate_ranking(
        suite,
        answer(suite, run, milliseconds=times),
        [answer(suite, {f"q{row}": ["a"] for row in range(50)}, milliseconds=times * 2)],
        SETTINGS,
    )
    figure = find(found, "latency_p50_ms")
    assert (value(figure.champion), value(figure.candidate), value(figure.difference)) == (25, 50, -25)
    assert (figure.n, figure.verdict) == (50, Verdict.WORSE)


def test_times_are_those_of_answers_that_were_timed() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(100)})
    run = {f"q{row}": ["a"] for row in range(100)}
    times = np.arange(1.0, 101.0)
    half = np.where(times % 2, times, np.nan)
    found = evaluate_ranking(
        suite, answer(suite, run, milliseconds=times), [answer(suite, run, milliseconds=half)], SETTINGS
    )
    figure = find(found, "latency_p50_ms")
    assert (value(figure.champion), value(figure.candidate), value(figure.difference)) == (49, 49, 0)
    assert (figure.n, figure.units) == (50, 50)


def test_a_run_without_times_and_sizes_has_neither_figure() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(40)})
    run = {query: ["a"] for query in suite.cases.ids}
    silent = answer(suite, run, milliseconds=np.full(40, np.nan), sizes=np.zeros(40, dtype=np.int64))
    found = evaluate_ranking(suite, answer(suite, run), [silent], SETTINGS)
    for name, words in (("latency_p99_ms", "no answer was timed"), ("answer_bytes", "no answer has a size")):
        figure = find(found, name)
        assert (figure.n, figure.units, figure.champion, figure.candidate, figure.why) == (0, 0, None, None, words)


def test_a_metric_that_a_gate_asks_for_is_measured_beside() -> None:
    suite = judge(FOUR)
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a", "x", "b"]})], replace(SETTINGS, metrics=("R@2",)))
    assert value(find(found, "R@2").candidate) == pytest.approx(1 / 6)
    assert "R@2" in found.metrics


def test_an_unknown_metric_is_refused_with_the_nearest() -> None:
    suite = judge(FOUR)
    with pytest.raises(Unusable, match="no metric is called 'nDGC@5'; did you mean nDCG@5"):
        evaluate_ranking(suite, None, [answer(suite, {})], replace(SETTINGS, metrics=("nDGC@5",)))


def test_err_without_a_stated_maximum_grade_is_not_guessed() -> None:
    suite = judge(FOUR, maximum_grade=None)
    figure = find(evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"]})], SETTINGS), "ERR@3")
    assert figure.candidate is None
    assert figure.why == "suite.yaml states no maximumGrade, which is never guessed"


def test_a_gain_above_the_maximum_grade_is_refused() -> None:
    suite = judge(FOUR, maximum_grade=1)
    with pytest.raises(Unusable, match=r"query q1 has a gain of 2; suite.yaml states a maximumGrade of 1"):
        evaluate_ranking(suite, None, [answer(suite, {})], SETTINGS)


def test_a_suite_without_judgments_is_refused() -> None:
    suite = judge({"q1": {}})
    with pytest.raises(Unusable, match="has no judgments"):
        evaluate_ranking(suite, None, [answer(suite, {})], SETTINGS)


@metric(name="first_gain", direction="higher")
def first_gain(ranked: np.ndarray, ideal: np.ndarray) -> float:
    """Gain of the first item against the best there is."""
    return float(ranked[0] / ideal[0])


def test_a_metric_of_the_teams_own_is_measured_on_every_slice() -> None:
    suite = judge({"q1": {"a": 1, "b": 2}, "q2": {"a": 2}}, {"age": ["30", "50"]})
    found = evaluate_ranking(suite, None, [answer(suite, {"q1": ["a"], "q2": ["a"]})], SETTINGS, [first_gain])
    assert value(find(found, "first_gain").candidate) == 0.75
    assert value(find(found, "first_gain", (("age", "30"),)).candidate) == 0.5


def test_what_a_teams_own_metric_does_wrong_is_told_and_ends_nothing() -> None:
    suite = judge({"q1": {"a": 1}})
    found = evaluate_ranking(suite, None, [answer(suite, {})], SETTINGS, [first_gain])
    figure = find(found, "first_gain")
    assert figure.candidate is None
    assert figure.why.startswith("first_gain raised IndexError")
    assert find(found, "P@3").candidate is not None


def test_the_same_seed_gives_the_same_figures() -> None:
    suite = make_suite(60)
    models = [make_answers(suite, name, seed=seed) for seed, name in enumerate("ab")]
    first, second = (evaluate_ranking(suite, models[0], models[1:], SETTINGS) for _ in range(2))
    assert first.trials[0].figures == second.trials[0].figures


def test_one_flip_in_three_hundred_queries_may_be_two_in_a_hundred() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(300)})
    champion = answer(suite, {f"q{row}": ["a"] for row in range(300)})
    candidate = answer(suite, {f"q{row}": ["a"] if row else ["x"] for row in range(300)})
    flips = find(evaluate_ranking(suite, champion, [candidate], SETTINGS), "flips").candidate
    assert flips is not None
    assert flips.high == pytest.approx(0.0184, abs=1e-3)  # Clopper and Pearson; percentiles of resamples say 0.01


def test_a_difference_of_few_queries_is_not_told_and_never_without_width() -> None:
    suite = judge({f"q{row}": {"a": 1} for row in range(100)})
    champion = answer(suite, {f"q{row}": ["a"] if row > 3 else ["x"] for row in range(100)})
    candidate = answer(suite, {f"q{row}": ["a"] for row in range(100)})
    figure = find(evaluate_ranking(suite, champion, [candidate], SETTINGS), "success@3")
    assert figure.verdict is Verdict.NOT_TOLD_APART
    assert figure.p_value == pytest.approx(2.0**-3)
    assert figure.difference is not None
    assert figure.difference.low is not None
    assert figure.difference.low < 0.04 < (figure.difference.high or 0)


def test_people_who_do_not_count_are_not_among_the_units_and_make_no_interval_narrower() -> None:
    """Eight people of a hundred have a weight: what is told is what those eight tell alone."""
    names = [f"q{row}" for row in range(100)]
    lists = {name: ["a", "b"] if row % 2 else ["b", "a"] for row, name in enumerate(names)}
    weights = np.array([1.0 if row < 8 else 0.0 for row in range(100)])
    suite = judge({name: {"a": 1, "b": 0} for name in names}, weights=weights)
    alone = judge({name: {"a": 1, "b": 0} for name in names[:8]})
    found, wanted = (
        find(evaluate_ranking(one, None, [answer(one, {n: lists[n] for n in one.cases.ids})], SETTINGS), "nDCG@3")
        for one in (suite, alone)
    )
    assert (found.units, wanted.units) == (8, 8)
    assert value(found.candidate) == pytest.approx(value(wanted.candidate))
    assert measure_width(found.candidate) == pytest.approx(measure_width(wanted.candidate), rel=0.25)


def measure_width(estimate: Estimate | None) -> float:
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low
