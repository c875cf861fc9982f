"""`lint` finds without a cluster every bad example that the API server and the operator are known to refuse."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from interleaver.plugin.linting.linting import lint
from interleaver.plugin.linting.rules import match
from interleaver.plugin.linting.schema import read_schema
from interleaver.plugin.program import main
from tests.builders import make_source, make_spec
from tests.integration.documents import EXAMPLES, change, find_rules, load
from tests.integration.test_rules import BAD, GOOD
from tests.unit.experiment.orders.test_refusal import FREE, TAKEN

SCHEMA = read_schema()
MESSAGES = {rule["message"] for rule in find_rules(SCHEMA)}


def find_fails(document: dict[str, Any]) -> list[str]:
    return [str(found) for found in lint(document, SCHEMA) if found.level == "FAIL"]


@pytest.mark.parametrize(("path", "value", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_the_api_server_refuses_is_found_and_a_broken_rule_in_its_own_words(
    path: str, value: Any, words: str
) -> None:
    found = find_fails(change(load(), path, value))
    assert found
    if any(words in message for message in MESSAGES):
        assert any(words in each for each in found), found


@pytest.mark.parametrize(("path", "value"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_what_the_api_server_accepts_is_accepted(path: str, value: Any) -> None:
    document = change(load(), path, value)
    if path == "spec.analysis" and value["window"] == "1m":
        document = change(document, "spec.traffic.steps", [{"percent": 100}])
    assert find_fails(document) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_nothing_is_said_of_an_example(file: Path) -> None:
    assert [found for document in yaml.safe_load_all(file.read_text()) for found in lint(document, SCHEMA)] == []


def write(**spec: Any) -> dict[str, Any]:
    """An experiment as a file has it."""
    named = {"apiVersion": "interleaver.dev/v1alpha1", "kind": "InterleavingExperiment", "metadata": {"name": "feed"}}
    return named | {"spec": make_spec(**spec)}


@pytest.mark.parametrize(("candidate", "words"), TAKEN.values(), ids=TAKEN)
def test_what_the_operator_refuses_is_found_in_its_own_words(candidate: dict[str, Any], words: str) -> None:
    (found,) = find_fails(write(candidate=candidate))
    assert "Stalled/PortConflict" in found
    assert words in found


@pytest.mark.parametrize("candidate", FREE.values(), ids=FREE)
def test_what_the_operator_lets_pass_passes(candidate: dict[str, Any]) -> None:
    assert find_fails(write(candidate=candidate)) == []


def without_image(source: dict[str, Any]) -> dict[str, Any]:
    del source["source"]["template"]["spec"]["containers"][0]["image"]
    return source


STALLED: dict[str, tuple[dict[str, Any], str]] = {
    "a template without an image": ({"candidate": without_image(make_source("v42"))}, "containers[0].image: Required"),
    "a pinned champion": ({"champion": make_source("v41") | {"pinned": True}}, "Stalled/ChampionPinned"),
    "a name in use": ({"candidate": make_source("v41", port=9001)}, "Stalled/RevisionReused"),
}


@pytest.mark.parametrize(("spec", "words"), STALLED.values(), ids=STALLED)
def test_what_the_operator_would_be_stalled_for_is_found(spec: dict[str, Any], words: str) -> None:
    assert any(words in found for found in find_fails(write(**spec)))


def test_what_depends_on_the_operators_settings_is_a_warning() -> None:
    (found,) = lint(write(replicas=3), SCHEMA)
    assert (found.level, found.field) == ("WARN", "spec.replicas")
    assert lint(write(replicas=3, store={"urlSecretRef": {"name": "votes", "key": "url"}}), SCHEMA) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("spec.analyssi", {}, "spec: there is no such field ('analyssi' was unexpected)"),
        ("spec.traffic.steps", [{"percent": 10, "holt": "1h"}], "'holt' was unexpected"),
        ("apiVersion", "interleaver.dev/v1", "must be interleaver.dev/v1alpha1"),
        ("metadata.name", None, "metadata.name: is missing"),
        ("metadata", None, "metadata.name: is missing"),
        ("spec", None, "'spec' is a required property"),
        ("spec", [], "is not of type 'object'"),
        ("spec.contract", None, "'contract' is a required property"),
    ],
)
def test_what_is_no_experiment_at_all_is_told_and_not_stumbled_over(path: str, value: Any, words: str) -> None:
    assert any(words in found for found in find_fails(change(write(), path, value)))


def test_two_guardrails_of_one_name_are_refused_as_the_api_server_does() -> None:
    twice = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}] * 2
    assert any("errors comes twice" in found for found in find_fails(write(guardrails=twice)))


def test_a_status_in_a_file_is_a_warning() -> None:
    (found,) = lint(write() | {"status": {"replicas": 3}}, SCHEMA)
    assert (found.level, found.field) == ("WARN", "status")


def test_a_bad_pattern_is_an_outcome_that_nobody_prints() -> None:
    assert isinstance(match("", "("), Exception)
    assert match("Bot/1", "(?i)bot") is not None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_told_one_by_one_and_the_exit_code_says_whether_anything_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "good.yaml").write_text(yaml.safe_dump_all([{"kind": "Service", "spec": {}}, write()]))
    (folder / "bad.json").write_text(json.dumps({"kind": "List", "items": [write(replicas=-1)]}))
    assert main(["lint", "good.yaml"]) == 0
    assert capsys.readouterr().out == "good.yaml: feed: ok\n"
    assert main(["lint", "good.yaml", "bad.json"]) == 1
    out = capsys.readouterr().out
    assert "bad.json: feed: 1 finding\nFAIL  spec.replicas: -1 is less than the minimum of 1" in out
    assert main(["lint", "bad.json", "-o", "json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["findings"][0]["field"] == "spec.replicas"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: {", "cannot be read"),
        ("spec: 1\nspec: 2\n", "the key 'spec' comes twice"),
        ("kind: Service\n", "there is no InterleavingExperiment in -"),
        ("- 1\n", "there is no InterleavingExperiment"),
        ("", "there is no InterleavingExperiment"),
    ],
)
def test_what_cannot_be_linted_is_told_in_a_line(
    text: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["lint", "-"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert words in error
    assert error.count("\n") == 1


def test_an_answer_is_tried_by_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "feed.yaml").write_text(yaml.safe_dump(write()))
    (folder / "answer.json").write_text(json.dumps({"items": [{"id": "a"}, {"name": "b"}]}))
    assert main(["lint", "feed.yaml", "--answer", "answer.json"]) == 1
    assert "spec.contract: item 1 has nothing at contract.itemId '/id'" in capsys.readouterr().out
    assert main(["lint", "feed.yaml", "--answer", "nowhere.json"]) == 1
