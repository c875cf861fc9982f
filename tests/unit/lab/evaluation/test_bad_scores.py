"""The page of bad input has a row for each odd suite or answer of scores, with the words that it gets."""

from collections.abc import Callable

import numpy as np
import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told

from .score_suites import make_answers, make_suite

ROWS = list_told("Scores")
LABELS = np.arange(200) % 2
SCORES = np.random.default_rng(0).random(200)
SUITE = make_suite(LABELS, threshold=0.5)
ATTACKS = ["print" if row % 10 < 2 else None for row in range(200)]
GROUPS = ["x"] * 10 + ["y"] * 190


def evaluate(suite: Suite, scores: np.ndarray = SCORES, *metrics: str, missing: int = 0) -> Evaluation:
    states = [State.REFUSED] * missing + [State.ANSWERED] * (len(scores) - missing)
    settings = Settings(resamples=50, metrics=metrics)
    return evaluate_scoring(suite, None, [make_answers(scores, states)], settings)


MADE: dict[str, Callable[[], Evaluation]] = {
    "have a group of one class": lambda: evaluate(make_suite(LABELS, attributes={"a": [str(one) for one in LABELS]})),
    "have a group of one unit": lambda: evaluate(
        make_suite(LABELS, units=np.maximum(np.arange(200) - 9, 0), attributes={"a": GROUPS})
    ),
    "have a group of few units": lambda: evaluate(make_suite(LABELS, attributes={"a": GROUPS})),
    "have no label 1": lambda: evaluate(make_suite(LABELS * 0, threshold=0.5)),
    "have few of a label": lambda: evaluate(make_suite(np.arange(200) < 8, threshold=0.5), np.linspace(1, 0, 200)),
    "are too few for a threshold": lambda: evaluate(make_suite(LABELS), SCORES, "FNR@FPR=0.001"),
    "have attacks of both labels": lambda: evaluate(make_suite(LABELS, attacks=ATTACKS, threshold=0.5)),
    "have no attack of a kind that is asked for": lambda: evaluate(SUITE, SCORES, "APCER:mask"),
    "have no metric of a name that is asked for": lambda: evaluate(SUITE, SCORES, "AUCC"),
    "have a score that is NaN": lambda: evaluate(SUITE, np.where(LABELS == 1, np.nan, SCORES)),
    "have an infinite score": lambda: evaluate(SUITE, np.where(LABELS == 1, np.inf, SCORES)),
    "lack a sample": lambda: evaluate(SUITE, SCORES, missing=3),
    "are below the threshold, all of them": lambda: evaluate(SUITE, SCORES / 10),
    "are no probabilities, and calibration is asked for": lambda: evaluate(SUITE, SCORES * 7, "Brier"),
    "are all the same": lambda: evaluate(SUITE, SCORES * 0),
    "are upside down": lambda: evaluate(SUITE, SCORES - LABELS),
}


def test_the_page_has_a_row_for_each() -> None:
    assert [row.wrong for row in ROWS] == list(MADE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.wrong)
def test_each_gets_the_words_of_its_row(row: Told) -> None:
    try:
        (trial,) = MADE[row.wrong]().trials
        said, code = [*trial.warnings, *(figure.why for figure in trial.figures)], "0"
    except Unusable as refused:
        said, code = [str(refused)], "2"
    assert [words for words in said if row.said in words]
    assert row.code == code
