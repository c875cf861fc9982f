"""Models that score samples are measured, compared and cut into groups."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, f1_score, precision_score, roc_auc_score

from interleaver.lab.asking.answers import State
from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.measures.thresholds import split_units
from interleaver.lab.terms.figure import WHOLE, Slice, Verdict
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.measures.classifier import score_tumours

from .rankings import find
from .score_suites import make_answers, make_suite

QUICK = Settings(resamples=200)
DATA = score_tumours()
SUITE = make_suite(DATA.labels, threshold=0.5)


def value(evaluation: Evaluation, metric: str, cut: Slice = WHOLE) -> float:
    estimate = find(evaluation, metric, cut).candidate
    assert estimate is not None
    return estimate.value


def test_figures_at_the_suites_threshold_are_those_of_scikit_learn_on_public_data() -> None:
    evaluation = evaluate_scoring(SUITE, None, [make_answers(DATA.scores)], QUICK)
    taken = DATA.scores >= 0.5
    (passes, alarms), (misses, hits) = confusion_matrix(DATA.labels, taken)
    wanted = {
        "precision": precision_score(DATA.labels, taken),
        "recall": hits / (hits + misses),
        "F1": f1_score(DATA.labels, taken),
        "FPR": alarms / (alarms + passes),
        "FNR": misses / (hits + misses),
        "AUC": roc_auc_score(DATA.labels, DATA.scores),
        "average_precision": average_precision_score(DATA.labels, DATA.scores),
    }
    assert {name: value(evaluation, name) for name in wanted} == pytest.approx(wanted)
    assert {find(evaluation, name).n for name in wanted} == {569}
    assert evaluation.metrics["FNR"].direction.sign == -1


def test_a_threshold_is_chosen_on_one_half_of_the_units_and_measured_on_the_other() -> None:
    units = np.arange(569) // 3
    suite = make_suite(DATA.labels, units=units)
    evaluation = evaluate_scoring(suite, None, [make_answers(DATA.scores)], QUICK)
    half = split_units(190, QUICK.seed)[units]
    threshold = evaluation.trials[0].thresholds["FPR=0.1"]
    measured = DATA.labels[~half] == 1
    missed = (DATA.scores[~half][measured] < threshold).mean()
    assert value(evaluation, "FNR@FPR=0.1") == pytest.approx(missed)
    assert ((DATA.scores[half] >= threshold) & (DATA.labels[half] == 0)).sum() <= 0.1 * (DATA.labels[half] == 0).sum()
    figure = find(evaluation, "FNR@FPR=0.1")
    assert (figure.n, figure.units) == (int((~half).sum()), len(set(units[~half][measured])))
    assert set(evaluation.trials[0].thresholds) >= {"EER", "FPR=0.1"}


def test_each_model_is_measured_at_its_own_threshold() -> None:
    suite = make_suite(DATA.labels)
    evaluation = evaluate_scoring(suite, make_answers(DATA.scores), [make_answers(DATA.scores / 10 + 3)], QUICK)
    (trial,) = evaluation.trials
    assert trial.thresholds["EER"] == pytest.approx(trial.champion_thresholds["EER"] / 10 + 3)
    for metric in ("FNR", "precision", "AUC", "FNR@FPR=0.1"):
        difference = find(evaluation, metric).difference
        assert difference is not None
        assert difference.value == pytest.approx(0, abs=1e-12)
    assert trial.flips == []


def test_a_rate_that_half_of_the_units_cannot_show_is_told_only_where_it_was_asked_for_and_then_why() -> None:
    suite = make_suite([0, 1] * 60)
    answers = make_answers(np.linspace(0, 1, 120))
    assert "FNR@FPR=0.01" not in evaluate_scoring(suite, None, [answers], QUICK).metrics
    asked = evaluate_scoring(suite, None, [answers], replace(QUICK, metrics=("FNR@FPR=0.01",)))
    figure = find(asked, "FNR@FPR=0.01")
    assert figure.candidate is None
    assert figure.why.startswith("a threshold for FPR=0.01 is chosen on half of the units, and needs 100 samples with ")


def test_a_sample_without_an_answer_counts_as_wrong_and_is_counted_apart() -> None:
    suite = make_suite([1, 1, 0, 0], threshold=0.5)
    states = [State.REFUSED, State.ANSWERED, State.UNREADABLE, State.ANSWERED]
    evaluation = evaluate_scoring(suite, None, [make_answers([0.9, 0.9, 0.1, 0.1], states)], QUICK)
    assert (value(evaluation, "FNR"), value(evaluation, "FPR"), value(evaluation, "AUC")) == (0.5, 0.5, 0.25)
    assert value(evaluation, "Brier") == pytest.approx((1 + 0.01 + 1 + 0.01) / 4)
    assert (evaluation.counts.answered, evaluation.counts.missing) == (2, 2)
    assert "candidate: 2 samples have no answer, and count as wrong at every threshold" in evaluation.trials[0].warnings


def test_a_group_of_one_class_has_no_area_and_says_so() -> None:
    genders = ["f" if known else None for known in DATA.labels]
    suite = make_suite(DATA.labels, attributes={"gender": genders}, threshold=0.5)
    evaluation = evaluate_scoring(suite, make_answers(DATA.scores), [make_answers(DATA.scores)], QUICK)
    for metric in ("AUC", "average_precision", "EER", "FPR"):
        figure = find(evaluation, metric, (("gender", "f"),))
        assert (figure.champion, figure.candidate, figure.verdict) == (None, None, Verdict.NOT_TOLD)
        assert figure.why in ("all samples of the group have label 1", "no sample with label 0")
    assert find(evaluation, "FPR", (("gender", None),)).candidate is not None


def test_precision_of_one_class_would_be_that_of_any_model_and_is_not_told() -> None:
    genders = ["f" if known else "m" for known in DATA.labels]
    suite = make_suite(DATA.labels, attributes={"gender": genders}, threshold=0.5)
    evaluation = evaluate_scoring(suite, make_answers(DATA.scores), [make_answers(DATA.scores**2)], QUICK)
    for metric in ("precision", "F1"):
        for gender, known in (("f", 1), ("m", 0)):
            figure = find(evaluation, metric, (("gender", gender),))
            assert (figure.champion, figure.candidate, figure.difference) == (None, None, None)
            assert figure.why == f"all samples of the group have label {known}"
        assert find(evaluation, metric).candidate is not None


def test_units_are_those_that_carry_the_figure_and_n_is_all_that_was_looked_at() -> None:
    scores = np.where(np.arange(200) < 6, 0.9, 0.1)
    evaluation = evaluate_scoring(
        make_suite(np.arange(200) < 8, threshold=0.5), make_answers(scores), [make_answers(np.sqrt(scores))], QUICK
    )
    # Both take the same 6 as 1: the square root of 0.1 is below the threshold, too.
    carried = {"FNR": 8, "recall": 8, "FPR": 192, "precision": 6, "F1": 8, "AUC": 8, "EER": 8, "Brier": 200}
    assert {name: find(evaluation, name).units for name in carried} == carried
    assert {find(evaluation, name).n for name in carried} == {200}
    assert find(evaluation, "FNR").why == "few units: 8"


def test_of_two_models_the_units_are_those_of_the_one_that_has_fewer() -> None:
    labels, scores = np.arange(200) < 100, np.linspace(1, 0, 200)
    champion, candidate = make_answers(scores), make_answers(np.where(np.arange(200) < 40, scores, 0.1))
    evaluation = evaluate_scoring(make_suite(labels, threshold=0.5), champion, [candidate], QUICK)
    assert find(evaluation, "precision").units == 40


def test_a_group_of_one_unit_has_a_value_and_no_interval() -> None:
    suite = make_suite([0, 1] * 20, units=[0] * 4 + list(range(1, 37)), attributes={"a": ["x"] * 4 + ["y"] * 36})
    scores = np.random.default_rng(0).random(40)
    evaluation = evaluate_scoring(suite, make_answers(scores), [make_answers(scores**2)], QUICK)
    figure = find(evaluation, "AUC", (("a", "x"),))
    assert figure.candidate is not None
    assert figure.candidate.low is None
    assert (figure.verdict, figure.why, figure.units) == (Verdict.NOT_TOLD, "one unit has no interval", 1)


def test_every_attribute_every_pair_and_what_was_asked_for_is_a_slice() -> None:
    attributes = {name: ["x", "y", None, "x"] * 10 for name in "abc"}
    suite = make_suite([0, 1] * 20, attributes=attributes)
    settings = replace(QUICK, cuts=(("a", "b", "c"),))
    evaluation = evaluate_scoring(suite, None, [make_answers(np.linspace(0, 1, 40))], settings)
    assert {tuple(name for name, _ in one) for one in evaluation.slices} == {
        (), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")
    }  # fmt: skip
    assert {figure.slice for figure in evaluation.trials[0].figures} == set(evaluation.slices)


def test_a_model_against_itself_is_nowhere_told_apart() -> None:
    suite = make_suite(DATA.labels, attributes={"a": ["x", "y", None] * 189 + ["x", "y"]}, threshold=0.5)
    evaluation = evaluate_scoring(suite, make_answers(DATA.scores), [make_answers(DATA.scores)], QUICK)
    verdicts = {figure.verdict for figure in evaluation.trials[0].figures if figure.metric != "flips"}
    assert verdicts == {Verdict.NOT_TOLD_APART}
    assert value(evaluation, "flips") == 0
    assert find(evaluation, "flips").verdict is None


def test_a_small_gain_on_the_same_samples_is_told_because_the_comparison_is_paired() -> None:
    draw = np.random.default_rng(3)
    labels = draw.integers(0, 2, 400)
    scores = draw.normal(size=400) + labels
    suite = make_suite(labels)
    evaluation = evaluate_scoring(suite, make_answers(scores), [make_answers(scores + 0.15 * labels)], QUICK)
    figure = find(evaluation, "AUC")
    assert figure.verdict is Verdict.BETTER
    assert figure.champion is not None
    assert figure.champion.high is not None
    assert value(evaluation, "AUC") < figure.champion.high, "apart, the intervals overlap"


def test_positive_is_better_whatever_the_direction() -> None:
    suite = make_suite([0, 1] * 50, threshold=0.5)
    scores = np.array([0.1, 0.9] * 50)
    worse = np.where(np.arange(100) % 5 == 0, 1 - scores, scores)
    evaluation = evaluate_scoring(suite, make_answers(scores), [make_answers(worse)], QUICK)
    for metric in ("FPR", "FNR", "recall", "Brier", "EER"):
        difference = find(evaluation, metric).difference
        assert difference is not None
        assert difference.value < 0, metric


def test_flips_are_what_was_right_and_is_wrong_and_the_farthest_stands_first() -> None:
    suite = make_suite([1, 1, 0, 0, 1], threshold=0.5)
    states = [State.ANSWERED] * 4 + [State.FAILED]
    candidate = make_answers([0.4, 0.9, 0.9, 0.1, 0.9], states)
    evaluation = evaluate_scoring(suite, make_answers([0.9, 0.1, 0.1, 0.1, 0.9]), [candidate], QUICK)
    assert [(flip.case, flip.metric, flip.candidate) for flip in evaluation.trials[0].flips] == [
        ("s4", "answered", 0.0),
        ("s2", "score", 0.9),
        ("s0", "score", 0.4),
    ]
    assert value(evaluation, "flips") == pytest.approx(3 / 5)


def test_a_weight_counts_as_so_many_samples() -> None:
    weights = np.arange(569) % 3
    weighted = evaluate_scoring(
        make_suite(DATA.labels, weights=weights, threshold=0.5), None, [make_answers(DATA.scores)], QUICK
    )
    rows = np.repeat(np.arange(569), weights)
    repeated = evaluate_scoring(
        make_suite(DATA.labels[rows], units=rows, threshold=0.5), None, [make_answers(DATA.scores[rows])], QUICK
    )
    for metric in ("AUC", "average_precision", "EER", "FNR", "F1", "Brier", "ECE"):
        assert value(weighted, metric) == pytest.approx(value(repeated, metric)), metric


def test_several_candidates_are_each_compared_with_the_champion_as_alone() -> None:
    champion, one, other = (make_answers(DATA.scores**power) for power in (1, 2, 3))
    together = evaluate_scoring(SUITE, champion, [one, other], QUICK)
    assert together.trials[0].figures == evaluate_scoring(SUITE, champion, [one], QUICK).trials[0].figures
    assert together.trials[1].figures == evaluate_scoring(SUITE, champion, [other], QUICK).trials[0].figures


def test_attacks_are_told_by_kind_and_the_worst_is_named() -> None:
    attacks = [None] * 20 + ["print"] * 10 + ["mask"] * 10
    suite = make_suite([1] * 20 + [0] * 20, attacks=attacks, threshold=0.5)
    scores = [0.9] * 18 + [0.1] * 2 + [0.9] * 1 + [0.1] * 9 + [0.9] * 4 + [0.1] * 6
    evaluation = evaluate_scoring(suite, None, [make_answers(scores)], QUICK)
    found = {name: value(evaluation, name) for name in ("APCER", "APCER:print", "APCER:mask", "BPCER")}
    assert found == pytest.approx({"APCER": 0.4, "APCER:print": 0.1, "APCER:mask": 0.4, "BPCER": 0.1})
    assert "candidate: the worst kind of attack is mask (APCER 0.4)" in evaluation.trials[0].warnings


def test_scores_that_are_no_probabilities_have_no_calibration() -> None:
    answers = make_answers(DATA.scores * 2)
    assert "Brier" not in evaluate_scoring(SUITE, None, [answers], QUICK).metrics
    asked = evaluate_scoring(SUITE, None, [answers], replace(QUICK, metrics=("Brier",)))
    assert find(asked, "Brier").why == "not all scores lie in [0, 1], so that they are no probabilities"


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        (("AUCC",), "metrics: no metric is called 'AUCC'; did you mean AUC"),
        (("nDCG@10",), "metrics: no metric is called 'nDCG@10'"),
        (("FNR@FPR=2",), "metrics: no metric is called 'FNR@FPR=2'"),
        (("cost@FP=0,FN=0",), "metrics: no metric is called 'cost@FP=0,FN=0'"),
        (("APCER:mask",), "metrics: APCER:mask is of a kind of attack that no sample has; the suite has no attacks"),
    ],
)
def test_a_metric_that_there_is_not_is_refused(metrics: tuple[str, ...], said: str) -> None:
    with pytest.raises(Unusable) as refused:
        evaluate_scoring(SUITE, None, [make_answers(DATA.scores)], replace(QUICK, metrics=metrics))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("score", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_refused_and_never_ordered(score: float) -> None:
    with pytest.raises(Unusable, match=r"the score of sample 2 is (nan|inf); a score has to be a finite number"):
        evaluate_scoring(make_suite([0, 1]), None, [make_answers([0.1, score])], QUICK)


def test_what_takes_a_champion_is_not_told_without_one() -> None:
    evaluation = evaluate_scoring(SUITE, None, [make_answers(DATA.scores)], replace(QUICK, metrics=("flips",)))
    assert (find(evaluation, "flips").candidate, find(evaluation, "flips").why) == (None, "takes a champion to measure")


def test_corner_cases_that_a_gate_asks_for_are_counted_elsewhere() -> None:
    settings = replace(QUICK, metrics=("corner_failures",))
    assert "corner_failures" not in evaluate_scoring(SUITE, None, [make_answers(DATA.scores)], settings).metrics


def test_times_and_sizes_of_answers_and_errors_are_figures_too() -> None:
    states = [State.FAILED] + [State.ANSWERED] * 568
    evaluation = evaluate_scoring(SUITE, make_answers(DATA.scores), [make_answers(DATA.scores, states)], QUICK)
    assert [value(evaluation, name) for name in ("latency_p50_ms", "latency_p99_ms", "answer_bytes", "errors")] == [
        1, 1, 10, 1
    ]  # fmt: skip
    assert find(evaluation, "errors").verdict is Verdict.WORSE


def test_sizes_are_those_of_answers_alone_in_number_too() -> None:
    states = [State.REFUSED] * 560 + [State.ANSWERED] * 9
    evaluation = evaluate_scoring(SUITE, None, [make_answers(DATA.scores, states)], QUICK)
    figure = find(evaluation, "answer_bytes")
    assert (value(evaluation, "answer_bytes"), figure.n, figure.units) == (10, 9, 9)
    assert find(evaluation, "errors").n == 569


def test_a_model_given_twice_is_said() -> None:
    evaluation = evaluate_scoring(SUITE, make_answers(DATA.scores), [make_answers(DATA.scores)], QUICK)
    assert evaluation.trials[0].warnings == [
        "champion and candidate gave the same scores throughout: is one model given twice?"
    ]


def test_scores_that_are_upside_down_or_all_alike_are_said() -> None:
    champion, candidate = make_answers(-DATA.scores), make_answers(np.ones(569))
    assert evaluate_scoring(SUITE, champion, [candidate], QUICK).trials[0].warnings == [
        "candidate: all scores are 1; nothing can be told from them",
        "champion: AUC is below 0.5; is the greater score that of label 0?",
    ]


def test_a_small_group_is_measured_and_flagged() -> None:
    suite = make_suite([0, 1] * 50, attributes={"a": ["x"] * 10 + ["y"] * 90}, threshold=0.5)
    evaluation = evaluate_scoring(suite, None, [make_answers(np.random.default_rng(0).random(100))], QUICK)
    figure = find(evaluation, "AUC", (("a", "x"),))
    assert figure.candidate is not None
    assert figure.candidate.low is not None
    assert figure.why == "few units: 5"
    assert find(evaluation, "AUC", (("a", "y"),)).why == ""


def test_two_models_without_an_error_are_not_told_to_be_equal_by_a_few_samples() -> None:
    suite = make_suite([0, 1] * 10, threshold=0.5)
    evaluation = evaluate_scoring(suite, make_answers([0.1, 0.9] * 10), [make_answers([0.2, 0.8] * 10)], QUICK)
    difference = find(evaluation, "FNR").difference
    assert difference is not None
    assert difference.low is not None
    assert difference.low < -0.3


def test_a_cost_that_no_sample_of_a_group_shows_may_be_there_all_the_same() -> None:
    """A hundred samples of which the candidate takes ten more for 1, and no model misses any: a miss costs 100."""
    labels = np.array([1] * 50 + [0] * 150)
    candidate = np.where(np.arange(200) % 15 == 5, 0.9, labels * 0.8 + 0.1)
    suite = make_suite(labels)
    settings = replace(QUICK, metrics=("cost@FP=1,FN=100",))
    evaluation = evaluate_scoring(suite, make_answers(labels * 0.8 + 0.1), [make_answers(candidate)], settings)
    figure = find(evaluation, "cost@FP=1,FN=100")
    assert figure.difference is not None
    assert figure.difference.low is not None
    assert figure.difference.high is not None
    assert figure.difference.low < figure.difference.value - 1
    assert figure.verdict is Verdict.NOT_TOLD_APART


def test_an_empty_suite_tells_nothing_and_says_why() -> None:
    evaluation = evaluate_scoring(make_suite([]), None, [make_answers([])], QUICK)
    assert {figure.candidate for figure in evaluation.trials[0].figures if figure.metric != "errors"} == {None}
    assert find(evaluation, "AUC").why == "no sample"
