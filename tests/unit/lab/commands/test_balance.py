"""`interleaver lab balance`: what it prints, and what it writes."""

import json
from pathlib import Path

import pytest

from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from tests.unit.lab.suites.test_balancing import GROUPS, make


def test_people_see_the_mix_before_and_after(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["balance", str(make(tmp_path, GROUPS)), "--by", "gender,age", "--output", str(tmp_path / "out")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("100 of 100 cases, worth 60 of equal weight; weights 0.556 to 3.33\n")
    assert (
        "\ngender   before   stated    after\nf         40.0%    66.7%    66.7%\nm         60.0%    33.3%    33.3%\n"
        in said
    )
    assert "\nnever together: gender=m, age=young\n" in said
    weights = read_suite(tmp_path / "out").cases.weights
    assert weights is not None
    assert weights.max() == pytest.approx(10 / 3)


def test_programs_get_one_document_of_the_part_that_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["balance", str(make(tmp_path, GROUPS)), "--by", "gender", "--to", "gender:f=0.5,m=0.5", "--subsample"]
    assert main([*words, "--output", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["reached"]) == (80, True)
    assert told["attributes"]["gender"] == [
        {"value": "f", "before": 0.4, "stated": 0.5, "after": 0.5},
        {"value": "m", "before": 0.6, "stated": 0.5, "after": 0.5},
    ]
    assert len(read_suite(tmp_path / "out").cases) == 80


def test_a_mix_that_cannot_be_meant_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    words = ["balance", str(make(tmp_path, GROUPS)), "--by", "height", "--output", str(tmp_path / "out")]
    assert main(words) == 2
    assert not (tmp_path / "out").exists()
