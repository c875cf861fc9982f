"""`interleaver lab show`: what it prints."""

import json
import os
import sys
from pathlib import Path

import pytest

from interleaver.lab.commands.program import main
from tests.unit.lab.suites.folders import make_ranking, make_scoring


def test_people_get_counts_mix_and_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(make_ranking(tmp_path)), "--rows", "3"]) == 0
    said = capsys.readouterr().out
    assert "films: ranking, 3 cases of 2 units" in said
    assert "judgments  4 of 3 items, 1 queries without any" in said
    assert "\ngender\n  f                 1   33.3%  #############\n" in said
    assert '\nq1  (production; unit u1; age=30, gender=f)\n  {"user": 1, "k": 1.5}\n  4  "é"\n  2.5  1  Alien\n' in said


def test_corner_cases_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_ranking(tmp_path)
    (folder / "corners.yaml").write_text("cases: [{name: nobody, request: {}, mustBe: refused}]")
    assert main(["show", str(folder)]) == 0
    assert "\ncorners    1 cases in corners.yaml\n" in capsys.readouterr().out


def test_who_has_read_enough_may_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["show", str(make_ranking(tmp_path))]) == 141


def test_programs_get_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(make_scoring(tmp_path)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == {"0": 1, "1": 1}
