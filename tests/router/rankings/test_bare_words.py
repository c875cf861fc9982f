"""`NaN`, `Infinity` and `-Infinity` pass as they came wherever no id, name or shape is one of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.rankings.bare_words import MOST_MARKS, mask, unmask
from interleaver.router.rankings.ranked import ListReader, Ranking, Reader, Unusable
from interleaver.router.rankings.tensor import TensorReader
from tests.router.conftest import Stage
from tests.router.json_texts import BARE_WORDS, Writer
from tests.router.model_servers import Reply

OWN_WORDS = "NaN or Infinity"
BY_BODY = {"path": "/recommend", "unit": {"pointer": "/user/id"}, "items": "/items", "itemId": "/id"}


def read(reader: Reader, text: str) -> Ranking:
    return reader.read(text.encode())


@given(st.integers(0, 2**64))
def test_a_masked_text_is_strict_json_of_the_same_length_and_comes_back(seed: int) -> None:
    text = Writer(seed, bare=True).write_answer().encode()
    masked = mask(text)
    assert len(masked) == len(text)
    assert unmask(masked) == text
    json.loads(masked.decode("latin-1"), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'{"a": 1}',
        b'["NaN", "\\"NaN", "Infinity"]',
        b'{NaN: 1, -Infinity\t: 2, "x": 3}',
        b'["\xff", NaN]',
        b'["\x00", NaN]',
        b'NaN "' + b'\\"' * MOST_MARKS,
    ],
)
def test_a_text_without_such_words_or_that_takes_too_long_is_itself(text: bytes) -> None:
    assert mask(text) is text


@pytest.mark.parametrize("word", BARE_WORDS)
@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(
    ("items", "item_id", "body", "first", "second"),
    [
        ("/items", "/id", '{"took": ?, "items": [%s], "x": "?"}', '{"id": "a", "x": ?}', '{"x":[? ,"?"], "id": "b"}'),
        ("/items", "/id", '{"items": [%s]}', '{"id": "a", "x": ?}', '{"id": "\\u0062", "x": ?}'),
        ("/items", "/product/id", '{"items": [%s]}', '{"product": {"id": "a", "x": ?}}', '{"product": {"id": "b"}}'),
        ("", "/0", "[%s]", '["a", ?]', '["b", [?, ?]]'),
        ("", "/1", "[%s]", '[?, "a"]', '[ ?, "b"]'),
        ("/ids", "", '{"took": ?, "ids": [%s], "scores": [ ?,?]}', '"a"', '"b"'),
        ("/a/1", "/id", '{"a": [{"x": ?}, [%s]]}', '{"id": "a", "x": "?"}', '{"id": "b", "x": ?}'),
    ],
)
def test_lists_of_every_form_are_read_past_them_and_keep_them(
    word: str, plain: bool, items: str, item_id: str, body: str, first: str, second: str
) -> None:
    text, swapped = ((body % ",".join(pair)).replace("?", word).encode() for pair in ((first, second), (second, first)))
    ranking = ListReader(items, item_id, plain).read(text)
    assert list(ranking.items) == ["a", "b"]
    assert ranking.splice(text, reversed(ranking.items.values())) == swapped


def write_tensors(scores: str, shape: str = "[1, 2]", ids: str = '["a","b"]', more: str = "") -> str:
    return (
        f'{{"x": NaN, "outputs": [{{"name": "score", "datatype": "FP32", "shape": {shape}, "data": {scores}}}, '
        f'{{"name": "id", "datatype": "BYTES", "shape": [2], "data": {ids}}}{more}]}}'
    )


@pytest.mark.parametrize("word", BARE_WORDS)
@pytest.mark.parametrize(
    ("scores", "swapped", "shape"),
    [
        ("[?, 0.5]", "[0.5,?]", "[1, 2]"),
        ("[[?, 1.50]]", "[[1.50,?]]", "[1, 2]"),
        ("[[?], [ 1e0]]", "[[1e0],[?]]", "[2, 1]"),
        ("[[?, 1], [2, ?]]", "[[2,?],[?,1]]", "[2, 2]"),
        ('["?", {"x": ?}]', '[{"x": ?},"?"]', "[2]"),
    ],
)
def test_rows_of_tensors_keep_them(word: str, scores: str, swapped: str, shape: str) -> None:
    took = f', {{"name": "took", "shape": [1], "datatype": "FP32", "data": [{word}]}}'
    text = write_tensors(scores.replace("?", word), shape, more=took)
    ranking = read(TensorReader("id"), text)
    assert list(ranking.items) == ["a", "b"]
    backwards = ranking.splice(text.encode(), reversed(ranking.items.values())).decode()
    assert backwards == write_tensors(swapped.replace("?", word), shape, '["b","a"]', took)


@pytest.mark.parametrize("word", BARE_WORDS)
@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (ListReader("/items", "/id"), '{"items": [{"id": "a"}, {"id": ?}]}'),
        (ListReader("/items", "/id", plain=True), '{"items": [{"id": 1}, {"id": ?}]}'),
        (ListReader("/items", ""), '{"items": ["a", ?]}'),
        (ListReader("", "/0"), '[["a", 1], [?, 1]]'),
        (ListReader("/items", "/a/b"), '{"items": [{"a": {"b": ?}}]}'),
        (TensorReader("id"), write_tensors("[1, 2]", ids='["a", ?]')),
        (TensorReader("id"), write_tensors("[1, 2]", "[1, ?]")),
        (TensorReader("id"), write_tensors("[1, 2]").replace('"score"', "?")),
    ],
)
def test_an_answer_with_one_for_an_id_a_name_or_a_shape_is_unusable_and_says_so(
    word: str, reader: Reader, body: str
) -> None:
    with pytest.raises(Unusable, match=OWN_WORDS):
        read(reader, body.replace("?", word))


@pytest.mark.parametrize(
    "body",
    [
        '{"items": [{"id": "a", "x": ?}], "items": []}',
        '{"items": [{"id": "a", "x": ?}]',
        '{"items": [{"x": ?}]}',
        '{"items": [{"id": null, "x": ?}]}',
        '{"items": [{"id": ["a"], "x": ?}]}',
        '{"items": [{"id": "a", "x": +?}]}',
        '{"items": [{"id": "a", "x": 1?}]}',
        '{"items": [{"id": "a", "x": ??}]}',
        '{"items": [{"id": "a", ?: 1}]}',
        '{"items": [{"id": "a", "x": "?]}',
        '{"items": ?}',
        "?",
    ],
)
def test_all_else_that_is_wrong_with_an_answer_is_as_wrong_beside_them(body: str) -> None:
    for word in BARE_WORDS:
        for plain in (False, True):
            with pytest.raises(Unusable):
                read(ListReader("/items", "/id", plain), body.replace("?", word))


# Through a router.


def answer_scores(ids: str, score: str) -> Reply:
    items = ",".join(f'{{"id":"{each}","score":{score}}}' for each in ids)
    return Reply(f'{{"took": {score}, "items":[{items}]}}'.encode())


@pytest.mark.parametrize("word", BARE_WORDS)
def test_scores_that_are_no_numbers_cost_no_comparison(stage: Stage, word: str, unit: str) -> None:
    stage.answer(answer_scores("abc", word), answer_scores("bda", word))
    answer = stage.router.rank(unit)
    assert answer.header("X-Interleaver-Impression")
    shown = [item["id"] for item in json.loads(answer.body)["items"]]
    assert answer.body == answer_scores("".join(shown), word).body
    assert stage.router.counts("fallbacks", "reason") == {}
    assert stage.router.count("model_calls", model="candidate", outcome="ok") == 1


@pytest.mark.parametrize(("model", "reason"), [("champion", "contract"), ("candidate", "parse")])
def test_an_id_that_is_no_number_is_a_fallback_and_the_champions_answer_passes(
    stage: Stage, model: str, reason: str
) -> None:
    stage.answer(**{model: Reply(b'{"items": [{"id": NaN}, {"id": "b"}, {"id": "c"}]}')})
    answer = stage.router.rank()
    assert answer.body == stage.champion.answer(None).body  # type: ignore[arg-type]
    assert stage.router.counts("fallbacks", "reason") == {reason: 1}


@pytest.mark.parametrize(
    "body", [b'{"features": [NaN, -Infinity], "user": {"id": "u"}}', b'{"user":{"x":NaN,"id":"u"}}']
)
def test_a_unit_is_found_beside_features_that_are_no_numbers(set_up: Any, body: bytes) -> None:
    stage = set_up(contract=BY_BODY)
    assert stage.router.request("POST", "/recommend", {}, body).header("X-Interleaver-Impression")
    assert [stage.champion.seen[-1].body, stage.candidate.seen[-1].body] == [body, body]
    assert stage.router.counts("unitless_requests", "reason") == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"user": {"id": NaN}}', "unit-not-scalar"),
        (b'{"x": NaN, "user": {}}', "pointer-missing"),
        (b'{"x": NaN, "user": {"id": ""}}', "unit-empty"),
        (b'{"x": NaNs, "user": {"id": "u"}}', "body-not-json"),
    ],
)
def test_what_names_no_unit_beside_them_is_counted_by_what_is_the_matter(set_up: Any, body: bytes, reason: str) -> None:
    stage = set_up(contract=BY_BODY)
    stage.router.request("POST", "/recommend", {}, body)
    assert stage.router.counts("unitless_requests", "reason") == {reason: 1}


def test_a_request_is_excluded_by_what_stands_beside_them(set_up: Any) -> None:
    exclude = [{"pointer": "/kind", "pattern": "bot"}]
    stage = set_up(contract={**BY_BODY, "unit": {"header": "X-User-Id"}, "exclude": exclude})
    stage.router.rank("u", b'{"x": NaN, "kind": "bot"}')
    assert stage.router.counts("passed_requests", "reason") == {"excluded": 1}


def test_feedback_may_hold_them_in_fields_that_nobody_reads(stage: Stage, unit: str) -> None:
    token = stage.router.rank(unit).header("X-Interleaver-Impression")

    def send(fields: str) -> Any:
        body = f'[{{"impression": "{token}", "price": NaN, {fields}}}]'.encode()
        return stage.router.request("POST", "/feedback", {}, body).json()

    assert send('"item": "b"') == {"accepted": 1, "ignored": 0}
    assert send('"item": NaN') == {"accepted": 0, "ignored": 1}
    assert send('"item": "a", "at": -Infinity') == {"accepted": 0, "ignored": 1}
    assert stage.router.counts("feedback", "result") == {"credited": 1, "invalid": 2}
