"""Models by name."""

from pathlib import Path

import pytest

from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.checking import check_tracking
from interleaver.lab.tracking.registry import read_name


@pytest.mark.parametrize(
    ("text", "model"),
    [("ranker", ("ranker", None)), ("ranker/3", ("ranker", "3")), ("models:/ranker/3", ("ranker", "3"))],
)
def test_a_model_has_a_name_and_may_have_a_version(text: str, model: tuple[str, str | None]) -> None:
    assert read_name(text) == model


@pytest.mark.parametrize("text", ["", "/3", "ranker/latest", "a:b", "ranker/3/4"])
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="is no model; give NAME for a new version"):
        read_name(text)


def test_without_a_gate_nothing_can_be_registered_and_that_is_said_first(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="registered when a gate has passed, and there is none; give --gate"):
        check_tracking("http://nowhere", tmp_path, model="ranker")
