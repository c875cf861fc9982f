"""What a request or a connection took goes with it: what waits for the garbage collector looks like a leak until then.

A router without a collector says at its end which objects of its own are left.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interleaver.api.names import IMPRESSION_HEADER
from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import render_request

SCRIPT = """
import gc
gc.disable()
from interleaver.cli import main
main()
from interleaver.router.system.log import record
kinds = {"ClientConnection", "RequestReader", "Exchange", "Collecting", "Comparison", "RankingCall", "Passing",
         "Upload", "Call", "ModelConnection", "AnswerReader"}
names = [type(each).__name__ for each in gc.get_objects() if str(type(each).__module__).startswith("interleaver.")]
record("left", kinds={kind: names.count(kind) for kind in sorted(kinds)})
"""
PARSED: Any = {"Connection": "close"}  # no plain request


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Iterator[Stage]:
    stage: Any = make_stage()
    stage.router.command = ["-c", SCRIPT]
    yield stage.start(timeouts={"championMilliseconds": 5000, "candidateMilliseconds": 5000})
    stage.router.stop()
    left = next(event for event in stage.router.events() if event["event"] == "left")
    assert {kind: number for kind, number in left["kinds"].items() if number} == {}


def test_nothing_is_left_of_requests_that_go_well(stage: Stage) -> None:
    token = stage.router.rank().header(IMPRESSION_HEADER)
    empty: Any = {}
    for headers in (empty, PARSED):
        assert stage.router.rank(**headers).header(IMPRESSION_HEADER)
        assert stage.router.request("GET", "/other", headers).status == 200
        assert stage.router.request("HEAD", "/other", headers, None).status == 200
        assert stage.router.feed_back({"impression": token, "item": "a"}, **headers).status == 202


def test_nothing_is_left_of_requests_whose_bodies_come_later(stage: Stage) -> None:
    request = render_request("POST", "/recommend", {"X-User-Id": "u"}, b"{}")
    with stage.router.client() as client:
        client.send(request[:-1])
        client.send(request[-1:])
        assert client.receive().header(IMPRESSION_HEADER)
    chunked = b"POST /recommend HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nTransfer-Encoding: chunked\r\n\r\n"
    with stage.router.client() as client:
        client.send(chunked + b"2\r\n{}\r\n0\r\n\r\n")
        assert client.receive().header(IMPRESSION_HEADER)


@pytest.mark.parametrize(
    "reply",
    [Reply(status="500 Out of order"), Reply(raw=b"garbage\r\n\r\n"), Reply(raw=b"", close=True)],
    ids=["error", "garbage", "hangs up"],
)
def test_nothing_is_left_of_a_model_in_trouble(stage: Stage, reply: Reply) -> None:
    """The breaker opens in the middle of it."""
    stage.answer(candidate=reply)
    for number in range(12):
        assert stage.router.rank(f"u{number}").status == 200
    assert stage.router.sample("interleaver_breaker", state="open") == 1
    stage.answer(champion=reply)
    assert stage.router.rank().status >= 500
    assert stage.router.request("GET", "/other").status >= 500


def test_nothing_is_left_of_a_champion_that_is_late(stage: Stage) -> None:
    stage.answer(Reply(delay=0.5))
    timeouts = {"championMilliseconds": 50, "candidateMilliseconds": 5000}
    stage.configure(timeouts=timeouts)
    assert stage.router.rank().status == 200
    stage.configure(timeouts=timeouts, candidate=None)
    assert stage.router.rank().status == 504


def test_nothing_is_left_of_models_that_are_away(stage: Stage) -> None:
    stage.champion.stop()
    assert stage.router.rank().status == 200
    assert stage.router.request("GET", "/other").status == 502


def test_nothing_is_left_of_clients_that_go_before_they_are_answered(stage: Stage) -> None:
    stage.answer(Reply(json.dumps({"items": []}).encode(), delay=0.3))
    for path in ("/recommend", "/other"):
        with stage.router.client() as client:
            client.send(render_request("POST", path, {"X-User-Id": "u"}, b"{}"))
    with stage.router.client() as client:
        client.send(render_request("POST", "/feedback", None, b"[" + b" " * 100)[:-50])
    with stage.router.client() as client:
        client.send(b"GET / HT")
    assert stage.router.rank().status == 200
