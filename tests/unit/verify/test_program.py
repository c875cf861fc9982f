"""`interleaver verify-record`: what it reads, what it says, and its exit codes."""

import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from interleaver.cli import main
from tests.builders import is_record
from tests.unit.experiment.verdicts import make_harmful


def make_config_map() -> dict[str, Any]:
    (found,) = [item for item in make_harmful().objects("ConfigMap") if is_record(item)]
    return found


def verify(path: object, *options: object) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(["verify-record", str(path), *map(str, options)])
    return ended.value.code


@pytest.mark.parametrize("form", ["whole", "data", "record", "yaml"])
def test_a_record_is_read_in_every_form_that_kubectl_gives_it(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = make_config_map()
    texts = {
        "whole": json.dumps(whole),
        "data": json.dumps(whole["data"]),
        "record": whole["data"]["record.json"],
        "yaml": yaml.safe_dump(whole),
    }
    path = tmp_path / "record"
    path.write_text(texts[form])
    assert verify(path) == 0
    said = capsys.readouterr().out
    assert said.startswith("shop/feed v42-20261122t101")
    assert said.endswith("Rollback/Harm after 200 votes, recomputed from the record: agrees\n")


def test_a_record_comes_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    text = yaml.safe_dump(make_config_map()).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert verify("-") == 0


def test_a_record_that_was_changed_is_found_out_with_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = make_config_map()
    text = changed["data"]["record.json"].replace('"Rollback"', '"Promote"')
    changed["data"]["record.json"] = text
    path = tmp_path / "record.yaml"
    path.write_text(yaml.safe_dump(changed))
    assert verify(path) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("the record does not agree with itself:")
    assert "decision: recorded Promote/Harm, computed Rollback/Harm" in said


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b"\xff\xfe\xff", b"data: {router.json: '{}'}", b"data: {record.json: '{}'}", b"a: &a [*a]"],
)
def test_what_holds_no_record_is_unreadable(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(text)
    assert verify(path) == 2


@pytest.mark.parametrize("field", ["startedAt", "runningSince", "lookedAt"])
@pytest.mark.parametrize("value", ["yesterday", "2026-11-22T10:15:00"])
def test_a_time_that_is_none_makes_a_record_unreadable(field: str, value: str, tmp_path: Path) -> None:
    document = json.loads(make_config_map()["data"]["record.json"])
    document["run"][field] = value
    path = tmp_path / "record.json"
    path.write_text(json.dumps(document))
    assert verify(path) in (1, 2), "an answer, and no traceback"


def test_a_file_that_is_not_there_or_too_long_is_unreadable(tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere") == 2
    path = tmp_path / "long"
    path.write_bytes(b"a" * ((4 << 20) + 1))
    assert verify(path) == 2


def store(tmp_path: Path, document: Any, name: str = "record.yaml") -> Path:
    path = tmp_path / name
    path.write_text(yaml.safe_dump(document))
    return path


def digest_of(config_map: dict[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(config_map['data']['record.json'].encode()).hexdigest()}"


def make_resource(digest: str | None, name: str = "feed") -> dict[str, Any]:
    """The experiment as kubectl shows it, with what its history says."""
    run_id = json.loads(make_config_map()["data"]["record.json"])["run"]["id"]
    past = {"runId": run_id} | ({"digest": digest} if digest else {})
    return {"metadata": {"namespace": "shop", "name": name}, "status": {"history": [{"runId": "other"}, past]}}


def test_a_digest_vouches_for_the_record_however_it_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = make_config_map()
    digest = digest_of(whole)
    copy = tmp_path / "copy.json"
    copy.write_text(json.dumps(json.loads(whole["data"]["record.json"])))  # without its line breaks
    for path in (store(tmp_path, whole), copy):
        assert verify(path, "--digest", digest) == 0
        assert f"({digest}, the one that --digest vouches for)" in capsys.readouterr().out
    resource = store(tmp_path, make_resource(digest), "feed.yaml")
    assert verify(copy, "--experiment", resource) == 0
    assert "the one that --experiment vouches for" in capsys.readouterr().out


def test_without_one_nobody_vouches_for_a_record_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(store(tmp_path, make_config_map())) == 0
    assert "for which nothing here vouches but itself" in capsys.readouterr().out


def test_a_record_that_agrees_with_itself_and_has_another_digest_is_not_the_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = store(tmp_path, make_config_map())
    assert verify(forged) == 0
    wrong = f"sha256:{'0' * 64}"
    assert verify(forged, "--digest", wrong) == 1
    assert f"this is not the record whose digest is {wrong}" in capsys.readouterr().out
    assert verify(forged, "--experiment", store(tmp_path, make_resource(wrong), "feed.yaml")) == 1


def test_an_experiment_that_says_nothing_of_the_run_vouches_for_nothing(tmp_path: Path) -> None:
    record, digest = store(tmp_path, make_config_map()), digest_of(make_config_map())
    others = [make_resource(None), make_resource(digest, name="other"), {}, [], {"metadata": []}]
    for number, other in enumerate(others):
        assert verify(record, "--experiment", store(tmp_path, other, f"{number}.yaml")) == 2
