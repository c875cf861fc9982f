"""What a suite can show counts the cases and units that an evaluation counts, and that a `minimum` is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.whole import evaluate
from interleaver.lab.gate.charges import index_figures
from interleaver.lab.gate.reaching import find_reaching
from interleaver.lab.gate.reading import wanted
from interleaver.lab.gate.spread import Spread, expect_worst
from interleaver.lab.measures.custom_files import Customs
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Figure
from tests.unit.lab.evaluation.rankings import answer, judge
from tests.unit.lab.evaluation.score_suites import make_answers, make_suite
from tests.unit.lab.gate.gates import make_gate

SAMPLES, PEOPLE, QUERIES = 600, 200, 90
OF_SCORES: Final = (
    "FNR", "FPR", "recall", "FNR@FPR=0.1", "FPR@FNR=0.1", "AUC", "average_precision", "EER", "Brier", "ECE", "APCER",
    "APCER:print", "BPCER", "cost@FP=1,FN=10", "latency_p99_ms", "answer_bytes", "errors",
)  # fmt: skip
KNOWN_AFTERWARDS: Final = ("precision", "F1", "precision@recall=0.9")
OF_RANKINGS: Final = (
    "nDCG@5", "AP", "success@5", "RR@10", "judged@5", "novelty@5", "coverage@5", "latency_p50_ms", "errors",
)  # fmt: skip


def make_samples(threshold: float | None) -> Suite:
    """Two hundred people, a tenth of them with label 1; attacks are of label 0, and a third of the samples has no
    weight."""
    draw = np.random.default_rng(5)
    units = draw.integers(0, PEOPLE, SAMPLES)
    labels = (units % 10 == 0).astype(int)
    kinds = ["print" if label == 0 and chance < 0.2 else "screen" if label == 0 and chance < 0.3 else None
             for label, chance in zip(labels, draw.random(SAMPLES), strict=True)]  # fmt: skip
    return make_suite(
        labels,
        units=units,
        attributes={"gender": ["m" if chance < 0.8 else "f" for chance in draw.random(SAMPLES)]},
        attacks=kinds,
        weights=(draw.random(SAMPLES) > 0.33).astype(float),
        threshold=threshold,
    )


def compare(suite: Suite, answers: Answers, names: Sequence[str]) -> Mapping[tuple[str, object], tuple[Spread, Figure]]:
    """Of each metric on each slice, what is expected and what an evaluation comes to; where it was measured."""
    gate = make_gate(*(f"{{metric: '{name}', atMost: 1, slices: [gender]}}" for name in names))
    spreads = expect_worst(gate, suite, {name: find_reaching(name, suite) for name in names})
    metrics, cuts = wanted(gate)
    found = evaluate(suite, None, [answers], Settings(resamples=20, metrics=metrics, cuts=cuts), Customs((), ()))
    figures = index_figures(found.trials[0])
    return {
        (metric, cut): (spread, figures[metric, cut])
        for (metric, cut, paired), spread in spreads.items()
        if not paired and figures[metric, cut].candidate is not None
    }


@pytest.mark.parametrize("threshold", [0.5, None])
def test_of_scores_units_are_those_that_carry_the_figure(threshold: float | None) -> None:
    suite = make_samples(threshold)
    draw = np.random.default_rng(6)
    scores = np.clip(0.4 * (suite.cases.labels == 1) + draw.random(SAMPLES) * 0.6, 0, 1)
    pairs = compare(suite, make_answers(scores), OF_SCORES + KNOWN_AFTERWARDS)
    assert {metric for metric, _ in pairs} == {*OF_SCORES, *KNOWN_AFTERWARDS}
    for (metric, _), (spread, figure) in pairs.items():
        assert (metric, spread.cases) == (metric, figure.n)
        if metric in KNOWN_AFTERWARDS:
            assert spread.units >= figure.units
        else:
            assert (metric, spread.units) == (metric, figure.units)


def test_of_rankings_units_are_those_of_judged_queries_that_count() -> None:
    draw = np.random.default_rng(7)
    grades = {f"q{row}": {} if row % 5 == 0 else {"a": 1.0, "b": 0.0} for row in range(QUERIES)}
    people = [f"u{person}" for person in draw.integers(0, 40, QUERIES)]
    suite = judge(grades, {"gender": ["mf"[row % 4 == 0] for row in range(QUERIES)]}, people)
    suite = replace(suite, cases=replace(suite.cases, weights=(draw.random(QUERIES) > 0.5).astype(float)))
    answers = answer(suite, {query: ["b", "a", "c"] for query in grades})
    pairs = compare(suite, answers, OF_RANKINGS)
    assert {metric for metric, _ in pairs} == set(OF_RANKINGS)
    for (metric, _), (spread, figure) in pairs.items():
        assert (metric, spread.cases, spread.units) == (metric, figure.n, figure.units)
