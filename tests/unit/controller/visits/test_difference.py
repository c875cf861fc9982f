"""The merge patch: what it says is exactly what has to change."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interleaver.controller.visits.difference import difference
from tests.unit.controller.fakes import merge

# A merge patch cannot set a null inside an object, and neither does a status hold one.
LEAVES = st.one_of(st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "b"]))
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), st.one_of(LEAVES, inner, st.lists(LEAVES, max_size=2))),
    max_leaves=8,
)


@given(OBJECTS, OBJECTS)
def test_the_patch_turns_the_old_object_into_the_new_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert merge(old, difference(old, new)) == new


@given(OBJECTS)
def test_equal_objects_need_no_patch(value: dict[str, Any]) -> None:
    assert difference(value, value) == {}


def test_a_field_that_went_away_is_named_with_a_null() -> None:
    assert difference({"run": {"id": "a", "percent": 5}}, {"run": {"id": "a"}}) == {"run": {"percent": None}}
    assert difference({"run": {"id": "a"}}, {}) == {"run": None}


def test_a_list_is_replaced_as_a_whole() -> None:
    assert difference({"history": [1, 2]}, {"history": [3, 1]}) == {"history": [3, 1]}


def test_true_is_not_one() -> None:
    assert difference({"a": 1}, {"a": True}) == {"a": True}
