"""Two models side by side, from folders."""

import json
from pathlib import Path

import pytest

from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.comparing import read_side
from tests.unit.lab.builders import make_evaluation_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The output of an evaluation of two candidates."""
    (tmp_path / "evaluation.json").write_text(json.dumps(make_evaluation_document(candidates=2)))
    return tmp_path


def test_a_folder_is_its_candidate(folder: Path) -> None:
    side = read_side(str(folder), None)
    assert side.title == "films: candidate\nhttp://candidate-0:8000"
    assert side.metrics["nDCG_10"] == pytest.approx(0.33)


def test_other_models_of_a_folder_are_named(folder: Path) -> None:
    assert read_side(f"{folder}#champion", None).metrics["nDCG_10"] == 0.3
    assert read_side(f"{folder}#candidate-2", None).title.endswith("http://candidate-1:8000")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{folder}#candidate-3", "is no model of this evaluation; there are champion, candidate, candidate-2"),
        ("{folder}/none", "no folder with evaluation.json, and no id of a run"),
        ("0123456789abcdef0123456789abcdef", "it is not said where runs are kept; give --tracking"),
    ],
)
def test_what_is_no_model_is_refused(folder: Path, text: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        read_side(text.format(folder=folder), None)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"candidates": []}', '{"candidates": [{}], "champion": null}'])
def test_a_document_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "evaluation.json").write_text(text)
    with pytest.raises(Unusable, match="is not what evaluate writes"):
        read_side(str(tmp_path), None)
