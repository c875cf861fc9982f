"""The verdict says what was decided and on what, and holds to its published schema."""

import json
from pathlib import Path

from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.gate.rules import GateFile, gate_schema
from interleaver.lab.gate.telling import tell_headline, tell_rows
from interleaver.lab.gate.verdict import show_gate, show_verdict
from interleaver.lab.gate.verdict_file import VerdictFile, verdict_schema
from tests.unit.lab.gate.gates import NOW, decide, make_evaluation, make_figure, make_gate, make_suite

SCHEMAS = Path(__file__).parents[4] / "docs/reference/schemas"
GATE = make_gate(
    "{metric: nDCG@10, notWorseBy: 0.005, slices: [{gender: f}, {gender: m}]}",
    "{metric: AP, atLeast: 0.5, level: warn}",
    "{metric: latency_p99_ms, atMost: 120, level: watch}",
)
FIGURES = (
    make_figure(cut=(("gender", "f"),), difference=(-0.1, -0.2, -0.05)),
    make_figure(cut=(("gender", "m"),), difference=(0.0, -0.02, 0.02)),
    make_figure("AP", value=(0.3, 0.2, 0.4)),
    make_figure("latency_p99_ms", value=(float("nan"), None, None), champion=None, difference=None),
)


def show(*, champion: bool = True) -> dict[str, object]:
    evaluation = make_evaluation(*FIGURES, champion=champion)
    return show_verdict(decide(GATE, evaluation), evaluation, evaluation.trials[0], NOW)


def judged() -> GateResult:
    return decide(GATE, make_evaluation(*FIGURES))


def test_a_verdict_has_all_that_is_needed_to_decide_it_again() -> None:
    document = show()
    assert document["digests"] == {"suite": "5" * 64, "gate": GATE.digest, "champion": "c" * 64, "candidate": "a" * 64}
    assert document["resampling"] == {"confidence": 0.95, "resamples": 1000, "seed": 0}
    assert document["models"] == {"champion": "http://champion-c", "candidate": "http://candidate-a"}
    assert document["decidedAt"] == "2026-11-30T12:00:00Z"
    versions = document["versions"]
    assert isinstance(versions, dict)
    assert (versions["metrics"], bool(versions["lab"])) == (1, True)


def test_every_rule_and_slice_stands_in_it_with_its_numbers_and_words() -> None:
    rules = show()["rules"]
    assert isinstance(rules, list)
    assert rules[0] == {
        "rule": 1,
        "metric": "nDCG@10",
        "slice": {"gender": "f"},
        "n": 1000,
        "units": 1000,
        "champion": 0.34,
        "championInterval": [0.32, 0.36],
        "candidate": 0.35,
        "candidateInterval": [0.33, 0.37],
        "difference": -0.1,
        "interval": [-0.2, -0.05],
        "bound": "notWorseBy 0.005",
        "outcome": "failed",
        "verdict": "not told apart",
        "level": "block",
        "blocks": True,
        "warns": False,
        "refused": False,
        "waived": None,
        "words": "difference -0.1 [-0.2, -0.05], all of it below -0.005",
    }
    assert [rule["outcome"] for rule in rules] == ["failed", "not told", "failed", "not told"]


def test_failures_are_the_blocking_ones_in_short() -> None:
    gate = show_gate(judged())
    assert gate["passed"] is False
    assert [(failure["metric"], failure["slice"]) for failure in gate["failures"]] == [
        ("nDCG@10", {"gender": "f"}),
        ("nDCG@10", {"gender": "m"}),
    ]
    assert gate["failures"][0]["words"].startswith("notWorseBy 0.005: difference -0.1")


def test_a_verdict_is_json_without_nan_and_reads_back_as_what_the_schema_describes() -> None:
    text = json.dumps(show(), allow_nan=False)
    assert VerdictFile.model_validate_json(text).model_dump(by_alias=True, mode="json") == json.loads(text)


def test_a_first_model_is_said_to_be_one() -> None:
    document = show(champion=False)
    assert (document["firstModel"], document["digests"]) == (
        True,
        {"suite": "5" * 64, "gate": GATE.digest, "champion": None, "candidate": "a" * 64},
    )


def test_the_published_schemas_are_those_of_the_code() -> None:
    assert json.loads((SCHEMAS / "gate.schema.json").read_text()) == gate_schema()
    assert json.loads((SCHEMAS / "verdict.schema.json").read_text()) == verdict_schema()


def test_every_key_of_a_gate_is_described_in_the_schema() -> None:
    rule = gate_schema()["$defs"]["Rule"]["properties"]
    assert set(rule) == {
        "metric", "atLeast", "atMost", "notWorseBy", "betterBy", "notBetterBy", "slices", "minimum", "level", "notTold",
    }  # fmt: skip
    assert all("description" in field for field in rule.values())
    assert set(gate_schema()["properties"]) == {str(field.alias) for field in GateFile.model_fields.values()}


def test_the_headline_says_whether_the_candidate_may_go_on() -> None:
    assert tell_headline(judged()) == "The gate is not passed: 2 reasons, with 1 warning."
    fine = decide(make_gate("{metric: nDCG@10, atLeast: 0.1}"), make_evaluation(make_figure()))
    assert tell_headline(fine) == "The gate is passed."
    partial = decide(make_gate("{metric: nDCG@10, atLeast: 0.1}"), make_evaluation(make_figure(), partial=True))
    assert tell_headline(partial) == "The gate passes nothing: the evaluation is partial."
    unusable = decide(make_gate("{metric: AP, notWorseBy: 2%}"), make_evaluation(make_figure("AP", champion=(0, 0, 0))))
    assert "cannot be used as it is written" in tell_headline(unusable)


def test_every_rule_and_slice_has_a_line_with_its_words() -> None:
    lines = list(tell_rows(judged()))
    assert lines[0].split() == ["rule", "metric", "slice", "bound", "outcome"]
    assert lines[1].split() == [
        "✗", "1", "nDCG@10", "gender=f", "notWorseBy", "0.005", "failed", "(not", "told", "apart)",
    ]  # fmt: skip
    assert lines[2].strip() == "difference -0.1 [-0.2, -0.05], all of it below -0.005"
    assert lines[5].startswith("!")


def test_no_value_of_the_data_speaks_to_the_terminal() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1, slices: [gender]}")
    result = decide(gate, make_evaluation(suite=make_suite({"gender": ["\x1b[2J\nü"]})))
    assert list(tell_rows(result))[1].split()[3] == r"gender=\x1b[2J\nü"
