"""Odd but valid JSON: the reader and the merge against a slow reader that is written with the standard library."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.coins import GivenCoins
from interleaver.interleaving.ranking import identify
from interleaver.router.rankings.merge import merge
from interleaver.router.rankings.ranked import ListReader, Unusable
from tests.router.json_texts import Writer, find_items

SHARED = ListReader("/items", "/id")  # one for all examples, for it remembers the shapes that it has seen

seeds = st.integers(0, 2**64)
texts = st.tuples(seeds, st.booleans()).map(lambda drawn: Writer(*drawn).write_answer())


def load(text: str | bytes) -> Any:
    """A document with bare words as strings, for no NaN equals another."""
    return json.loads(text, parse_constant=str)


def test_the_texts_are_json_and_of_both_kinds() -> None:
    written = [Writer(seed).write_answer() for seed in range(300)]
    assert all("items" in json.loads(text, parse_constant=pytest.fail) for text in written)
    assert 20 < sum(find_items(text) is None for text in written) < 280


@given(texts)
def test_the_list_is_found_where_a_slow_reader_finds_it(text: str) -> None:
    place = find_items(text)
    if place is None:
        with pytest.raises(Unusable):
            SHARED.read(text.encode())
        return
    ranked = SHARED.read(text.encode())
    assert (ranked.start, ranked.end) == tuple(len(text[:at].encode()) for at in place)
    assert list(ranked.items) == list(dict.fromkeys(identify(item["id"]) for item in json.loads(text)["items"]))


@given(texts, texts, st.integers(1, 8), seeds)
def test_every_byte_of_a_merged_answer_comes_from_one_of_the_models(
    ours: str, theirs: str, depth: int, seed: int
) -> None:
    if find_items(ours) is None or find_items(theirs) is None:
        return
    body, dice = ours.encode(), Random(seed)
    champion, candidate = SHARED.read(body), SHARED.read(theirs.encode())
    merged = merge(body, champion, candidate, depth, GivenCoins(dice.random() < 0.5 for _ in range(50)))
    assert merged.body.startswith(body[: champion.start])
    assert merged.body.endswith(body[champion.end :])
    sent = load(merged.body)
    items = sent.pop("items")
    assert sent == {name: value for name, value in load(ours).items() if name != "items"}
    assert [identify(item["id"]) for item in items] == [*merged.items, *merged.tail]
    assert len(items) == len(champion.items), "the list keeps its length"
    left = [item for item in champion.items if item not in merged.items]
    assert merged.tail == left[: len(merged.tail)], "and goes on with what is not shown yet, in the champion's order"
    known = {bytes(raw) for raw in (*champion.items.values(), *candidate.items.values())}
    assert {bytes(raw) for raw in SHARED.read(merged.body).items.values()} <= known


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("place", ['{"items": [{"id": 1}], "x": %s}', '{"items": %s}', '{"items": [{"id": %s}]}'])
def test_no_depth_is_too_deep_to_be_refused(opening: str, place: str) -> None:
    closing = {"[": "]", "{": "}"}[opening[0]]
    for nested in (opening * 100_000, opening * 100_000 + "1" + closing * 100_000):
        with pytest.raises(Unusable):
            ListReader("/items", "/id").read((place % nested).encode())


@given(texts, st.integers(0, 1000), st.integers(0, 3), st.binary(max_size=2))
def test_a_damaged_answer_is_unusable_or_reads_as_json(text: str, start: int, length: int, fresh: bytes) -> None:
    body = text.encode()
    start = len(body) * start // 1000
    body = body[:start] + fresh + body[start + length :]
    try:
        ranked = SHARED.read(body)
    except Unusable:
        return
    assert len(json.loads(body[ranked.start : ranked.end])) >= len(ranked.items)


def test_a_list_that_is_no_utf_8_is_unusable_for_it_would_spoil_the_whole_answer() -> None:
    with pytest.raises(Unusable):
        SHARED.read(b'{"items": [{"id": 1, "name": "\xff"}]}')
    assert list(SHARED.read('{"items": [{"id": 1, "name": "\u00ff"}]}'.encode()).items) == [1]
