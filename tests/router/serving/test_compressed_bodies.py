"""Requests whose bodies clients have compressed: read where the unit stands in them, and passed on as they came."""

import gzip
import json
from typing import Any

import pytest

from tests.router.catalogue import IN_BODY, by_body, make_contract, rank
from tests.router.conftest import Stage
from tests.router.model_servers import Seen
from tests.router.programs import Answer

HEADER = "X-Interleaver-Impression"
BY_BODY = {"path": "/recommend", "unit": {"pointer": "/user/id"}, "items": "/items", "itemId": "/id"}
GOOD = json.dumps({"user": {"id": "u"}, "features": [1.5, 2.5]}).encode()
OURS = [f"c{number}" for number in range(30)]


def pack(text: bytes) -> bytes:
    """Gzip without the time, which would give a test another name in every process."""
    return gzip.compress(text, mtime=0)


def post(stage: Stage, body: bytes, encoding: str = "gzip", **headers: str) -> Answer:
    return stage.router.request("POST", "/recommend", {"Content-Encoding": encoding, **headers}, body)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_unit_in_a_gzip_body_is_read_and_both_models_get_the_body_as_it_came(set_up: Any, encoding: str) -> None:
    stage, body = set_up(contract=BY_BODY), pack(GOOD)
    assert post(stage, body, encoding).header(HEADER)
    for model in (stage.champion, stage.candidate):
        (seen,) = model.seen
        assert (seen.body, seen.header("Content-Encoding")) == (body, encoding)
    assert stage.router.counts("unitless_requests", "reason") == {}


def test_it_is_the_same_unit_as_in_a_plain_body(set_up: Any) -> None:
    stage = set_up(contract=BY_BODY)
    plain = {stage.router.request("POST", "/recommend", {}, GOOD).body for _ in range(3)}
    assert plain == {post(stage, pack(GOOD)).body}


def test_a_gzip_body_in_chunks_is_read(set_up: Any) -> None:
    stage, body = set_up(contract=BY_BODY), pack(GOOD)
    with stage.router.client() as client:
        client.send(
            b"POST /recommend HTTP/1.1\r\nHost: shop\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        client.send(b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n")
        assert client.receive().header(HEADER)
    assert stage.candidate.seen[-1].body == body


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", b"\x8b\x07\x80{}", "body-compressed"),
        ("deflate", pack(GOOD), "body-compressed"),
        ("gzip", pack(GOOD)[:-3], "body-compressed"),
        ("gzip", pack(GOOD) * 2, "body-compressed"),
        ("gzip", pack(b" " * 1_000_000 + GOOD), "body-compressed"),
        ("gzip", pack(b"user=u"), "body-not-json"),
        ("gzip", pack(b""), "body-empty"),
        ("gzip", pack(b'{"user": {}}'), "pointer-missing"),
        ("gzip", pack(b'{"user": {"id": ""}}'), "unit-empty"),
    ],
)
def test_a_body_that_names_nobody_is_counted_by_what_is_the_matter_and_passed_on(
    set_up: Any, encoding: str, body: bytes, reason: str
) -> None:
    stage = set_up(contract=BY_BODY)
    assert post(stage, body, encoding).status == 200
    assert stage.router.counts("unitless_requests", "reason") == {reason: 1}
    assert [seen.body for seen in stage.champion.seen] == [body]
    assert stage.candidate.seen == []


@pytest.mark.parametrize("encoding", ["gzip", "utf-8", "identity"])
def test_a_plain_body_is_read_whatever_coding_it_claims(set_up: Any, encoding: str) -> None:
    stage = set_up(contract=BY_BODY)
    assert post(stage, GOOD, encoding).header(HEADER)


def test_compressed_tensors_with_binary_data_are_told_as_binary(set_up: Any) -> None:
    stage = set_up(contract=BY_BODY)
    post(stage, pack(GOOD + b"\x01\x02"), **{"Inference-Header-Content-Length": str(len(GOOD))})
    assert stage.router.counts("unitless_requests", "reason") == {"body-binary": 1}


def test_a_request_is_excluded_by_what_a_gzip_body_says(set_up: Any) -> None:
    exclude = [{"pointer": "/kind", "pattern": "bot"}]
    stage = set_up(contract={**BY_BODY, "unit": {"header": "X-User-Id"}, "exclude": exclude})
    post(stage, pack(b'{"kind": "bot"}'), **{"X-User-Id": "u"})
    assert stage.router.counts("passed_requests", "reason") == {"excluded": 1}


def test_a_body_that_need_not_be_read_may_be_anything(stage: Stage) -> None:
    assert post(stage, b"\x1f\x8bnonsense", **{"X-User-Id": "u"}).header(HEADER)


def test_pages_named_in_gzip_bodies_are_merged_and_asked_for_in_gzip(set_up: Any, unit: str) -> None:
    stage = set_up(contract=make_contract(IN_BODY), depth=200)

    def unpack(seen: Seen) -> Seen:
        return seen._replace(body=gzip.decompress(seen.body))

    for model, name in ((stage.champion, "champion"), (stage.candidate, "candidate")):
        answer = rank(OURS if name == "champion" else OURS[::-1], name, by_body)
        model.answer = lambda seen, answer=answer: answer(unpack(seen))

    def ask(document: dict[str, int]) -> list[str]:
        answer = post(stage, pack(json.dumps(document).encode()), **{"X-User-Id": unit})
        assert answer.header(HEADER)
        return [item["id"] for item in answer.json()["items"]]

    whole = ask({"size": 30})
    assert ask({"from": 0, "size": 10}) + ask({"from": 10, "size": 20}) == whole
    assert sorted(whole) == sorted(OURS)
    assert json.loads(gzip.decompress(stage.candidate.seen[-1].body)) == {"from": 0, "size": 30}
    assert stage.router.counts("fallbacks", "reason") == {}


# Feedback.


def report(stage: Stage, body: bytes, encoding: str) -> Answer:
    return stage.router.request("POST", "/feedback", {"Content-Encoding": encoding}, body)


def test_gzip_feedback_counts(stage: Stage, unit: str) -> None:
    event = {"impression": stage.router.rank(unit).header(HEADER), "item": "b"}
    answer = report(stage, pack(json.dumps([event]).encode()), "gzip")
    assert (answer.status, answer.json()) == (202, {"accepted": 1, "ignored": 0})
    assert stage.router.counts("feedback", "result") == {"credited": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "gzip"])
def test_plain_feedback_counts_whatever_coding_it_claims(stage: Stage, encoding: str) -> None:
    assert report(stage, b"[]", encoding).status == 202


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (b"\x8b\x07\x80[]", "br", "has the Content-Encoding 'br'"),
        (pack(b"[]")[:-2], "gzip", "is not one whole gzip"),
        (pack(b"[" + b" " * 1_000_000 + b"]"), "gzip", "gets too large when it is unpacked"),
    ],
)
def test_feedback_compressed_in_another_way_is_refused_in_words(
    stage: Stage, body: bytes, encoding: str, words: str
) -> None:
    before = stage.router.sample("interleaver_refusals_total", status="415")
    answer = report(stage, body, encoding)
    assert (answer.status, answer.header("Accept-Encoding")) == (415, "gzip")
    assert answer.json()["error"] == (
        f"the feedback {words}: send it plain, or as gzip of at most 1 MB unpacked and 50 times its size"
    )
    assert stage.router.sample("interleaver_refusals_total", status="415") == before + 1


def test_gzip_that_holds_no_feedback_is_no_feedback(stage: Stage) -> None:
    answer = report(stage, pack(b"hello"), "gzip")
    assert answer.status == 400
    assert "not feedback" in answer.json()["error"]
