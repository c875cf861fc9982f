"""Requests that name no unit, each counted under what is the matter with it."""

import gzip
import json
from typing import Any

import pytest

from tests.router.conftest import Stage, answer_items

BY_BODY = {"path": "/recommend", "unit": {"pointer": "/user/id"}, "items": "/items", "itemId": "/id"}
BY_ID = {**BY_BODY, "unit": {"header": "X-User-Id"}, "exclude": [{"header": "User-Agent", "pattern": "bot"}]}
GOOD = json.dumps({"user": {"id": "u"}}).encode()
TENSORS = {"Inference-Header-Content-Length": str(len(GOOD))}


@pytest.mark.parametrize(
    ("reason", "headers"),
    [("header-missing", {}), ("header-missing", {"X-UserId": "u"}), ("header-empty", {"X-User-Id": ""})],
)
def test_a_head_without_a_unit_is_counted_by_what_is_missing(
    stage: Stage, reason: str, headers: dict[str, str]
) -> None:
    stage.router.request("POST", "/recommend", headers, b"{}")
    assert stage.router.counts("unitless_requests", "reason") == {reason: 1}
    assert stage.candidate.seen == []


@pytest.mark.parametrize(
    ("reason", "method", "headers", "body"),
    [
        ("body-empty", "GET", {}, None),
        ("body-compressed", "POST", {"Content-Encoding": "br"}, b"\x8b\x07\x80{not JSON}"),
        ("body-binary", "POST", TENSORS, GOOD + b"\x00\x01\x02\x03"),
        ("body-not-json", "POST", {}, b"user=u"),
        ("body-long", "POST", {}, b" " * 1_100_000 + GOOD),
        ("pointer-missing", "POST", {}, b'{"user": {"ID": "u"}}'),
        ("pointer-missing", "POST", {}, b'{"user": "u"}'),
        ("pointer-missing", "POST", {}, b"[1, 2]"),
        ("unit-empty", "POST", {}, b'{"user": {"id": ""}}'),
        ("unit-empty", "POST", {}, b'{"user": {"id": null}}'),
        ("unit-not-scalar", "POST", {}, b'{"user": {"id": ["u"]}}'),
        ("unit-not-scalar", "POST", {}, b'{"user": {"id": true}}'),
        ("unit-not-scalar", "POST", {}, b'{"user": {"id": 1.5}}'),
    ],
)  # fmt: skip
def test_a_body_without_a_unit_is_counted_by_what_is_the_matter(
    set_up: Any, reason: str, method: str, headers: dict[str, str], body: bytes | None
) -> None:
    stage = set_up(contract=BY_BODY)
    assert stage.router.request(method, "/recommend", headers, body).status == 200
    assert stage.router.counts("unitless_requests", "reason") == {reason: 1}
    assert stage.champion.seen[-1].body == (body or b""), "it is passed on as it came"


def test_a_request_with_a_unit_is_not_counted_there(set_up: Any) -> None:
    stage = set_up(contract=BY_BODY)
    stage.router.request("POST", "/recommend", {}, GOOD)
    assert stage.router.counts("unitless_requests", "reason") == {}
    assert stage.router.count("requests", arm="interleaved", outcome="ok") == 1


def test_a_long_body_whose_head_names_the_unit_is_counted_as_long(stage: Stage) -> None:
    stage.router.rank("u", b"x" * 1_100_000)
    assert stage.router.counts("unitless_requests", "reason") == {"body-long": 1}


def test_requests_that_are_none_of_the_run_are_counted_by_why(set_up: Any) -> None:
    stage = set_up(contract=BY_ID)
    stage.router.request("POST", "/recommend/", {"X-User-Id": "u"}, b"{}")
    stage.router.request("PUT", "/recommend", {"X-User-Id": "u"}, b"{}")
    stage.router.request("POST", "/recommend", {"User-Agent": "bot"}, b"{}")
    assert stage.router.counts("passed_requests", "reason") == {"path": 1, "method": 1, "excluded": 1}
    assert stage.router.counts("unitless_requests", "reason") == {}, "whoever is excluded needs no unit"


@pytest.mark.parametrize(
    ("shown", "reported"), [(7, "7"), ("7", 7), (True, "true"), ("true", True), (2.5, "2.5"), ("2.5", 2.5), (7, "7.0")]
)
def test_an_item_of_another_json_type_is_said_to_be_that(stage: Stage, shown: object, reported: object) -> None:
    stage.answer(answer_items(shown, "b"), answer_items("b", shown))
    token = stage.router.rank().header("X-Interleaver-Impression")
    stage.router.feed_back([{"impression": token, "item": reported}, {"impression": token, "item": "never shown"}])
    assert stage.router.counts("feedback", "result") == {"mistyped": 1, "unmatched": 1}


def test_a_compressed_body_is_not_taken_for_one_without_json(set_up: Any) -> None:
    stage = set_up(contract=BY_BODY)
    stage.router.request("POST", "/recommend", {"Content-Encoding": "unknown"}, gzip.compress(GOOD))
    assert stage.router.counts("unitless_requests", "reason") == {"body-compressed": 1}
