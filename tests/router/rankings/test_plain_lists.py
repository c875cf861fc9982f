"""Plain lists, read in one pass, are what the reader of all lists makes of them, and odd ones are left to it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.ranking import Identity
from interleaver.router.rankings.plain_list import DEPTH, read_plain_list
from interleaver.router.rankings.ranked import ListReader, Unusable
from tests.router.json_texts import BARE_WORDS, Writer

QUICK = ListReader("/items", "/id", plain=True)
LONG = ListReader("/items", "/id", plain=False)

USUAL = {
    "model": "v42",
    "items": [
        {"id": "film-1", "title": 'A "film"\\ of\n1999', "score": 0.5, "why": ["genre", {"id": "drama", "of": []}]},
        {
            "id": 2,
            "title": "\u00c9t\u00e9 \U0001f600",
            "score": -1.5e-7,
            "new": True,
            "old": False,
            "more": None,
            "tags": {},
        },
        {"score": 1e300, "id": "film-3", "more": None},
    ],
    "took": 3,
}


BODIES_WITH_A_WORD = (
    '{"items": [{"id": "a", "x": ?}, {"x": ? , "id": "b"}, {"id": "c"}]}',
    '{"items": [{"id": "a", "x": [?,1,\t?], "y": {"z":?}}]}',
    '{"x": ?, "items": [{"id": "a"}], "y": [ ?]}',
    '{"items": [{"id": "NaN", "x": "? \\"?\\\\", "?": ?}]}',
    '{"items": [{"id": "a", "x": "\u00e4?", "y": ?}]}',
)


def read(reader: ListReader, body: bytes) -> tuple[int, int, list[tuple[Identity, bytes]]] | None:
    """All that a reader says of an answer; None if it is unusable."""
    try:
        ranked = reader.read(body)
    except Unusable:
        return None
    return ranked.start, ranked.end, [(item, bytes(text)) for item, text in ranked.items.items()]


def is_plain(body: bytes) -> bool:
    return read_plain_list(body, [b'"items"', b'"id"']) is not None


def spell_item(member: str) -> bytes:
    return b'{"items": [{"id": "a", %b}]}' % member.encode()


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\t", "\r\n: ")])
def test_what_models_usually_answer_is_plain(indent: int | None, ascii_only: bool, separators: tuple[str, str]) -> None:
    body = json.dumps(USUAL, indent=indent, ensure_ascii=ascii_only, separators=separators).encode()
    assert is_plain(body)
    found = read(QUICK, body)
    assert found == read(LONG, body)
    assert found is not None
    assert [item for item, _ in found[2]] == ["film-1", 2, "film-3"]
    assert json.loads(body[found[0] : found[1]]) == USUAL["items"]


def test_a_list_deep_in_the_answer_and_one_that_is_the_whole_answer_are_plain() -> None:
    deep = read_plain_list(b'{"a": {"x": 1, "b": [{"key": "i"}]}, "b": []}', [b'"a"', b'"b"', b'"key"'])
    assert deep is not None
    assert (deep.start, deep.end, deep.items) == (20, 34, {"i": b'{"key": "i"}'})
    whole = read_plain_list(b' [{"id": 7}] ', [b'"id"'])
    assert whole is not None
    assert (whole.start, whole.end, whole.items) == (1, 12, {7: b'{"id": 7}'})


@pytest.mark.parametrize("pair", ["\\ud83d\\ude00", "\\uD800\\uDC00", "\\uDbfF\\udFFf", "\\ud83d\\ude00\\ud83d\\ude00"])
def test_a_character_that_is_spelled_in_two_halves_is_plain(pair: str) -> None:
    """As Python's own writer spells an emoji in a title."""
    assert is_plain(spell_item(f'"x": "{pair}"'))


@pytest.mark.parametrize("word", BARE_WORDS)
@pytest.mark.parametrize("body", BODIES_WITH_A_WORD)
def test_a_bare_word_in_the_place_of_a_number_is_plain_and_stays(word: str, body: str) -> None:
    text = body.replace("?", word).encode()
    assert is_plain(text)
    found = read(QUICK, text)
    assert found == read(LONG, text)
    assert found is not None
    assert b"[" + b", ".join(item for _, item in found[2]) + b"]" == text[found[0] : found[1]]


def test_of_items_with_one_id_the_first_one_counts() -> None:
    found = read(QUICK, b'{"items": [{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}]}')
    assert found is not None
    assert found[2] == [("a", b'{"id": "a", "n": 1}'), ("b", b'{"id": "b"}')]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"items": []}',
        b'{"items": [{}]}',
        b'{"items": [1]}',
        b'{"items": {"id": "a"}}',
        b'{"items": [{"id": "a"}]',
        b'{"items": [{"id": "a"}]} x',
        b'{"items": [{"id": "a"},]}',
        b'{"items": [{"id": "a"}}}',
        b'{"items": [{"id": "a"}], "items": [{"id": "b"}]}',
        b'{"items": [{"id": "a"}], "x": 1, "x": 2}',
        b'{"x": 1, "items": [{"id": "a"}], "y": 2, "x": 3}',
        b'{"items": [{"id": "a"}], "\\u0069tems": [{"id": "b"}]}',
        b'{"items": [{"id": "a", "id": "b"}]}',
        b'{"items": [{"id": "a", "\\u0069d": "b"}]}',
        b'{"items": [{"id": "\\u0061"}]}',
        b'{"items": [{"id": true}]}',
        b'{"items": [{"id": null}]}',
        b'{"items": [{"id": -1}]}',
        b'{"items": [{"id": 1.0}]}',
        b'{"items": [{"id": 01}]}',
        b'{"items": [{"id": 1234567890123456}]}',
        b'{"items": [{"id": "\xff"}]}',
        b'{"items": [{"id": "a\nb"}]}',
        spell_item('"x": "\\ud800"'),
        spell_item('"x": "\\ud800 "'),
        spell_item('"x": "\\ud800x0061"'),
        spell_item('"x": "\\ud800\\n0061"'),
        spell_item('"x": "\\ud800\\u0061"'),
        spell_item('"x": "\\uDbff\\uDbff"'),
        spell_item('"x": "\\ud83d\\ude0"'),
        spell_item('"x": "\\ud83d\\u'),
        spell_item('"x": "\\udc00"'),
        spell_item('"x": "\\udfff\\ud800"'),
        spell_item('"x": "\\ud83d\\ude00\\ude00"'),
        spell_item('"x": "\\u12g4"'),
        spell_item('"x": "\\x"'),
        spell_item('"x": "a\tb"'),
        spell_item('"x": "open'),
        spell_item('"x": 01'),
        spell_item('"x": 1.'),
        spell_item('"x": .5'),
        spell_item('"x": -'),
        spell_item('"x": 1e'),
        spell_item('"x": 1e+'),
        spell_item('"x": nan'),
        spell_item('"x": NaNa'),
        spell_item('"x": -NaN'),
        spell_item('"x": 1NaN'),
        spell_item('"x": [NaN NaN]'),
        spell_item('"x": inf'),
        spell_item('"x": Infinit'),
        spell_item('"x": +Infinity'),
        spell_item('"x": --Infinity'),
        spell_item('"x": - Infinity'),
        spell_item('"x": -I'),
        spell_item("NaN: 1"),
        spell_item('"x": {NaN : 1}'),
        b'{"items": [{"id": NaN}]}',
        b'{"items": [{"id": -Infinity}]}',
        b'{"items": NaN}',
        b'{"items": [NaN]}',
        spell_item('"x": tru'),
        spell_item('"x": True'),
        spell_item('"x": [1,]'),
        spell_item('"x": {"y"}'),
        spell_item('"x": {"y": }'),
        spell_item('"x": {1: 2}'),
        spell_item('"x": [1}'),
        spell_item('"x" 1'),
        spell_item('"x"; 1'),
        spell_item("x: 1"),
        spell_item('"x": ' + "[" * (DEPTH + 1) + "]" * (DEPTH + 1)),
        spell_item('"x": ' + "[" * 100_000),
    ],
)
def test_what_leaves_a_doubt_is_not_plain(body: bytes) -> None:
    assert not is_plain(body)
    assert read(QUICK, body) == read(LONG, body)


@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_that_ends_early_is_not_plain_wherever_it_does(indent: int | None) -> None:
    body = json.dumps(USUAL, indent=indent, ensure_ascii=False).encode()
    for end in range(len(body)):
        assert not is_plain(body[:end])
        assert read(QUICK, body[:end]) == read(LONG, body[:end])


@pytest.mark.parametrize("space", [b" ", b"  ", b"\n", b" \r\n\t", b"\x00", b"\x0b", b"\x1f", b"\xa0"])
def test_between_any_two_values_and_marks_stands_white_space_and_no_other_byte(space: bytes) -> None:
    parts = b'{ "items" : [ { "id" : 1 , "x" : [ ] } ] }'.split()
    for place in range(len(parts) - 1):
        body = b"".join(parts[: place + 1]) + space + b"".join(parts[place + 1 :])
        assert is_plain(body) is (not space.strip(b" \t\r\n"))
        assert read(QUICK, body) == read(LONG, body)


@given(st.integers(0, 2**64), st.integers(0, 1000), st.integers(0, 3), st.binary(max_size=2))
def test_odd_and_damaged_answers_are_the_same_to_both_readers(seed: int, start: int, length: int, new: bytes) -> None:
    body = Writer(seed, bare=seed % 2 > 0).write_answer().encode()
    assert read(QUICK, body) == read(LONG, body)
    start = len(body) * start // 1000
    damaged = body[:start] + new + body[start + length :]
    assert read(QUICK, damaged) == read(LONG, damaged)


@given(st.integers(0, 1000), st.integers(0, 3), st.sampled_from([b"", *(bytes([n]) for n in range(256))]))
def test_a_usual_answer_with_one_fault_is_the_same_to_both_readers(start: int, length: int, new: bytes) -> None:
    for document in (USUAL, {**USUAL, "items": [{"id": "a", "x": math.inf}, {"id": 1, "x": [math.nan, -math.inf]}]}):
        body = json.dumps(document).encode()
        place = len(body) * start // 1000
        damaged = body[:place] + new + body[place + length :]
        assert read(QUICK, damaged) == read(LONG, damaged)


@pytest.mark.parametrize("token", ['a"b', "a\\b", "a\nb", "\ud800"])
def test_a_pointer_whose_name_needs_escapes_is_read_in_the_long_way(token: str) -> None:
    assert ListReader("/" + token, "/id", plain=True).names is None


@pytest.mark.parametrize("item_id", ["", "/a/b"])
def test_ids_elsewhere_than_at_a_name_of_each_item_are_read_in_the_long_way(item_id: str) -> None:
    assert ListReader("/items", item_id, plain=True).names is None
