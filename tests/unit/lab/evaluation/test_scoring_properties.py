"""Whatever a scoring suite and its answers are, an evaluation comes out, and its figures fit each other."""

from dataclasses import dataclass
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.document import make_document
from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Estimate, Figure, Verdict

from .score_suites import make_answers, make_suite

ASKED = (
    "FNR@FPR=0.1",
    "FPR@FPR=0.5",
    "precision@precision=0.9",
    "F1@EER",
    "cost@FP=1,FN=10",
    "APCER",
    "BPCER",
    "Brier",
)
# The last ones are as great, as small and as far apart as a suite may have them (`suites.weights`).
WEIGHTS = ([0.0, 0.5, 1.0, 3.0], [0.0, 1e-9, 1e-4, 1.0], [1.0, 1e3, 1e9], [1e-9, 3e-9])
STATES = st.sampled_from([State.ANSWERED] * 8 + [State.REFUSED, State.FAILED, State.UNREADABLE, State.NOT_ASKED])


@dataclass(frozen=True)
class Case:
    suite: Suite
    champion: Answers | None
    candidate: Answers


@st.composite
def cases(draw: st.DrawFn) -> Case:
    size = draw(st.integers(1, 25))  # a suite without rows is refused where it is read

    def each(values: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(values, min_size=size, max_size=size))

    def answer() -> Answers:
        scores = each(st.sampled_from([-5.0, 0.0, 0.25, 0.5, 1.0]) | st.floats(-1e300, 1e300, width=64))
        return make_answers(np.array(scores, dtype=float), [State(int(str(one))) for one in each(STATES)])

    _, units = np.unique(np.array(each(st.integers(0, 6)), dtype=int), return_inverse=True)
    suite = make_suite(
        np.array(each(st.integers(0, 1)), dtype=int),
        units=units,
        attributes={"a": each(st.sampled_from(["x", "y", None])), "b": each(st.sampled_from(["u", None]))},  # type: ignore[dict-item]
        attacks=draw(st.none() | st.just(each(st.sampled_from([None, None, "print", "mask"])))),  # type: ignore[arg-type]
        weights=draw(st.none() | st.sampled_from(WEIGHTS).map(lambda some: each(st.sampled_from(some)))),  # type: ignore[arg-type]
        threshold=draw(st.none() | st.sampled_from([0.0, 0.5])),
    )
    return Case(suite, draw(st.none() | st.just(answer())), answer())


def evaluate(case: Case) -> Evaluation:
    return evaluate_scoring(case.suite, case.champion, [case.candidate], Settings(resamples=20, metrics=ASKED))


@settings(max_examples=20, deadline=None)
@given(cases())
def test_an_evaluation_comes_out_whose_figures_are_numbers_within_their_intervals(case: Case) -> None:
    evaluation = evaluate(case)
    (trial,) = evaluation.trials
    names = [(figure.metric, figure.slice) for figure in trial.figures]
    assert sorted(names, key=str) == sorted(
        ((metric, one) for metric in evaluation.metrics for one in evaluation.slices), key=str
    )
    for figure in trial.figures:
        check(figure, evaluation)
    assert make_document(evaluation)["figures"]


def check(figure: Figure, evaluation: Evaluation) -> None:
    """A figure that is told has finite ends around its value; one that is not says why."""
    for estimate in (figure.champion, figure.candidate, figure.difference):
        if estimate is not None:
            check_estimate(estimate)
    if figure.candidate is None or figure.verdict is Verdict.NOT_TOLD:
        assert figure.why, figure
    if evaluation.champion is None:
        assert (figure.champion, figure.difference, figure.verdict) == (None, None, None)
    if figure.verdict in (Verdict.BETTER, Verdict.WORSE) and evaluation.metrics[figure.metric].sampled:
        assert figure.difference is not None
        assert figure.difference.low is not None
        assert figure.difference.high is not None
        assert not figure.difference.low <= 0 <= figure.difference.high


def check_estimate(estimate: Estimate) -> None:
    assert np.isfinite(estimate.value)
    if estimate.low is not None and estimate.high is not None:
        slack = 1e-9 * max(1.0, abs(estimate.value))
        assert estimate.low - slack <= estimate.value <= estimate.high + slack


@settings(max_examples=10, deadline=None)
@given(cases(), st.randoms())
def test_the_order_of_samples_changes_nothing_that_is_measured_on_all_of_them(case: Case, random: Random) -> None:
    order = np.random.default_rng(random.randint(0, 999)).permutation(len(case.suite.cases))
    turned = Case(reorder(case.suite, order), None, pick(case.candidate, order))
    plain = Case(case.suite, None, case.candidate)
    values = [
        {
            (one.metric, one.slice): one.candidate and round(one.candidate.value, 9)
            for one in evaluate(each).trials[0].figures
        }
        for each in (plain, turned)
    ]
    for metric in ("AUC", "average_precision", "EER"):
        assert {key: value for key, value in values[0].items() if key[0] == metric} == {
            key: value for key, value in values[1].items() if key[0] == metric
        }


def reorder(suite: Suite, order: np.ndarray) -> Suite:
    cases = suite.cases
    assert cases.labels is not None
    return make_suite(
        cases.labels[order],
        units=cases.units[order],
        attributes={
            name: [None if code < 0 else column.names[code] for code in column.codes[order]]
            for name, column in cases.attributes.items()
        },
        weights=None if cases.weights is None else cases.weights[order],
        threshold=suite.threshold,
    )


def pick(answers: Answers, order: np.ndarray) -> Answers:
    assert answers.scores is not None
    return make_answers(answers.scores[order], [State(int(state)) for state in answers.states[order]])
