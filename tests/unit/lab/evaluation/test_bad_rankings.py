"""The page of bad input has a row for each odd suite or answer of rankings, with the words that it gets."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told
from tests.unit.lab.evaluation.rankings import Run, answer, judge

ROWS = list_told("Rankings")
GRADES = {f"q{row}": {"a": 1.0, "b": 2.0} for row in range(40)}
SUITE = judge(GRADES)
LISTS = {query: ["a", "b"] for query in GRADES}
GROUPS = {"age": ["20"] * 5 + ["40"] * 35}


def evaluate(suite: Suite = SUITE, run: Run = LISTS, champion: Run | None = None, **settings: object) -> Evaluation:
    told = Settings(**{"depths": (2,), "resamples": 50, **settings})  # type: ignore[arg-type]
    return evaluate_ranking(suite, answer(suite, champion) if champion else None, [answer(suite, run)], told)


def know(popularity: object) -> Suite:
    return replace(SUITE, items={"a": {"item": "a", "popularity": popularity}})


def measure_silent() -> Evaluation:
    """Of a run that was imported: lists, and no more."""
    silent = answer(SUITE, LISTS, milliseconds=np.full(40, np.nan), sizes=np.zeros(40, dtype=np.int64))
    return evaluate_ranking(SUITE, None, [silent], Settings(depths=(2,), resamples=50))


MADE: dict[str, Callable[[], Evaluation]] = {
    "have no judgment at all": lambda: evaluate(judge({"q": {}})),
    "have a gain above the maximum grade": lambda: evaluate(judge(GRADES, maximum_grade=1)),
    "have a gain that is no grade": lambda: evaluate(judge({"q": {"a": 2000}}, maximum_grade=None)),
    "have no maximum grade": lambda: evaluate(judge(GRADES, maximum_grade=None)),
    "have a popularity that is no share": lambda: evaluate(know(12)),
    "have a group that nobody judged": lambda: evaluate(judge({**GRADES, "q0": {}}, {"age": ["20"] + ["40"] * 39})),
    "have a group of few units": lambda: evaluate(judge(GRADES, GROUPS)),
    "have one unit only": lambda: evaluate(judge(GRADES, units=["ann"] * 40)),
    "have no metric of a name that is asked for": lambda: evaluate(metrics=("nDGC@10",)),
    "have no metric of a depth that is asked for": lambda: evaluate(metrics=("P@0",)),
    "have no attribute of a combination that is asked for": lambda: evaluate(
        judge(GRADES, GROUPS), cuts=(("age", "sex"),)
    ),
    "have items that nobody judged, on which it depends": lambda: evaluate(
        run={query: ["x", "y"] for query in GRADES}, champion=LISTS
    ),
    "are the champion's own": lambda: evaluate(champion=LISTS),
    "are compared with nothing": lambda: evaluate(),
    "were not timed": lambda: measure_silent(),
    "have no size": lambda: measure_silent(),
}


def test_the_page_has_a_row_for_each() -> None:
    assert [row.wrong for row in ROWS] == list(MADE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.wrong)
def test_each_gets_the_words_of_its_row(row: Told) -> None:
    try:
        (trial,) = MADE[row.wrong]().trials
        said, code = [*trial.warnings, *(figure.why for figure in trial.figures)], "0"
    except Unusable as problem:
        said, code = [str(problem)], "2"
    assert any(row.said in words for words in said), set(said)
    assert code == row.code
