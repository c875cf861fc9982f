"""Pictures in the page."""

from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from interleaver.lab.report.pictures import LONGEST_SIDE, embed
from tests.unit.lab.builders import make_evaluation

from .pages import read_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite with one large picture, and a secret beside it."""
    (tmp_path / "suite" / "pictures").mkdir(parents=True)
    pixels = np.random.default_rng(0).random((600, 400, 3))
    matplotlib.image.imsave(tmp_path / "suite" / "pictures" / "face.png", pixels)
    matplotlib.image.imsave(tmp_path / "secret.png", pixels)
    return tmp_path / "suite"


def test_a_picture_is_made_small(folder: Path) -> None:
    text = embed(folder, "pictures/face.png")
    assert text is not None
    assert text.startswith("data:image/png;base64,")
    assert len(text) < 4 * LONGEST_SIDE * LONGEST_SIDE * 4 / 3


@pytest.mark.parametrize("name", [None, "", "pictures/none.png", "../secret.png", "pictures"])
def test_what_is_no_picture_below_the_suite_is_not_shown(folder: Path, name: str | None) -> None:
    assert embed(folder, name) is None


def test_a_file_that_is_no_picture_is_left_out(folder: Path) -> None:
    (folder / "pictures" / "text.png").write_text("no picture")
    assert embed(folder, "pictures/text.png") is None


def test_pictures_are_shown_only_when_asked(folder: Path) -> None:
    evaluation = make_evaluation(scoring=True, folder=folder, pictures="pictures/face.png")
    assert read_page(evaluation).count("img") == 0
    page = read_page(evaluation, raw=True)
    assert page.count("img") > 24
    assert all(told["alt"] for tag, told in page.tags if tag == "img")
