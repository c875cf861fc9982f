"""Which ids name the same item."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.ranking import identify, spell

ids = st.one_of(
    st.text(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["1", 1, 1.0, True, "true", 0, -0.0, False, "", "0"]),
)


def same_in_json(left: object, right: object) -> bool:
    """Equality by JSON type and value, written down independently."""
    kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
    return kinds[type(left)] == kinds[type(right)] and left == right


@given(ids, ids)
def test_items_are_the_same_exactly_if_json_type_and_value_are(left: object, right: object) -> None:
    assert (identify(left) == identify(right)) == same_in_json(left, right)


@given(ids, ids)
def test_spellings_are_equal_exactly_if_items_are(left: object, right: object) -> None:
    assert (spell(identify(left)) == spell(identify(right))) == same_in_json(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [("1", "1.0"), ('"1"', "1"), ("1", "true"), ("0", "false"), ('"true"', "true")]
)
def test_only_the_numbers_one_and_one_point_zero_are_one_item(left: str, right: str) -> None:
    items = {identify(json.loads(text)) for text in (left, right)}
    assert len(items) == (1 if (left, right) == ("1", "1.0") else 2)


@pytest.mark.parametrize("value", [None, [], {}, [1], float("nan"), float("inf"), b"1"])
def test_what_cannot_name_an_item_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="an item's id must be"):
        identify(value)


def test_a_lone_surrogate_which_json_permits_can_be_spelled() -> None:
    assert spell(identify(json.loads(r'"\ud800"'))) != spell(identify(json.loads(r'"\ud801"')))
