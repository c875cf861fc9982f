"""Redaction: what is dropped or hashed is nowhere in what is written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.routing import Value
from interleaver.router.samples.lines import write_line
from interleaver.router.samples.redaction import Unfit, clean_body, clean_headers

from .entries import make_rule, make_shown

SECRET = "secret-7f3a"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab01"), inner, max_size=3),
    max_leaves=8,
)
POINTERS = st.lists(st.sampled_from(["a", "b", "0", "1"]), max_size=3).map(lambda path: "".join(f"/{p}" for p in path))


def clean(document: Any, **sampling: Any) -> Any:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return json.loads(clean_body(text, make_rule(**sampling)))


def at(*pointers: str) -> tuple[Value, ...]:
    return tuple(Value(pointer=pointer) for pointer in pointers)


def test_what_is_dropped_is_gone_and_the_rest_stays_in_its_order() -> None:
    given = {"user": {"email": SECRET, "age": 3}, "query": "shoes"}
    assert list(clean(given, drop=at("/user/email")).items()) == [("user", {"age": 3}), ("query", "shoes")]


def test_in_a_list_null_takes_the_place_of_what_is_dropped() -> None:
    assert clean({"a": [1, SECRET, 3]}, drop=at("/a/1")) == {"a": [1, None, 3]}


def test_equal_values_have_equal_hashes_and_others_do_not() -> None:
    hashed = clean({"a": SECRET, "b": SECRET, "c": "else", "d": 7}, hash=at("/a", "/b", "/c", "/d"))
    assert hashed["a"] == hashed["b"] != hashed["c"]
    assert SECRET not in json.dumps(hashed)
    assert len(hashed["d"]) == 32


def test_what_is_not_there_is_no_fault() -> None:
    assert clean({"a": 1}, drop=at("/b", "/a/c", "/a/0"), hash=at("/x/y")) == {"a": 1}
    assert clean([1, 2], drop=at("/7", "/x", "/-1")) == [1, 2]


def test_null_says_nothing_and_is_not_hashed() -> None:
    assert clean({"a": None}, hash=at("/a")) == {"a": None}


def test_the_whole_body_can_be_dropped() -> None:
    assert clean({"a": SECRET}, drop=at("")) is None


def test_a_name_that_comes_twice_hides_nothing() -> None:
    text = clean_body(
        b'{"email": "' + SECRET.encode() + b'", "email": "' + SECRET.encode() + b'"}', make_rule(drop=at("/email"))
    )
    assert SECRET not in text


def test_a_body_that_is_no_json_is_not_written_for_nobody_can_say_what_is_in_it() -> None:
    for text in (SECRET.encode(), b'{"email": "' + SECRET.encode(), b"\xff\xfe"):
        with pytest.raises(Unfit):
            clean_body(text, make_rule(drop=at("/email")))


@given(JSON, POINTERS)
def test_no_pointer_into_any_document_breaks_the_writer(document: Any, pointer: str) -> None:
    for field in ("drop", "hash"):
        clean(document, **{field: at(pointer)})


@given(JSON, POINTERS)
def test_a_value_that_is_dropped_or_hashed_is_nowhere_in_the_line(document: Any, pointer: str) -> None:
    tokens = pointer.split("/")[1:]
    holder = json.loads(json.dumps(document))
    whole: Any = {"body": holder}
    place, last = whole, "body"
    for token in tokens:
        if isinstance(place[last], dict):
            place, last = place[last], token
            place.setdefault(token, None)
        else:
            return
    place[last] = SECRET
    for rule in (make_rule(drop=at(pointer)), make_rule(hash=at(pointer))):
        assert SECRET not in clean_body(json.dumps(whole["body"]).encode(), rule)


def test_no_header_is_written_but_the_units_and_those_that_are_asked_for() -> None:
    sent = {b"Cookie": SECRET.encode(), b"Authorization": SECRET.encode(), b"Accept-Language": b"de", b"X-Shop": b"7"}
    line = write_line(make_shown(make_rule(headers=("Accept-Language",)), headers=sent)).decode()
    assert SECRET not in line
    assert json.loads(json.loads(line)["headers"]) == {"accept-language": "de", "x-user-id": "u1"}


def test_a_unit_whose_header_is_hashed_or_dropped_stands_nowhere_in_clear() -> None:
    hashed = make_shown(make_rule(hash=(Value(header="X-User-Id"),)), unit=SECRET)
    dropped = make_shown(make_rule(drop=(Value(header="x-user-id"),)), unit=SECRET)
    for entry in (hashed, dropped):
        assert SECRET not in write_line(entry).decode()
    line = json.loads(write_line(hashed))
    assert json.loads(line["headers"]) == {"x-user-id": line["unit"]}, "the hash by which units are told apart"
    assert json.loads(clean_headers(dropped.request.fields, dropped.rule)) == {}
