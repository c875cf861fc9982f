"""A file of answers stands for a model in `interleaver lab evaluate`: it is read before anything is asked."""

import json
from pathlib import Path

import pytest

from interleaver.lab.commands.program import main

NOBODY = "http://127.0.0.1:1"  # asking it would take seconds and end in 3


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two suites, and a run of each as answers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.yaml").write_text("{path: /r, unit: {pointer: /q}, items: /items}")
    for name in ("one", "two"):
        (tmp_path / f"{name}.qrels").write_text("".join(f"{name}{n} 0 a 1\n" for n in range(12)))
        (tmp_path / f"{name}.run").write_text("".join(f"{name}{n} Q0 a 1 5 x\n" for n in range(12)))
        words = f"import trec {name}.qrels --output {name} --contract contract.yaml --request /q"
        assert main(words.split()) == 0
        assert main(f"import trec-run {name}.run --suite {name} --output {name}.jsonl".split()) == 0
    return tmp_path


def evaluate(words: str) -> int:
    return main(["evaluate", "one", "--output", "evaluation", "--resamples", "50", *words.split()])


def test_a_model_is_measured_by_its_answers_alone() -> None:
    assert evaluate("--champion one.jsonl") == 0
    document = json.loads(Path("evaluation/evaluation.json").read_text())
    (figure,) = [f for f in document["figures"] if f["metric"] == "nDCG@10" and f["slice"] is None]
    assert figure["candidate"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("none.jsonl", "none.jsonl: No such file or directory; give a file that can be read"),
        ("two.jsonl", "two.jsonl, line 1, suite: these are answers to another suite"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_before_the_other_model_is_asked(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(f"--champion {NOBODY} --candidate {words}") == 2
    assert said in capsys.readouterr().err
    assert not Path("evaluation").exists()


def test_a_gate_without_a_candidate_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("gate.yaml").write_text("version: 1\nrules:\n  - {metric: nDCG@5, atLeast: 0}\n")
    assert evaluate("--champion one.jsonl --gate gate.yaml") == 2
    assert "there is no candidate to judge" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--seed -1", "--seed: is -1; 0 to"),
        ("--resamples 0", "--resamples: is 0; 10 to 100000 can be used"),
        ("--confidence 0", "--confidence: is 0.0; 0.5 to 0.9999 can be used"),
        ("--confidence nan", "--confidence: is nan"),
        ("--at 20000", "no metric is called 'P@20000'"),
    ],
)
def test_numbers_with_which_nothing_can_be_measured_are_refused_before_anything_is_asked(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(f"--champion {NOBODY} {words}") == 2
    assert said in capsys.readouterr().err
    assert not Path("evaluation").exists()


def test_no_verdict_of_an_earlier_evaluation_stands_beside_this_one() -> None:
    Path("gate.yaml").write_text("version: 1\nrules:\n  - {metric: nDCG@5, atLeast: 0}\n")
    assert evaluate("--candidate one.jsonl --gate gate.yaml") == 0
    assert Path("evaluation/verdict.json").exists()
    assert evaluate("--candidate one.jsonl") == 0
    assert not list(Path("evaluation").glob("verdict*")) + list(Path("evaluation").glob("junit*"))


def test_corner_cases_of_a_model_that_cannot_be_asked_are_not_told() -> None:
    Path("one/corners.yaml").write_text("cases:\n  - {name: a, request: {}, atLeast: 1}\n")
    Path("gate.yaml").write_text("version: 1\nrules:\n  - {metric: corner_failures, atMost: 0}\n")
    assert evaluate("--candidate one.jsonl --gate gate.yaml") == 1
    failure = json.loads(Path("evaluation/evaluation.json").read_text())["gate"]["failures"][0]
    assert failure["metric"] == "corner_failures"
    assert "got no answer" in failure["words"]
