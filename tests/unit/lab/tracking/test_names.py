"""Names as MLflow takes them."""

import posixpath
import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.tracking.names import LONGEST, encode, encode_all

PARTS = st.text(max_size=300)
CUTS = st.dictionaries(PARTS, st.none() | PARTS, max_size=3)


@pytest.mark.parametrize(
    ("metric", "cut", "name"),
    [
        ("nDCG@10", None, "nDCG_10"),
        ("FNR@FPR=0.01", None, "FNR_FPR:0.01"),
        ("nDCG@10", {"gender": "f"}, "slice/gender:f/nDCG_10"),
        ("AUC", {"gender": None}, "slice/gender:missing/AUC"),
        ("AUC", {"age_group": "60+", "gender": "f"}, "slice/age_group:60 plus gender:f/AUC"),
        ("AUC", {"city": "Genève"}, "slice/city:Genève/AUC"),
    ],
)
def test_a_name_stays_readable(metric: str, cut: Mapping[str, str | None] | None, name: str) -> None:
    assert encode(metric, cut) == name


def test_what_the_characters_cannot_say_is_told_apart_by_a_digest() -> None:
    names = {encode("AUC", {"film": film}) for film in ("a/b", "a,b", "a_b", "a!b")}
    assert len(names) == 4
    assert "slice/film:a_b/AUC" in names


def test_a_value_called_missing_is_not_the_group_without_a_value() -> None:
    assert encode("AUC", {"a": "missing"}) != encode("AUC", {"a": None})


def test_names_that_would_be_one_to_a_database_are_told_apart() -> None:
    keys = [("nDCG@10", ()), ("nDCG_10", ()), ("ndcg@10", ())]
    names = list(encode_all(keys).values())
    assert names[0] == "nDCG_10"
    assert len({name.casefold() for name in names}) == 3


@given(PARTS, CUTS)
def test_mlflow_takes_every_name(metric: str, cut: dict[str, str | None]) -> None:
    name = encode(metric, cut)
    # What mlflow.utils.validation demands of names (3.17.2), and that no line end hides behind its `$`.
    assert re.fullmatch(r"[/\w.\- :]+", name)
    assert len(name) <= LONGEST
    assert posixpath.normpath(name) == name
    assert not name.startswith(("..", "/"))
    assert name != "."
