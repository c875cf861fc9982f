"""`interleaver lab power` says what a suite can show of a gate, from the worst case or from a champion's answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.asking.answer_file import write_answers
from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from tests.unit.lab.evaluation.rankings import answer
from tests.unit.lab.suites.folders import make_ranking

QUERIES = 60
GATE = """\
version: 1
rules:
  - {metric: nDCG@5, atLeast: 0.2, notWorseBy: 0.1, slices: [gender]}
  - {metric: errors, atMost: 3}
  - {metric: latency_p99_ms, atMost: 250}
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "gate.yaml").write_text(GATE)
    queries = [
        {
            "query": f"q{row}",
            "request": {"user": row},
            "source": "production",
            "attributes": {"gender": "mf"[row % 3 == 0]},
        }
        for row in range(QUERIES)
    ]
    judgments = [{"query": f"q{row}", "item": "a", "gain": 1} for row in range(QUERIES)]
    return make_ranking(tmp_path, queries=queries, judgments=judgments)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["power", *words, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_without_answers_the_worst_case_is_said(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = run(capsys, str(suite), str(suite.parent / "gate.yaml"))
    rules = document["rules"]
    assert [(rule["metric"], rule["bound"], rule["slice"], rule["units"]) for rule in rules] == [
        ("nDCG@5", "atLeast 0.2", {"gender": "f"}, 20),
        ("nDCG@5", "notWorseBy 0.1", {"gender": "f"}, 20),
        ("nDCG@5", "atLeast 0.2", {"gender": "m"}, 40),
        ("nDCG@5", "notWorseBy 0.1", {"gender": "m"}, 40),
        ("errors", "atMost 3", None, 60),
        ("latency_p99_ms", "atMost 250", None, 60),
    ]
    assert {rule["from"] for rule in rules[:4]} == {"the worst case"}
    assert rules[5]["words"] == "nothing bounds it; give --answers of the champion"


def test_a_champions_answers_tell_smaller_margins(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = read_suite(suite)
    lists = {f"q{row}": ['"a"', '"b"'] if row % 2 else ['"b"', '"a"'] for row in range(QUERIES)}
    champion = suite.parent / "champion.jsonl"
    write_answers(champion, read, answer(read, lists, "http://champion"))
    gate = str(suite.parent / "gate.yaml")
    worst = run(capsys, str(suite), gate)["rules"]
    found = run(capsys, str(suite), gate, "--answers", str(champion), "--resamples", "200")["rules"]
    alike = run(capsys, str(suite), gate, "--answers", str(champion), "--resamples", "200", "--correlation", "0.9")[
        "rules"
    ]
    assert {rule["from"] for rule in found[:4]} == {"the champion's answers"}
    for row in (1, 3):
        assert alike[row]["told"] < found[row]["told"] < worst[row]["told"]
        assert alike[row]["equalModels"] > found[row]["equalModels"]


def test_the_table_has_a_line_and_words_for_each_bound(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["power", str(suite), str(suite.parent / "gate.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["rule", "metric", "slice", "bound", "units"]
    assert lines[1].split() == ["1", "nDCG@5", "gender=f", "atLeast", "0.2", "20"]
    assert len(lines) == 1 + 2 * 6 + 2


def test_a_gate_that_does_not_fit_is_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate = suite.parent / "gate.yaml"
    gate.write_text("version: 1\nrules: [{metric: nDGC@5, atLeast: 0}]")
    assert main(["power", str(suite), str(gate)]) == 2
    assert "did you mean nDCG@5" in capsys.readouterr().err


CORNERS = """\
cases:
  - {name: a, request: {user: 1}, must: {items: [a]}}
  - {name: b, request: {user: 2}, mustBe: refused}
"""


def test_corner_cases_are_counted_as_the_evaluation_counts_them(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two cases, and no query of the suite among them; with answers of the champion as without."""
    read = read_suite(suite)
    (suite / "corners.yaml").write_text(CORNERS)
    gate = suite.parent / "gate.yaml"
    champion = suite.parent / "champion.jsonl"
    write_answers(champion, read, answer(read, {f"q{row}": ['"a"'] for row in range(QUERIES)}, "http://champion"))
    for more in ([], ["--answers", str(champion), "--resamples", "50"]):
        words = []
        for minimum in (2, 3):
            gate.write_text(f"version: 1\nrules: [{{metric: corner_failures, atMost: 0, minimum: {minimum}}}]")
            (rule,) = run(capsys, str(suite), str(gate), *more)["rules"]
            assert rule["units"] == 2
            words.append(rule["words"])
        assert words == [
            "is decided as it stands, whatever the number of units",
            "is never told: 2 units of at least 3",
        ]


@pytest.mark.parametrize("correlation", ["1", "-0.1", "nan", "much"])
def test_a_correlation_that_is_none_is_refused(
    suite: Path, capsys: pytest.CaptureFixture[str], correlation: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["power", str(suite), str(suite.parent / "gate.yaml"), "--correlation", correlation])
    assert left.value.code == 2
    assert "give a number from 0 to below 1" in capsys.readouterr().err
