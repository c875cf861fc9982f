"""`interleaver lab check`: what it prints, and with which code it ends."""

import json
from pathlib import Path

import pytest

from interleaver.lab.commands.program import main
from tests.unit.lab.suites.folders import make_ranking, make_scoring


def test_a_sound_suite_ends_with_0_whatever_is_doubtful(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = [{"sample": name, "input": 1, "label": label, "source": "a"} for name, label in (("x", 0), ("y", 1))]
    assert main(["check", str(make_scoring(tmp_path, samples=samples))]) == 0
    said = capsys.readouterr().out
    assert said.startswith("faces: a sound scoring suite of 2 cases")
    assert "DOUBT  labels in doubt: 1 samples have another label than one that they are like" in said
    assert "         y (a) is 1, x (a) is 0" in said


def test_a_suite_that_cannot_be_used_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_ranking(tmp_path)
    (folder / "queries.jsonl").write_text("[]")
    assert main(["check", str(folder)]) == 2
    assert capsys.readouterr().err == (
        f"interleaver lab check: {folder}/queries.jsonl, line 1: holds a list; one object a line is wanted\n"
    )


def test_corner_cases_that_cannot_be_asked_end_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_ranking(tmp_path)
    (folder / "corners.yaml").write_text("cases: [{request: {}}]")
    assert main(["check", str(folder)]) == 2
    assert "corners.yaml, line 1, cases[1].name: is not given" in capsys.readouterr().err


def test_programs_get_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(make_ranking(tmp_path)), "--json", "--max-age", "60d"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["suite"], document["task"], document["cases"]) == ("films", "ranking", 3)
    assert {finding["kind"]: finding["weight"] for finding in document["findings"]}["age"] == "doubt"


def test_an_age_that_is_none_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "nowhere", "--max-age", "2 months"])
    assert ended.value.code == 2
    assert "has the unit 'months', which is unknown" in capsys.readouterr().err
