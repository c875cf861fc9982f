"""What docs/how-to/custom-metrics.md says is run: its own code blocks, on payments."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.gate.checking import check_gate
from interleaver.lab.gate.deciding import judge
from interleaver.lab.gate.reading import parse_gate
from interleaver.lab.measures.custom import call, draw
from interleaver.lab.measures.custom_files import GROUP, Customs, read_customs
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from tests.unit.documents.blocks import ROOT, find_blocks

from .score_suites import make_answers, make_suite

PAGE = ROOT / "docs" / "how-to" / "custom-metrics.md"
SCORES, RANKINGS, PLOT = find_blocks(PAGE, "python")
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def read(folder: Path, text: str) -> Customs:
    file = folder / "fraud_cost.py"
    file.write_text(text)
    return read_customs([file], points=())


def make_payments() -> tuple[Suite, np.ndarray, np.ndarray]:
    """A thousand payments of which a tenth are frauds; the candidate sees frauds with business cards less well."""
    draw = np.random.default_rng(8)
    frauds = draw.random(1000) < 0.1
    business = draw.random(1000) < 0.4
    scores = np.clip(draw.normal(0.3, 0.1, 1000) + 0.4 * frauds, 0, 1)
    cards = ["business" if one else "private" for one in business]
    suite = make_suite(frauds, attributes={"card": cards}, threshold=0.5)
    return suite, scores, scores - 0.2 * (frauds & business)


def evaluate(folder: Path) -> Evaluation:
    suite, champion, candidate = make_payments()
    customs = read(folder, SCORES).metrics
    return evaluate_scoring(suite, make_answers(champion), [make_answers(candidate)], Settings(resamples=200), customs)


def test_the_fraud_metric_comes_to_what_wrong_decisions_cost(tmp_path: Path) -> None:
    evaluation = evaluate(tmp_path)
    suite, champion, _ = make_payments()
    labels, cards = suite.cases.labels, suite.cases.attributes["card"]
    assert labels is not None
    cost = 0.0
    for label, score, code in zip(labels, champion, cards.codes, strict=True):
        fraud = {"business": 400.0, "private": 80.0}[cards.names[code]]
        cost += 4.0 if score >= 0.5 and label == 0 else fraud if score < 0.5 and label == 1 else 0.0
    (figure,) = [one for one in evaluation.trials[0].figures if (one.metric, one.slice) == ("fraud_cost", ())]
    assert figure.champion is not None
    assert figure.champion.value == pytest.approx(cost / 1000)
    assert evaluation.metrics["fraud_cost"].unit == "EUR"


def test_the_gate_on_the_page_decides_on_it_and_stops_who_misses_frauds_with_business_cards(tmp_path: Path) -> None:
    evaluation = evaluate(tmp_path)
    (block,) = find_blocks(PAGE, "yaml")
    gate = parse_gate("gate.yaml", block.encode())
    check_gate(gate, evaluation.suite, NOW, [evaluation.metrics["fraud_cost"]])
    result = judge(gate, evaluation, evaluation.trials[0], NOW)
    assert not result.passed
    assert [one.slice for one in result.failures] == [(("card", "business"),)]


def test_the_metric_of_rankings_is_one(tmp_path: Path) -> None:
    (first,) = read(tmp_path, RANKINGS).metrics
    assert first.task is Task.RANKING
    values = [call(first, np.array(ranked), np.array(ideal)) for ranked, ideal in (([1.0, 2.0], [4.0]), ([], [1.0]))]
    assert values == [0.25, 0.0]


def test_the_plot_is_drawn(tmp_path: Path) -> None:
    (plot,) = read(tmp_path, PLOT).plots
    assert str(draw(plot, evaluate(tmp_path))).startswith("<svg")


def test_the_entry_points_are_of_the_labs_group() -> None:
    (block,) = find_blocks(PAGE, "toml")
    assert list(tomllib.loads(block)["project"]["entry-points"]) == [GROUP]
