"""Two ids are spelled alike exactly if the router takes both for one item."""

import json

import pytest

from interleaver.interleaving.ranking import identify
from interleaver.lab.terms.ids import Spellings, spell_id

IDS = ["a", "1", 1, 1.0, 1e0, True, "true", False, 0, -0.0, 0.5, 1e-7, 1e22, 10**30, "", 'q"\\', "ä€😀", "\u2028", "\n"]


@pytest.mark.parametrize("first", IDS, ids=repr)
def test_two_spellings_are_equal_exactly_if_the_ids_are_one_item(first: object) -> None:
    for second in IDS:
        assert (spell_id(first) == spell_id(second)) is (identify(first) == identify(second)), second


@pytest.mark.parametrize("value", IDS, ids=repr)
def test_a_spelling_is_json_that_says_the_same_id(value: object) -> None:
    assert identify(json.loads(spell_id(value))) == identify(value)


@pytest.mark.parametrize("value", [None, [], {}, float("nan"), float("inf"), "\ud800"], ids=repr)
def test_what_can_name_no_item_has_no_spelling(value: object) -> None:
    with pytest.raises(ValueError, match=r"id|encode"):
        spell_id(value)


def test_a_whole_number_is_spelled_without_a_point_and_letters_without_escapes() -> None:
    assert [spell_id(1.0), spell_id("ä/b"), spell_id(True), spell_id(10**30)] == ["1", '"ä/b"', "true", "1" + "0" * 30]


def test_lists_of_many_queries_share_the_texts_of_their_ids() -> None:
    spellings = Spellings()
    assert spellings["a long name"] is spellings["a long name"]
    assert spellings[1] == "1"
