"""The contract tried on an answer says which ids it finds, or where it looked in vain."""

from typing import Any

import pytest

from interleaver.plugin.reading.answer import Ranking, try_contract

ITEMS = {"items": "/result/items", "itemId": "/id"}
TENSOR = {"tensor": {"ids": "item_id"}}

GOOD: list[tuple[str, dict[str, Any], Any, list[Any]]] = [
    ("items with ids", ITEMS, {"result": {"items": [{"id": "a"}, {"id": 7}]}}, ["a", 7]),
    ("plain ids", {"items": "", "itemId": ""}, ["a", "b"], ["a", "b"]),
    ("no items", ITEMS, {"result": {"items": []}}, []),
    ("a name with a slash", {"items": "/a~1b/0"}, {"a/b": [["x"]]}, ["x"]),
    ("tensors", TENSOR, {"outputs": [{"name": "score"}, {"name": "item_id", "data": [3, 1]}]}, [3, 1]),
]
BAD: list[tuple[str, dict[str, Any], Any, str]] = [
    (
        "another field",
        ITEMS,
        {"results": []},
        "nothing stands at contract.items '/result/items': an object with 'results'",
    ),
    ("no list", ITEMS, {"result": {"items": {"a": 1}}}, "is no list: an object with 'a'"),
    ("an item without an id", ITEMS, {"result": {"items": [{"id": 1}, {}]}}, "item 1 has nothing at contract.itemId"),
    ("an id that is an object", {"items": ""}, [{"id": 1}], "the id of item 0 is no text and no number"),
    ("an id twice", {"items": ""}, [1, 2, 1], "the id 1 comes twice"),
    ("no such output", TENSOR, {"outputs": [{"name": "ids"}]}, "there are: ids"),
    ("no outputs", TENSOR, [], "there are: none"),
    ("binary tensors", TENSOR, {"outputs": [{"name": "item_id"}]}, "no data as JSON"),
    ("an answer that is a text", ITEMS, "sorry", "nothing stands at contract.items '/result/items': 'sorry'"),
]


@pytest.mark.parametrize(("contract", "answer", "ids"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_ranking_is_found(contract: dict[str, Any], answer: Any, ids: list[Any]) -> None:
    assert try_contract(contract, answer) == Ranking(ids)


@pytest.mark.parametrize(("contract", "answer", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_no_ranking_says_where_it_was_looked_for(contract: dict[str, Any], answer: Any, words: str) -> None:
    assert words in try_contract(contract, answer).problem
