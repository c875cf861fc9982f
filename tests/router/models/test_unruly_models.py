"""Models that break off or say too much: the client's connection stays in step, and nobody waits in vain."""

import asyncio
import time
from typing import Any

import pytest

from interleaver.router.http1.message import MOST_HEADERS
from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import Answer

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


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n",
        b"HTTP/1.1 099 Early\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000 + b"\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * MOST_HEADERS + b"Content-Length: 2\r\n\r\n",
    ],
)
def test_a_head_that_leaves_the_end_in_doubt_is_a_502_and_the_connection_goes_on(stage: Stage, head: bytes) -> None:
    stage.champion.answer = lambda seen: Reply(raw=head + b"ab") if seen.target == "/odd" else Reply(b"next")
    with stage.router.client() as client:
        assert client.request("GET", "/odd").status == 502
        assert client.request("GET", "/even").body == b"next"


def test_an_answer_whose_length_connection_names_keeps_its_length(stage: Stage, unit: str) -> None:
    """Without it the client would take the next answer for a part of this one."""
    stage.answer(Reply(raw=b"HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nab"))
    assert [answer.body for answer in ask_twice(stage, "/elsewhere", unit)] == [b"ab", b"ab"]


def test_a_204_has_no_length(stage: Stage, unit: str) -> None:
    stage.answer(say(b"204 No Content", b"{}"))
    assert [answer.header("Content-Length") for answer in ask_twice(stage, "/elsewhere", unit)] == [None, None]


def test_interim_answers_and_trailers_are_left_out(stage: Stage, unit: str) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\n" * 50
    stage.answer(
        Reply(raw=interim + b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: 1\r\n\r\n")
    )
    assert [answer.body for answer in ask_twice(stage, "/elsewhere", unit)] == [b"ab", b"ab"]


@pytest.mark.parametrize("endless", [b"0\r\nX: ", b"1;"])
def test_trailers_and_extensions_without_end_are_not_kept(make_stage: Any, endless: bytes) -> None:
    async def rave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n" + endless)
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    stage = make_stage().start()
    stage.champion.session = rave
    with stage.router.client() as client, pytest.raises((EOFError, ConnectionError)):
        client.request("GET", "/elsewhere")
    assert stage.router.memory() < 120_000_000
