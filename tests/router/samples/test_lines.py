"""Lines: what is written of an impression and of a conversion."""

import json
from typing import Any

import msgspec
import pytest

from interleaver.router.samples.lines import Long, write_line
from interleaver.router.samples.redaction import Unfit

from .entries import AT, NONCE, make_conversion, make_rule, make_shown

Slots = list[dict[str, Any]]


def read(entry: Any) -> dict[str, Any]:
    line = write_line(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    document: dict[str, Any] = json.loads(line)
    return document


def test_an_impression_says_what_was_shown_to_whom_and_why() -> None:
    line = read(make_shown(make_rule(), b'{"user": 7}'))
    assert {name: line[name] for name in ("line", "kind", "at", "impression", "experiment", "run", "percent")} == {
        "line": 1, "kind": "impression", "at": int(AT), "impression": NONCE.hex(), "experiment": "shop/home-feed",
        "run": "r1", "percent": 50,
    }  # fmt: skip
    assert (line["champion"], line["candidate"]) == ("v41", "v42")
    assert (line["headers"], line["body"]) == ('{"x-user-id":"u1"}', '{"user":7}')
    assert line["lists"] == {"champion": ['"a"', '"b"', '"c"'], "candidate": ['"b"', '"a"', '"d"']}


def test_slots_say_whose_an_item_is_where_it_stands_and_where_it_would_have_stood() -> None:
    slots = read(make_shown(make_rule()))["slots"]
    pair = {slot["item"]: slot for slot in slots[:2]}
    assert sorted(pair) == ['"a"', '"b"']
    for slot in pair.values():
        assert {slot["rank"], slot["other"]} == {1, 2}
        assert slot["propensity"] == 0.5
    assert (pair['"a"']["team"], pair['"b"']["team"]) == ("champion", "candidate")
    shown, missed = slots[2:]
    assert {shown["item"], missed["item"]} == {'"c"', '"d"'}, "the last turn has one place for two items"
    assert (shown["rank"], shown["other"], missed["rank"], missed["other"]) == (3, None, None, 3)
    assert missed["team"] is None


def test_what_both_models_agree_on_has_one_place_for_sure() -> None:
    slots = read(make_shown(make_rule(), candidate='["a", "b", "c"]'))["slots"]
    told = [(slot["item"], slot["rank"], slot["other"], slot["propensity"], slot["team"]) for slot in slots]
    assert told == [(f'"{item}"', rank, rank, 1.0, "neutral") for rank, item in enumerate("abc", 1)]


def test_the_tail_below_the_draft_has_its_places_as_well() -> None:
    slots = read(make_shown(make_rule(depth=1)))["slots"]
    assert {slot["item"] for slot in slots} == {'"a"', '"b"', '"c"'}
    assert [slot["team"] for slot in slots[1:]] == ["fill", "fill"]


def test_ids_stand_in_their_json_spelling_so_that_a_number_is_no_string() -> None:
    line = read(make_shown(make_rule(), champion='[1, "1", true]', candidate='[1, "1", true]'))
    assert [slot["item"] for slot in line["slots"]] == ["1", '"1"', "true"]
    assert read(make_conversion(make_rule(), 1))["item"] == "1"
    assert read(make_conversion(make_rule(), "1"))["item"] == '"1"'


def test_a_conversion_names_its_impression() -> None:
    line = read(make_conversion(make_rule(), "b"))
    assert (line["kind"], line["impression"], line["item"], line["run"]) == ("conversion", NONCE.hex(), '"b"', "r1")


def test_equal_requests_have_one_name_however_their_json_is_spaced() -> None:
    rule = make_rule()
    names = [read(make_shown(rule, body))["query"] for body in (b'{"q":1}', b'{ "q" : 1 }', b'{"q":2}')]
    assert names[0] == names[1] != names[2]


def test_a_unit_is_named_by_a_hash_that_is_the_same_in_every_run() -> None:
    first, second, other = [read(make_shown(make_rule(), unit=unit))["unit"] for unit in ("u1", "u1", "u2")]
    assert first == second != other
    assert "u1" not in first


@pytest.mark.parametrize(
    ("body", "target"),
    [(b"no JSON", b"/recommend"), (b"", b"/recommend"), (b"{}", b"/recommend?user=7"), (b'{"a": NaN}', b"/recommend")],
    ids=["no JSON", "no body", "a query", "a word that is no JSON"],
)
def test_a_request_that_could_not_be_asked_again_is_not_written(body: bytes, target: bytes) -> None:
    with pytest.raises(Unfit):
        write_line(make_shown(make_rule(), body, target=target))


def test_a_line_is_no_longer_than_it_may_be() -> None:
    rule = make_rule(line_bytes=1024)
    assert len(write_line(make_shown(rule))) <= 1024
    for body in (msgspec.json.encode({"text": "x" * 1000}), b" " * 2000 + b"{}"):
        with pytest.raises(Long):
            write_line(make_shown(rule, body))
