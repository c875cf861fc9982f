"""A balanced suite is written as the suite again, with weights or in part."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interleaver.lab.suites.balancing.saving import save_balanced
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.writing import Form
from interleaver.lab.terms.unusable import Unusable

from .folders import make_scoring
from .test_balancing import GROUPS, balance, make


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_weighted_suite_is_the_suite_with_weights(form: Form, tmp_path: Path) -> None:
    suite = read_suite(make(tmp_path, GROUPS, form))
    _, _, made = balance(suite, "gender,age")
    save_balanced(suite, made.after, tmp_path / "out", subsample=False)
    written = read_suite(tmp_path / "out")
    assert written.cases.weights is not None
    assert written.cases.weights == pytest.approx(made.after)
    assert list(written.cases.ids) == list(suite.cases.ids)
    assert written.judgments is not None
    assert len(written.judgments.gains) == 200


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_part_of_a_suite_has_the_judgments_of_its_queries_alone(form: Form, tmp_path: Path) -> None:
    suite = read_suite(make(tmp_path, GROUPS, form))
    _, _, made = balance(suite, "gender,age", seed=0)
    save_balanced(suite, made.after, tmp_path / "out", subsample=True)
    written = read_suite(tmp_path / "out")
    assert len(written.cases) == 30
    assert written.judgments is not None
    assert written.judgments.lists.lengths.tolist() == [2] * 30
    assert written.cases.weights is not None
    assert set(written.cases.weights) == {1.0}


def test_pictures_go_with_the_suite(tmp_path: Path) -> None:
    folder = make_scoring(tmp_path)
    (folder / "faces").mkdir()
    (folder / "faces" / "a.png").write_bytes(b"x")
    line = '{"sample": "a", "picture": "faces/a.png", "label": 1, "source": "corner", "attributes": {"gender": "f"}}\n'
    (folder / "samples.jsonl").write_text(line)
    suite = read_suite(folder)
    save_balanced(suite, np.ones(1), tmp_path / "out", subsample=False)
    assert read_suite(tmp_path / "out").cases.requests[0].body == suite.cases.requests[0].body


def test_a_suite_is_not_balanced_into_itself(tmp_path: Path) -> None:
    suite: Any = read_suite(make(tmp_path, GROUPS))
    with pytest.raises(Unusable, match="lies in the suite itself"):
        save_balanced(suite, np.ones(100), suite.folder / "balanced", subsample=False)
    with pytest.raises(Unusable, match="is there already"):
        save_balanced(suite, np.ones(100), make(tmp_path, GROUPS), subsample=False)
