"""`interleaver lab compare` on folders."""

import json
from pathlib import Path

import pytest

from interleaver.lab.commands.program import run
from tests.unit.lab.builders import make_evaluation_document


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Two evaluations on two suites."""
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        document = json.dumps(make_evaluation_document(seed=seed))
        (tmp_path / str(seed) / "evaluation.json").write_text(document)
    return [str(tmp_path / "1"), str(tmp_path / "2")]


def test_champion_and_candidate_stand_side_by_side_under_mlflows_names(
    folders: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    assert run("compare", [f"{folders[0]}#champion", folders[0]]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["nDCG_10", "0.3000", "0.3300", "+0.0300"] in lines
    assert ["latency_p99_ms", "12.0000", "10.8000", "-1.2000"] in lines


def test_two_suites_are_not_compared_in_silence(folders: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", folders) == 0
    assert "not measured on the same suite" in capsys.readouterr().out


def test_what_is_no_evaluation_exits_with_2(folders: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", [folders[0], "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("interleaver lab compare: nowhere: no folder with evaluation.json")
