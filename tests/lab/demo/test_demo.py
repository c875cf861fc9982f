"""`make lab` as a newcomer runs it: real data, real models behind real servers, both gates, both reports."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import pytrec_eval
from demo.lab.__main__ import GATES, run_digits, run_movielens
from demo.lab.servers import serve

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.commands.exits import DONE, GATE_FAILED, PARTIAL
from interleaver.lab.commands.program import main as run_lab
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite

NINES = {"digit": "9"}
MEASURES = {
    "nDCG@5": "ndcg_cut_5",
    "nDCG@10": "ndcg_cut_10",
    "P@5": "P_5",
    "P@10": "P_10",
    "R@10": "recall_10",
    "AP": "map",
}


@dataclass(frozen=True)
class Ran:
    """What one half of the demo came to."""

    code: int
    folder: Path

    def read(self, name: str) -> Any:
        """A JSON document of its evaluation."""
        return json.loads((self.folder / name).read_text())


@pytest.fixture(scope="module")
def movielens(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("films")
    return Ran(run_movielens(folder), folder / "movielens-evaluation")


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("pictures")
    return Ran(run_digits(folder), folder / "digits-evaluation")


def test_the_better_recommender_passes_its_gate(movielens: Ran) -> None:
    assert movielens.code == DONE
    document = movielens.read("evaluation.json")
    (gain,) = (figure for figure in document["figures"] if figure["metric"] == "nDCG@10" and figure["slice"] is None)
    assert gain["verdict"] == "better"
    assert gain["interval"][0] > 0
    assert document["gate"] == {"passed": True, "failures": []}


def test_figures_are_those_of_trec_eval(movielens: Ran) -> None:
    suite = read_suite(movielens.folder.parent / "movielens")
    judged = judge(suite)
    figures = {each["metric"]: each for each in movielens.read("evaluation.json")["figures"] if each["slice"] is None}
    evaluator = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut.5,10", "P.5,10", "map", "recall.10"})
    for role in ("champion", "candidate"):
        answers = read_answers(movielens.folder / f"answers/{role}.jsonl", suite)
        assert answers.rankings is not None
        run = {
            query: {item: float(-place) for place, item in enumerate(ranking)}
            for query, ranking in zip(suite.cases.ids, answers.rankings, strict=True)
            if query in judged
        }
        found = list(evaluator.evaluate(run).values())
        for ours, theirs in MEASURES.items():
            expected = sum(query[theirs] for query in found) / len(judged)
            assert figures[ours][role] == pytest.approx(expected, abs=1e-9), ours


def judge(suite: Suite) -> dict[str, dict[str, int]]:
    """The judgments as trec_eval wants them, of all queries that have some."""
    judgments = suite.judgments
    assert judgments is not None
    starts = judgments.lists.starts
    return {
        query: {
            judgments.vocabulary[judgments.lists.items[at]]: int(judgments.gains[at])
            for at in range(starts[row], starts[row + 1])
        }
        for row, query in enumerate(suite.cases.ids)
        if starts[row + 1] > starts[row]
    }


def test_who_rates_most_is_a_slice_with_everybody_in_it(movielens: Ran) -> None:
    figures = movielens.read("evaluation.json")["figures"]
    (whole,) = (figure for figure in figures if figure["metric"] == "nDCG@10" and figure["slice"] is None)
    parts = [
        figure for figure in figures if figure["metric"] == "nDCG@10" and set(figure["slice"] or ()) == {"activity"}
    ]
    assert sum(part["n"] for part in parts) == whole["n"]


def test_a_classifier_that_is_better_on_the_whole_is_stopped_for_one_digit(digits: Ran) -> None:
    assert digits.code == GATE_FAILED
    document = digits.read("evaluation.json")
    whole = {figure["metric"]: figure for figure in document["figures"] if figure["slice"] is None}
    assert whole["AUC"]["verdict"] == whole["F1"]["verdict"] == "better"
    assert [(failure["metric"], failure["slice"]) for failure in document["gate"]["failures"]] == [("Brier", NINES)]


def test_corner_cases_are_asked_of_both_models(movielens: Ran, digits: Ran) -> None:
    for ran, cases in ((movielens, 4), (digits, 1)):
        assert [corner["held"] for corner in ran.read("evaluation.json")["corners"]] == ["held"] * cases


def test_the_verdict_is_there_for_programs_too(digits: Ran) -> None:
    failed = ElementTree.parse(digits.folder / "junit.xml").getroot().iter("failure")
    assert len(list(failed)) == 1
    assert digits.read("verdict.json")["exitCode"] == GATE_FAILED


def test_the_pages_are_there_and_name_their_suites(movielens: Ran, digits: Ran) -> None:
    for ran, name in ((movielens, "movielens"), (digits, "digits")):
        assert name in (ran.folder / "report.html").read_text()


def test_what_was_answered_is_not_asked_again(digits: Ran) -> None:
    before = digits.read("evaluation.json")
    model = ["--champion", before["champion"], "--candidate", before["candidate"]]  # both servers are gone by now
    suite = digits.folder.parent / "digits"
    gate = ["--gate", str(GATES / "digits.yaml")]
    assert run_lab(["evaluate", str(suite), *model, *gate, "--output", str(digits.folder), "--json"]) == GATE_FAILED
    assert digits.read("evaluation.json")["figures"] == before["figures"]


def test_a_server_that_is_gone_makes_an_evaluation_partial(digits: Ran, tmp_path: Path) -> None:
    with serve(
        "demo.lab.picture_server", "--model", str(digits.folder.parent / "classifiers/champion.joblib")
    ) as there:
        gone = "http://127.0.0.1:9"
        suite = digits.folder.parent / "digits"
        options = ["--output", str(tmp_path), "--retries", "0", "--timeout", "1"]
        assert run_lab(["evaluate", str(suite), "--champion", there, "--candidate", gone, *options]) == PARTIAL
    assert json.loads((tmp_path / "evaluation.json").read_text())["partial"] is True
