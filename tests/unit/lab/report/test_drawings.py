"""Plots as files of their own."""

import xml.etree.ElementTree as xml
from pathlib import Path

from interleaver.lab.report.drawings import write_drawings
from tests.unit.lab.builders import make_evaluation


def test_every_plot_of_every_candidate_is_a_picture(tmp_path: Path) -> None:
    files = write_drawings(make_evaluation(scoring=True, count=300, candidates=2), tmp_path / "plots")
    titles = ["precision-and-recall", "roc", "calibration", "scores-of-the-champion", "scores-of-the-candidate"]
    names = [f"lab-{title}" for title in titles]
    assert [file.stem for file in files] == [*names, *(f"{name}-2" for name in names)]
    for file in files:
        root = xml.fromstring(file.read_text())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.find("{http://www.w3.org/2000/svg}path") is not None


def test_rankings_have_no_curves(tmp_path: Path) -> None:
    assert write_drawings(make_evaluation(), tmp_path / "plots") == []
    assert not (tmp_path / "plots").exists()
