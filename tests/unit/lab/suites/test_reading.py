"""What a suite is once it was read."""

from pathlib import Path

import pytest

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import ScoringContract
from interleaver.lab.suites.writing import Form
from interleaver.lab.terms.metric import Task

from .folders import make_ranking, make_scoring

FORMS: list[Form] = ["jsonl", "parquet"]


@pytest.mark.parametrize("form", FORMS)
def test_a_ranking_suite_has_queries_with_their_judgments_in_the_order_of_the_queries(
    tmp_path: Path, form: Form
) -> None:
    suite = read_suite(make_ranking(tmp_path, form))
    assert (suite.task, suite.name, suite.maximum_grade) == (Task.RANKING, "films", 4.0)
    assert isinstance(suite.contract, Contract)
    assert suite.judgments is not None
    judged = [
        {
            suite.judgments.vocabulary[code]: gain
            for code, gain in zip(
                suite.judgments.lists.row(row),
                suite.judgments.gains[slice(*suite.judgments.lists.starts[row : row + 2])],
                strict=True,
            )
        }
        for row in range(len(suite.cases))
    ]
    assert judged == [{"1": 2.5, '"1"': 0.0, '"é"': 4.0}, {}, {'"1"': 1.0}]


@pytest.mark.parametrize("form", FORMS)
def test_queries_have_units_sources_attributes_and_requests(tmp_path: Path, form: Form) -> None:
    cases = read_suite(make_ranking(tmp_path, form)).cases
    assert list(cases.ids) == ["q1", "q2", "q3"]
    assert [cases.unit_names[code] for code in cases.units] == ["u1", "q2", "u1"]
    assert [cases.sources.names[code] for code in cases.sources.codes] == ["production", "production", "benchmark"]
    assert {name: (list(labels.codes), labels.names) for name, labels in cases.attributes.items()} == {
        "age": ([0, -1, -1], ("30",)),
        "gender": ([0, -1, 1], ("f", "m")),
    }
    assert [request.body for request in cases.requests] == [b'{"user":1,"k":1.5}', b'{"user":2}', b'{"user":3}']
    assert [dict(request.headers) for request in cases.requests] == [{"X-Shop": "de"}, {}, {}]
    assert cases.weights is not None
    assert cases.weights.tolist() == [1, 1, 1]


@pytest.mark.parametrize("form", FORMS)
def test_items_are_known_by_the_spelling_of_their_id(tmp_path: Path, form: Form) -> None:
    assert read_suite(make_ranking(tmp_path, form)).items == {
        "1": {"title": "Alien", "year": 1979},
        '"1"': {"genres": ["a", "b"]},
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_scoring_suite_has_samples_with_labels_and_attacks(tmp_path: Path, form: Form) -> None:
    suite = read_suite(make_scoring(tmp_path, form))
    assert (suite.task, suite.threshold) == (Task.SCORING, 0.5)
    assert suite.contract == ScoringContract("/score", "/input", "/score")
    assert suite.cases.labels is not None
    assert suite.cases.labels.tolist() == [1, 0]
    assert suite.cases.attacks is not None
    assert [suite.cases.attacks.names[code] if code >= 0 else None for code in suite.cases.attacks.codes] == [
        None,
        "print",
    ]
    assert [request.body for request in suite.cases.requests] == [b'{"input":[0.1,0.2]}', b'{"input":{"text":"hi"}}']


def test_both_forms_of_the_same_content_have_the_same_digest(tmp_path: Path) -> None:
    for make in (make_ranking, make_scoring):
        lines, parquet = (read_suite(make(tmp_path, form)) for form in FORMS)
        assert lines.digest == parquet.digest
