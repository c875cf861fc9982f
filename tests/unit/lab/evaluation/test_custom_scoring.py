"""A team's own metrics stand beside those of the lab, on every slice, and what they do wrong ends nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.measures.custom import CustomMetric, metric
from interleaver.lab.measures.rates import decide
from interleaver.lab.terms.figure import WHOLE, Slice, Verdict
from tests.unit.lab.measures.classifier import score_tumours

from .rankings import find
from .score_suites import make_answers, make_suite

DATA = score_tumours()
GROUPS = ["x", "y", None] * 189 + ["x", "y"]
SUITE = make_suite(DATA.labels, attributes={"a": GROUPS}, threshold=0.5)
QUICK = Settings(resamples=100)


@metric(name="wrong", direction="lower")
def wrong(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Mapping[str, Any]) -> float:
    """Share of wrong decisions."""
    return float(np.average((scores >= threshold) != labels, weights=weights))


def evaluate(*customs: CustomMetric, metrics: tuple[str, ...] = ()) -> Evaluation:
    champion, candidate = make_answers(DATA.scores), make_answers(1 - DATA.scores)
    return evaluate_scoring(SUITE, champion, [candidate], replace(QUICK, metrics=metrics), customs)


@pytest.mark.parametrize("cut", [WHOLE, (("a", "x"),), (("a", None),)])
def test_it_is_measured_of_both_models_on_every_slice_with_an_interval(cut: Slice) -> None:
    figure = find(evaluate(wrong), "wrong", cut)
    rows = np.array([cut == WHOLE or value == cut[0][1] for value in GROUPS])
    counts = decide(DATA.labels[rows], DATA.scores[rows], 0.5).sum(axis=0)
    assert figure.champion is not None
    assert figure.champion.value == pytest.approx((counts[1] + counts[2]) / rows.sum())
    assert figure.champion.low is not None
    assert figure.champion.high is not None
    assert figure.champion.low < figure.champion.value < figure.champion.high
    assert figure.verdict is Verdict.WORSE


def test_its_resamples_are_those_of_the_labs_own_metrics() -> None:
    @metric(name="own_brier", direction="lower")
    def own_brier(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Any) -> float:
        """Mean squared error."""
        return float(np.average((labels - scores) ** 2, weights=weights))

    evaluation = evaluate(own_brier)
    own, ours = find(evaluation, "own_brier"), find(evaluation, "Brier")
    for mine, theirs in ((own.champion, ours.champion), (own.difference, ours.difference)):
        assert mine is not None
        assert theirs is not None
        assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high))


def test_it_sees_the_attributes_of_its_samples() -> None:
    @metric(name="missing", direction="lower")
    def missing(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Mapping[str, Any]) -> float:
        """Share of samples whose attribute is missing."""
        return float(np.mean([value is None for value in attributes["a"]]))

    estimate = find(evaluate(missing), "missing").candidate
    assert estimate is not None
    assert estimate.value == pytest.approx(189 / 569)


def test_a_gate_may_ask_for_it_by_name() -> None:
    assert "wrong" in evaluate(wrong, metrics=("wrong",)).metrics


def test_where_the_suite_has_no_threshold_it_gets_the_chosen_one_and_the_other_half() -> None:
    seen: list[tuple[int, float]] = []

    @metric(name="seen", direction="lower")
    def see(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Any) -> float:
        """How many samples there are."""
        seen.append((len(labels), threshold))
        return float(weights.sum())

    evaluation = evaluate_scoring(make_suite(DATA.labels), None, [make_answers(DATA.scores)], QUICK, [see])
    assert set(seen) == {(285, evaluation.trials[0].thresholds["EER"])}


def raise_it(labels: Any) -> float:
    raise LookupError("no such country")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (raise_it, "broken raised LookupError: no such country ("),
        (lambda labels: float("nan"), "broken returned nan ("),
        (lambda labels: "much", "broken raised ValueError: could not convert string to float: 'much' ("),
        (lambda labels: None, "broken raised TypeError: "),
    ],
    ids=["raises", "NaN", "text", "nothing"],
)
def test_what_it_does_wrong_is_told_on_its_own_figures_with_file_and_line(
    work: Callable[[Any], Any], said: str
) -> None:
    @metric(name="broken", direction="lower")
    def broken(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Any) -> Any:
        """Breaks."""
        return work(labels)

    evaluation = evaluate(broken, wrong)
    figure = find(evaluation, "broken")
    assert (figure.candidate, figure.verdict) == (None, Verdict.NOT_TOLD)
    assert figure.why.startswith(said)
    assert f"({__file__}, line " in figure.why
    assert find(evaluation, "wrong").candidate is not None


def test_a_value_that_some_resamples_lack_has_no_interval_where_they_are_many() -> None:
    @metric(name="picky", direction="lower")
    def picky(labels: Any, scores: Any, weights: Any, threshold: float, attributes: Any) -> float:
        """Refuses what is drawn."""
        return 0.5 if weights.max() == 1 else float("nan")

    figure = find(evaluate(picky), "picky")
    assert figure.candidate is not None
    assert (figure.candidate.value, figure.candidate.low) == (0.5, None)
    assert figure.why == "no interval: only 0 resamples had a value"


@pytest.mark.parametrize(("samples", "verdict"), [(29, Verdict.NOT_TOLD), (30, Verdict.NOT_TOLD_APART)])
def test_two_models_that_nowhere_differ_in_it_are_not_told_apart_by_thirty_units_and_not_told_by_fewer(
    samples: int, verdict: Verdict
) -> None:
    suite = make_suite(np.arange(samples) % 2, threshold=0.5)
    scores = np.random.default_rng(0).random(samples)
    evaluation = evaluate_scoring(suite, make_answers(scores), [make_answers(scores)], QUICK, [wrong])
    assert find(evaluation, "wrong").verdict is verdict
