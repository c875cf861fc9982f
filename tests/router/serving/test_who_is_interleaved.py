"""Which requests go to both models, and which only to the champion."""

from typing import Any

import pytest

from tests.router.conftest import Stage

HEADER = "X-Interleaver-Impression"


def test_a_request_without_a_unit_is_passed_on_and_not_counted(stage: Stage) -> None:
    answer = stage.router.request("POST", "/recommend", {}, b"{}")
    assert answer.header(HEADER) is None
    assert stage.candidate.seen == []
    assert stage.router.counts("requests", "arm") == {}


def test_other_paths_and_methods_are_passed_on_and_not_counted(stage: Stage, unit: str) -> None:
    for method, target in (
        ("PUT", "/recommend"),
        ("POST", "/recommend/"),
        ("POST", "/x?/recommend"),
        ("HEAD", "/recommend"),
    ):
        assert stage.router.request(method, target, {"X-User-Id": unit}).header(HEADER) is None
    assert stage.candidate.seen == []
    assert stage.router.counts("requests", "arm") == {}


def test_a_body_beyond_one_megabyte_is_passed_on(stage: Stage, unit: str) -> None:
    body = b"x" * 1_100_000
    assert stage.router.rank(unit, body).header(HEADER) is None
    assert stage.champion.seen[0].body == body
    chunked = b"POST /recommend HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nTransfer-Encoding: chunked\r\n\r\n"
    with stage.router.client() as client:
        client.send(chunked + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        assert client.receive().header(HEADER) is None
    assert stage.champion.seen[1].body == body
    assert stage.candidate.seen == []


def test_excluded_requests_go_to_the_champion_and_are_not_counted(set_up: Any) -> None:
    contract = {
        "path": "/recommend",
        "unit": {"header": "X-User-Id"},
        "items": "/items",
        "itemId": "/id",
        "exclude": [{"header": "user-agent", "pattern": "(?i)bot|crawler"}],
    }
    stage = set_up(contract=contract)
    assert stage.router.rank(**{"User-Agent": "GoogleBot/2"}).header(HEADER) is None
    assert stage.router.counts("requests", "arm") == {}
    assert stage.router.rank(**{"User-Agent": "Firefox"}).header(HEADER)


@pytest.mark.parametrize("by", [{"query": "after", "pattern": "."}, {"pointer": "/after", "pattern": "."}])
@pytest.mark.parametrize("unit", [{"header": "X-User-Id"}, {"pointer": "/user"}])
def test_requests_are_excluded_by_the_query_or_the_body(set_up: Any, by: dict[str, str], unit: dict[str, str]) -> None:
    contract = {"path": "/recommend", "unit": unit, "items": "/items", "itemId": "/id", "exclude": [by]}
    stage = set_up(contract=contract)

    def post(query: str, body: bytes) -> str | None:
        found: str | None = stage.router.request("POST", f"/recommend?{query}", {"X-User-Id": "u"}, body).header(HEADER)
        return found

    assert post("", b'{"user": "u"}')
    body = b'{"user": "u", "after": "eyJ"}'
    assert post("after=eyJ", body) is None
    assert stage.champion.seen[-1].body == body
    assert stage.router.counts("requests", "arm") == {"interleaved": 1}
    assert stage.router.counts("fallbacks", "reason") == {}


def test_a_share_of_units_is_interleaved_and_nobody_leaves_as_it_grows(set_up: Any) -> None:
    stage = set_up(percent=0)
    router, units = stage.router, [f"unit {number}" for number in range(60)]
    shares = []
    for percent in (0, 30, 60, 100):
        stage.configure(percent=percent)
        shares.append({unit for unit in units if router.rank(unit).header(HEADER)})
    assert [len(shares[0]), len(shares[3])] == [0, 60]
    assert 0 < len(shares[1]) < len(shares[2]) < 60
    assert shares[1] <= shares[2] <= shares[3]
    counts = router.counts("requests", "arm")
    assert counts == {"interleaved": sum(map(len, shares)), "champion": 240 - sum(map(len, shares))}


def test_while_settling_the_serving_model_is_counted_as_the_champion(set_up: Any) -> None:
    stage = set_up(candidate=None)
    assert stage.router.rank().header(HEADER) is None
    assert stage.router.count("requests", arm="champion", outcome="ok") == 1
    assert stage.router.count("model_calls", model="champion", outcome="ok") == 1


def test_without_a_run_everything_is_passed_on_and_keys_are_not_needed(set_up: Any) -> None:
    stage = set_up(candidate=None, run=None, keys="/nowhere")
    assert stage.router.rank().status == 200
    assert stage.router.feed_back({"impression": "x", "item": 1}).json() == {"accepted": 0, "ignored": 1}
    assert stage.router.count("feedback", run="", result="foreign") == 1


def test_the_candidate_may_be_the_model_in_the_own_pod(make_stage: Any) -> None:
    stage = make_stage()
    stage.router.model, stage.router.revision_hash = stage.candidate.url, "bbbbbb"
    stage.start(candidate={"revision": "v2", "hash": "bbbbbb", "url": "http://127.0.0.1:1"})
    assert stage.router.rank().header(HEADER)
    assert len(stage.candidate.seen) == 1
