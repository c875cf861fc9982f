"""What is read of an answer, and that no answer can be so deep or so long that it cannot be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.controller.cluster.answers import (
    DEEPEST,
    ClusterError,
    TooLarge,
    cut_deep,
    read_head,
    read_heads,
    read_object,
)

JSON = st.recursive(
    st.none() | st.integers(-9, 9) | st.text('[]{}"\\\\ab', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\\\ab', max_size=3), inner, max_size=3),
    max_leaves=20,
)


def nest(levels: int, inner: str = "1") -> str:
    return "[" * levels + inner + "]" * levels


@given(JSON)
def test_what_is_not_deep_is_not_cut(document: Any) -> None:
    text = json.dumps(document).encode()
    assert cut_deep(text) == text


@given(JSON, st.integers(DEEPEST + 1, 3000))
def test_what_is_deep_is_cut_and_all_else_stays(document: Any, levels: int) -> None:
    text = f'{{"kept": {json.dumps(document)}, "deep": {nest(levels)}, "after": "]}}"}}'
    found = json.loads(cut_deep(text.encode()))
    assert (found["kept"], found["after"]) == (document, "]}")
    assert cut_deep(text.encode()).count(b"[[") < DEEPEST


@pytest.mark.parametrize("levels", [900, 5000, 9000])
def test_an_object_whose_fields_are_nested_without_end_still_shows_its_head(levels: int) -> None:
    deep = f'{{"metadata": {{"name": "a", "managedFields": {nest(levels)}}}, "spec": {nest(levels)}}}'
    assert read_head(deep.encode()) == {"metadata": {"name": "a"}}
    page = f'{{"items": [{deep}, {deep}], "metadata": {{"continue": "more"}}}}'
    assert read_heads(page.encode(), kind="Pod") == ([{"kind": "Pod", "metadata": {"name": "a"}}] * 2, "more")


def test_an_object_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(TooLarge, match="nested deeper than 40 levels"):
        read_object(f'{{"metadata": {{}}, "data": {nest(5000)}}}'.encode(), 1 << 20)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"metadata": 7}', b"\xff", b'{"metadata": {"name": 7}}'])
def test_an_answer_that_is_no_object_is_a_failure_of_the_request(body: bytes) -> None:
    with pytest.raises(ClusterError):
        read_head(body)


def test_an_object_without_a_head_has_none() -> None:
    assert read_object(b'{"spec": 7}', 100) == {"spec": 7}
    assert read_head(b"{}") == {"metadata": {}}
