"""What a client gets when both models answer."""

import json
from typing import Any

import pytest

from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply

HEADER = "X-Interleaver-Impression"


def list_ids(body: bytes) -> list[Any]:
    return [item["id"] for item in json.loads(body)["items"]]


def test_both_models_get_the_same_request(stage: Stage, unit: str) -> None:
    headers = {"X-User-Id": unit, "X-Trace": "7", "Connection": "X-Hop", "X-Hop": "gone", "Accept-Encoding": "gzip"}
    stage.router.request("POST", "/recommend?page=1&q=%20", headers, b'{"q": 1.10}')
    (champion,), (candidate,) = stage.champion.seen, stage.candidate.seen
    assert champion[:4] == candidate[:4]
    assert champion[:2] == ("POST", "/recommend?page=1&q=%20")
    assert champion.body == b'{"q": 1.10}'
    assert champion.headers == [
        ("Host", "shop"),
        ("X-User-Id", unit),
        ("X-Trace", "7"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("Content-Length", "11"),
    ]


def test_the_merged_list_is_a_draft_of_both(stage: Stage, unit: str) -> None:
    answer = stage.router.rank(unit)
    assert list_ids(answer.body) in (["a", "b", "d"], ["b", "a", "d"], ["b", "a", "c"], ["a", "b", "c"])
    assert answer.header(HEADER)
    assert answer.json()["by"] == "champion"


def test_a_unit_sees_the_same_order_every_time(stage: Stage, unit: str) -> None:
    assert len({stage.router.rank(unit).body for _ in range(5)}) == 1


def test_units_see_both_orders(stage: Stage) -> None:
    first = {list_ids(stage.router.rank(f"unit {number}").body)[0] for number in range(40)}
    assert first == {"a", "b"}


def test_get_is_interleaved_as_well(stage: Stage, unit: str) -> None:
    answer = stage.router.request("GET", "/recommend?n=3", {"x-uSER-iD": unit})
    assert answer.header(HEADER)
    assert stage.candidate.seen[0].method == "GET"
    assert stage.candidate.seen[0].header("Content-Length") is None


def test_every_byte_outside_the_list_is_kept(stage: Stage, unit: str) -> None:
    item = b'{ "id" : "a" , "score": 1.50, "n": 12345678901234567890123, "u": "\\u00e9\\/" }'
    before = b' \n{"z": 1.0 , "items2": [ 1 ], "a":{"items" : [{"id":"x"}]},\t"items"\r\n: '
    after = b' , "1": 1e2, "k\\"ey": "\\u0041", "b" : [ ] } \n'
    stage.answer(Reply(before + b"[ " + item + b" ]" + after), answer_items("a"))
    answer = stage.router.rank(unit)
    assert answer.body == before + b"[" + item + b"]" + after
    assert answer.header("Content-Length") == str(len(answer.body))
    assert stage.router.counts("slots", "team") == {"neutral": 1}


def test_an_item_carries_the_bytes_of_the_model_that_owns_it(stage: Stage, unit: str) -> None:
    ours = {key: b'{"id":"%b", "of" :"champion"}' % key.encode() for key in "abn"}
    theirs = {key: b'{"of":"candidate","id": "%b"}' % key.encode() for key in "xyn"}
    stage.answer(
        Reply(b'{"items":[%b]}' % b",".join([ours["n"], ours["a"], ours["b"]])),
        Reply(b'{"items":[%b]}' % b",".join([theirs["n"], theirs["x"], theirs["y"]])),
    )
    orders = [[ours["n"], ours["a"], theirs["x"]], [ours["n"], theirs["x"], ours["a"]]]
    assert stage.router.rank(unit).body in [b'{"items":[%b]}' % b",".join(order) for order in orders]


def test_ids_are_compared_by_json_type_and_value(stage: Stage, unit: str) -> None:
    stage.answer(answer_items(1, "1"), answer_items("1", 1))
    assert sorted(map(repr, list_ids(stage.router.rank(unit).body))) == ["'1'", "1"]
    assert stage.router.counts("slots", "team") == {"champion": 1, "candidate": 1}


def test_duplicates_keep_their_first_place(stage: Stage, unit: str) -> None:
    stage.answer(answer_items("a", "a", "b"), answer_items("a", "b", "b"))
    assert list_ids(stage.router.rank(unit).body) == ["a", "b"]


def test_two_empty_lists_are_a_comparison_of_nothing(stage: Stage, unit: str) -> None:
    stage.answer(answer_items(), answer_items())
    answer = stage.router.rank(unit)
    assert answer.json()["items"] == []
    assert stage.router.counts("requests", "outcome") == {"ok": 1}


def test_headers_of_the_champion_are_kept_but_those_about_the_replaced_bytes(stage: Stage, unit: str) -> None:
    headers = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "private"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("ETag", '"x"'),
        ("Content-MD5", "x"),
        ("Digest", "x"),
        ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("X-Interleaver-Impression", "stale"),
        ("Keep-Alive", "timeout=5"),
        ("Connection", "keep-alive, X-Secret"),
        ("X-Secret", "gone"),
    )
    stage.champion.answer = lambda seen: answer_items_with(headers, "a", "b", "c")
    answer = stage.router.rank(unit)
    names = [key for key, _ in answer.headers]
    assert names == ["Content-Type", "Cache-Control", "Set-Cookie", "Set-Cookie", HEADER, "Content-Length"]
    assert answer.header(HEADER) != "stale"


def answer_items_with(headers: tuple[tuple[str, str], ...], *ids: object) -> Reply:
    reply = answer_items(*ids)
    reply.headers = headers
    return reply


def test_a_chunked_answer_is_merged_like_any_other(stage: Stage, unit: str) -> None:
    body = answer_items("a", "b", "c").body
    stage.answer(Reply(chunks=tuple(body[index : index + 7] for index in range(0, len(body), 7))))
    assert stage.router.rank(unit).header(HEADER)


def test_an_answer_that_ends_with_its_connection_is_merged_like_any_other(stage: Stage, unit: str) -> None:
    stage.answer(Reply(raw=b"HTTP/1.0 200 OK\r\n\r\n" + answer_items("a", "b", "c").body, close=True))
    assert stage.router.rank(unit).header(HEADER)


@pytest.mark.parametrize(
    ("contract", "champion", "candidate", "merged"),
    [
        (
            {"items": "/data/list", "itemId": "/product/sku"},
            b'{"data": {"list": [{"product": {"sku": 7}}], "x": 1}}',
            b'{"data": {"list": [{"product": {"sku": 7, "y": 0}}]}}',
            b'{"data": {"list": [{"product": {"sku": 7}}], "x": 1}}',
        ),
        ({"items": "/items", "itemId": ""}, b'{"items": [ "a" ]}', b'{"items": ["a"]}', b'{"items": ["a"]}'),
        ({"items": "", "itemId": "/0"}, b' [["a", 0.50]] ', b'[["a", 1]]', b' [["a", 0.50]] '),
        ({"items": "/0/a~1b", "itemId": ""}, b'[{"a/b": [1]}, 2]', b'[{"a/b": [1.0]}]', b'[{"a/b": [1]}, 2]'),
    ],
    ids=["nested", "plain ids", "the whole answer", "through a list and an escaped name"],
)
def test_the_contract_says_where_list_and_ids_are(
    set_up: Any, contract: dict[str, str], champion: bytes, candidate: bytes, merged: bytes
) -> None:
    stage = set_up(contract={"path": "/recommend", "unit": {"header": "X-User-Id"}, **contract})
    stage.answer(Reply(champion), Reply(candidate))
    answer = stage.router.rank()
    assert answer.header(HEADER)
    assert answer.body == merged


def test_below_the_depth_follow_all_of_the_champions_items_that_are_not_shown(set_up: Any) -> None:
    stage = set_up(depth=2)
    stage.answer(answer_items(1, 2, 3, 4, 5), answer_items(4, 1, 9, 8, 7))
    answer = stage.router.rank()
    head, tail = list_ids(answer.body)[:2], list_ids(answer.body)[2:]
    assert sorted(head) == [1, 4]
    assert tail == [2, 3, 5]
    assert stage.router.counts("slots", "team") == {"champion": 1, "candidate": 1}
    token = answer.header(HEADER)
    assert stage.router.feed_back({"impression": token, "item": 5}).json() == {"accepted": 0, "ignored": 1}
    assert stage.router.counts("feedback", "result") == {"fill": 1}


@pytest.mark.parametrize("depth", [4, 50])
def test_a_list_loses_nothing_to_its_reverse_whatever_the_depth(set_up: Any, depth: int) -> None:
    stage = set_up(depth=depth)
    stage.answer(answer_items(*"abcdefgh"), answer_items(*"hgfedcba"))
    assert sorted(list_ids(stage.router.rank().body)) == list("abcdefgh")


def test_a_long_list_keeps_its_length_though_the_candidate_brings_items_of_its_own(set_up: Any) -> None:
    stage = set_up(depth=50)
    stage.answer(answer_items(*range(5000)), answer_items(*range(4950, 9950)))
    ids = list_ids(stage.router.rank().body)
    assert len(ids) == len(set(ids)) == 5000
    assert ids[50:] == [each for each in range(5000) if each not in ids[:50]][:4950]


def test_the_unit_may_stand_in_the_body(set_up: Any) -> None:
    contract = {"path": "/recommend", "unit": {"pointer": "/user/id"}, "items": "/items", "itemId": "/id"}
    stage = set_up(contract=contract)
    bodies = [b'{"user": {"id": "u"}}', b'{"user": {"id": 7}}', b'{"user": {"id": null}}', b'{"user": 1}', b"no json"]
    answers = [stage.router.request("POST", "/recommend", {}, body) for body in bodies]
    assert [bool(answer.header(HEADER)) for answer in answers] == [True, True, False, False, False]
    assert [seen.body for seen in stage.champion.seen] == bodies


def test_a_token_of_200_items_still_fits_into_a_header(set_up: Any) -> None:
    stage = set_up(depth=200)
    stage.answer(answer_items(*range(300)), answer_items(*range(300, 0, -1)))
    token = stage.router.rank().header(HEADER)
    assert token is not None
    assert len(token) < 4096
