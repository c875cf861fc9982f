"""Models that break off or say too much: the client's connection stays in step, and nobody waits in vain."""

import asyncio
import time
from typing import Any

import pytest

from .conftest import Stage, answer_items
from .models import Reply
from .process import Answer

SURPLUS = (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", b"garbage", b"}\r\n\r\n")
LIST = answer_items("a", "b", "c").body
PATIENCE = 2.0  # seconds; a deadline or a stall would take at least 5


def say(head: bytes, body: bytes, surplus: bytes = b"") -> Reply:
    return Reply(raw=b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b%b" % (head, len(body), body, surplus))


def ask_twice(stage: Stage, target: str, unit: str) -> list[Answer]:
    """Two answers on one connection; nothing may follow them."""
    with stage.router.client() as client:
        answers = [client.request("GET", target, {"X-User-Id": unit}) for _ in range(2)]
        assert bytes(client.buffer) == b""
    return answers


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_follows_a_complete_answer_is_thrown_away(stage: Stage, unit: str, surplus: bytes) -> None:
    stage.answer(say(b"200 OK", b"{}", surplus))
    assert [answer.body for answer in ask_twice(stage, "/elsewhere", unit)] == [b"{}", b"{}"]


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_follows_a_ranked_list_is_no_part_of_it(stage: Stage, unit: str, surplus: bytes) -> None:
    stage.answer(say(b"200 OK", LIST, surplus), say(b"200 OK", LIST, surplus))
    for answer in ask_twice(stage, "/recommend", unit):
        assert answer.header("X-Interleaver-Impression") is not None
        assert [item["id"] for item in answer.json()["items"]] == ["a", "b", "c"]


def test_a_204_with_a_body_is_a_204(stage: Stage, unit: str) -> None:
    stage.answer(say(b"204 No Content", b"{}"))
    assert [answer.status for answer in ask_twice(stage, "/elsewhere", unit)] == [204, 204]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_that_has_no_body_claims_no_length_of_one(stage: Stage, unit: str, status: str) -> None:
    stage.answer(Reply(raw=b"HTTP/1.1 %b\r\n\r\n" % status.encode()))
    assert [answer.header("Content-Length") for answer in ask_twice(stage, "/recommend", unit)] == [None, None]


@pytest.mark.parametrize(("target", "status"), [("/elsewhere", 502), ("/recommend", 200)])
def test_a_model_that_accepts_and_closes_at_once_is_not_waited_for(
    make_stage: Any, unit: str, target: str, status: int
) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Return at once, which closes."""

    stage = make_stage().start()
    stage.champion.session = close
    for _ in range(20):  # the router has the connection before or after it is closed: both must end soon
        began = time.monotonic()
        with stage.router.client() as client:
            assert client.request("GET", target, {"X-User-Id": unit}).status == status
        assert time.monotonic() - began < PATIENCE


def test_a_candidate_beyond_a_megabyte_holds_nobody_up(stage: Stage, unit: str) -> None:
    """Taking ten megabytes apart takes seconds, during which no request is served."""
    members = b",".join(b'"k%d":0' % number for number in range(900_000))
    stage.answer(candidate=Reply(b"{%b,%b" % (members, LIST.lstrip(b"{"))))
    began = time.monotonic()
    assert stage.router.rank(unit).json()["by"] == "champion"
    assert time.monotonic() - began < PATIENCE
    assert stage.router.counts("fallbacks", "reason") == {"parse": 1}
