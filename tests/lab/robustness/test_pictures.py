"""`interleaver lab stress` on pictures: what a classifier looks at shows in what it falls under."""

import json
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.commands.exits import DONE, GATE_FAILED, UNUSABLE
from interleaver.lab.commands.program import main
from tests.router.model_servers import Model, Reply

from .cameras import answer_by, compare_halves, find_peak, make_faces

QUICK = ("--within", "20", "--burst", "4", "--most-fall", "0.3", "--up-to", "3")


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return make_faces(tmp_path, 24)


def stress(suite: Path, *words: str) -> int:
    return main(["stress", str(suite), *QUICK, *words, "--output", str(suite.parent / "out")])


def list_broken(document: dict[str, Any], name: str) -> set[str]:
    (model,) = (model for model in document["models"] if model["name"] == name)
    return {kind["kind"] for kind in model["kinds"] if kind["broken"]}


def test_who_looks_at_one_point_falls_under_noise_and_who_looks_at_halves_does_not(
    faces: Path, robust: Model, fragile: Model
) -> None:
    robust.answer, fragile.answer = answer_by(compare_halves), answer_by(find_peak)
    assert stress(faces, "--champion", robust.url, "--candidate", fragile.url) == GATE_FAILED
    document = json.loads((faces.parent / "out/stress.json").read_text())
    assert "AUC under noise" in list_broken(document, "candidate")
    assert list_broken(document, "champion") == set()
    curve = {each["corruption"]: each for each in document["models"][1]["curves"]}["noise"]
    falls = [find(step["figures"], None)["difference"] for step in curve["strengths"]]
    assert falls[0] > falls[2]
    assert falls[2] < -0.3
    north = find(curve["strengths"][2]["figures"], {"hall": "north"})
    assert north["n"] == 12
    assert north["disturbed"] < north["undisturbed"]
    assert (faces.parent / "out/stress.html").read_text().count("<svg viewBox") >= 8
    assert stress(faces, "--candidate", robust.url) == DONE


def find(figures: list[dict[str, Any]], part: dict[str, str] | None) -> dict[str, Any]:
    (found,) = (figure for figure in figures if figure["metric"] == "AUC" and figure["slice"] == part)
    return found


def test_a_server_that_breaks_in_a_burst_is_broken_although_it_was_right_before(faces: Path, robust: Model) -> None:
    calm = answer_by(compare_halves)
    undisturbed = 42 * 2  # of two samples, each again and in eight kinds at five strengths
    robust.answer = lambda seen: calm(seen) if len(robust.seen) <= undisturbed else Reply(b"", "503 Busy")
    assert stress(faces, "--candidate", robust.url, "--requests", "2", "--retries", "0") == GATE_FAILED
    document = json.loads((faces.parent / "out/stress.json").read_text())
    assert "burst" in list_broken(document, "candidate")
    assert "again" not in list_broken(document, "candidate")


def test_a_picture_that_is_none_is_refused_before_any_request(
    faces: Path, robust: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    (faces / "3.png").write_bytes(b"no picture")
    assert stress(faces, "--candidate", robust.url) == UNUSABLE
    assert "3.png: is no picture that can be read" in capsys.readouterr().err
    assert robust.seen == []
