"""Age, drift, and what a suite leaves out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interleaver.lab.suites.checking.age import find_age
from interleaver.lab.suites.checking.blanks import find_blanks
from interleaver.lab.suites.checking.drift import expect_distance, find_drift, measure_distance
from interleaver.lab.suites.checking.finding import Weight
from interleaver.lab.suites.reading import read_suite

from ..folders import RANKING, make_ranking, make_scoring

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("collected", "limit", "weight", "words"),
    [
        (None, None, Weight.NOTE, "collectedAt is not said"),
        (None, 60, Weight.DOUBT, "collectedAt is not said"),
        ("2026-11-20", 60, Weight.NOTE, "collected 10 days ago"),
        ("2026-09-01", 60, Weight.DOUBT, "collected 90 days ago, more than 60"),
        ("2026-10-01", 60, Weight.NOTE, "collected 60 days ago"),
        ("2026-12-02T00:00:00+00:00", None, Weight.DOUBT, "lies 2 days ahead"),
        ("2026-11-29T22:00:00-02:00", None, Weight.NOTE, "collected 0 days ago"),
    ],
)
def test_age_is_told_and_doubted_above_the_limit(
    collected: str | None, limit: int | None, weight: Weight, words: str, tmp_path: Path
) -> None:
    description = RANKING | ({"collectedAt": collected} if collected else {})
    suite = read_suite(make_ranking(tmp_path, description=description))
    (finding,) = find_age(suite, NOW, None if limit is None else timedelta(days=limit))
    assert finding.weight is weight
    assert words in finding.words


def make_mix(folder: Path, mixes: dict[str, dict[Any, int]]) -> Path:
    """A suite whose sources have so many queries of each value of `gender`."""
    rows = [(source, value) for source, mix in mixes.items() for value, count in mix.items() for _ in range(count)]
    queries = [
        {"query": f"q{place}", "request": place, "source": source, "attributes": {"gender": value}}
        for place, (source, value) in enumerate(rows)
    ]
    return make_ranking(folder, queries=queries, judgments=[])


def test_a_source_that_is_mixed_otherwise_than_production_is_named_by_attribute(tmp_path: Path) -> None:
    mixes: dict[str, dict[Any, int]] = {"production": {"f": 500, "m": 500}, "corner": {"f": 52, "m": 48}}
    mixes["benchmark"] = {"f": 100, "m": 800, None: 100}
    (finding,) = find_drift(read_suite(make_mix(tmp_path, mixes)).cases)
    assert "gender of benchmark is mixed otherwise than in production: 40% of cases" in finding.words
    assert finding.examples[0] == "f: 50.0% of production, 10.0% of benchmark"
    assert finding.figures == {"distance": 0.4}


def test_a_few_cases_that_differ_by_chance_are_no_drift(tmp_path: Path) -> None:
    mixes = {"production": {"f": 500, "m": 500}, "corner": {"f": 3, "m": 5}}
    assert find_drift(read_suite(make_mix(tmp_path, mixes)).cases) == []


def test_without_production_nothing_drifts_from_it(tmp_path: Path) -> None:
    assert find_drift(read_suite(make_mix(tmp_path, {"a": {"f": 100}, "b": {"m": 100}})).cases) == []


def test_the_distance_by_chance_is_what_two_draws_of_one_mix_come_to() -> None:
    rng = np.random.default_rng(0)
    mix = [0.5, 0.3, 0.2]
    draws = [(rng.multinomial(400, mix).astype(float), rng.multinomial(900, mix).astype(float)) for _ in range(2000)]
    mean = np.mean([measure_distance(one, other) for one, other in draws])
    assert expect_distance(*draws[0]) == pytest.approx(mean, rel=0.05)


def list_blanks(folder: Path) -> dict[str, str]:
    return {finding.kind: finding.words for finding in find_blanks(read_suite(folder))}


def test_what_figures_cannot_tell_is_said(tmp_path: Path) -> None:
    description = {key: value for key, value in RANKING.items() if key != "maximumGrade"}
    blanks = list_blanks(make_ranking(tmp_path, description=description))
    assert blanks["unjudged"] == "1 of 3 queries have no judgments, and are left out of figures"
    assert blanks["missing"] == "gender is missing in 1 of 3: a group of its own"
    assert blanks["small groups"] == "2 groups of gender have fewer than 30 cases: little can be told of them"
    assert "ERR is not told" in blanks["grades"]


def test_queries_whose_gains_are_all_zero_are_counted(tmp_path: Path) -> None:
    judgments = [{"query": f"q{query}", "item": 1, "gain": gain} for query, gain in ((1, 0), (2, 1), (3, 0))]
    blanks = list_blanks(make_ranking(tmp_path, judgments=judgments))
    assert blanks["all zero"] == "2 of 3 queries have judgments that are all 0: no model can do well on them"


def test_labels_of_one_class_and_attributes_of_many_values_are_said(tmp_path: Path) -> None:
    samples = [
        {"sample": str(place), "input": place, "label": 1, "source": "corner", "attributes": {"age": place}}
        for place in range(60)
    ]
    blanks = list_blanks(make_scoring(tmp_path, samples=samples))
    assert blanks["labels"] == "all labels are 1: AUC and equal error rate are not told"
    assert blanks["many values"] == "age has 60 values: put them into ranges or classes"
