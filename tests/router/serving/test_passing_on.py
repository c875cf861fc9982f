"""Requests that are passed on: as a good reverse proxy would, any size, any status, streamed."""

import asyncio
import hashlib
import threading
from typing import Any

import pytest

from tests.router.conftest import Stage
from tests.router.model_servers import Reply, read_request
from tests.router.programs import wait_until


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
def test_method_target_headers_and_body_arrive_unchanged(stage: Stage, method: str) -> None:
    headers = {"X-Odd": "a  b", "x-odd": "2", "Accept-Encoding": "br", "X-Forwarded-For": "10.0.0.1"}
    stage.router.request(method, "/p%20ath/?a=1&a=2;x#", headers, b"\x00\xff")
    seen = stage.champion.seen[0]
    assert (seen.method, seen.target, seen.body) == (method, "/p%20ath/?a=1&a=2;x#", b"\x00\xff")
    assert seen.headers == [
        ("Host", "shop"),
        ("X-Odd", "a  b"),
        ("x-odd", "2"),
        ("Accept-Encoding", "br"),
        ("X-Forwarded-For", "10.0.0.1, 127.0.0.1"),
        ("Content-Length", "2"),
    ]


@pytest.mark.parametrize("status", ["200 Fine by me", "201 Created", "301 Moved Permanently", "404 Not Found", "500 X"])
def test_status_reason_headers_and_body_come_back_unchanged(stage: Stage, status: str) -> None:
    stage.answer(
        Reply(b"\x00\x01", status, (("Server", "m"), ("ETag", '"1"'), ("Set-Cookie", "a"), ("set-cookie", "b")))
    )
    answer = stage.router.request("GET", "/x")
    assert f"{answer.status} {answer.reason}" == status
    assert answer.body == b"\x00\x01"
    assert answer.headers == [
        ("Server", "m"), ("ETag", '"1"'), ("Set-Cookie", "a"), ("set-cookie", "b"), ("Content-Length", "2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"]
)
def test_answers_without_a_body_have_none_and_the_connection_goes_on(stage: Stage, raw: bytes) -> None:
    stage.answer(Reply(raw=raw))
    with stage.router.client() as client:
        assert client.request("GET", "/x").status in (204, 304)
        stage.answer(Reply(b"next"))
        assert client.request("GET", "/x").body == b"next"


def test_head_has_the_headers_of_get_and_no_body(stage: Stage) -> None:
    stage.answer(Reply(b"12345"))
    with stage.router.client() as client:
        for _ in range(3):
            assert client.request("HEAD", "/x").header("Content-Length") == "5"
        assert client.request("GET", "/x").body == b"12345"
    assert len({seen.connection for seen in stage.champion.seen}) == 1


def test_chunked_bodies_are_streamed_both_ways(stage: Stage) -> None:
    stage.champion.answer = lambda seen: Reply(chunks=(seen.body, b"end"))
    request = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n"
    with stage.router.client() as client:
        client.send(request + b"3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nT: 1\r\n\r\n")
        answer = client.receive()
    assert answer.body == b"abcdefghend"
    assert stage.champion.seen[0].header("Transfer-Encoding") == "chunked"
    assert stage.champion.seen[0].header("Trailer") is None


def test_an_old_client_gets_the_body_without_chunks(stage: Stage) -> None:
    stage.answer(Reply(chunks=(b"ab", b"cd")))
    with stage.router.client() as client:
        client.send(b"GET /x HTTP/1.0\r\n\r\n")
        answer = client.receive()
    assert answer.body == b"abcd"
    assert answer.header("Transfer-Encoding") is None
    assert stage.champion.seen[0].header("Host") == "model"


def test_an_answer_that_ends_with_its_connection_is_passed_on_whole(stage: Stage) -> None:
    stage.answer(Reply(raw=b"HTTP/1.0 200 OK\r\n\r\nto the end", close=True))
    assert stage.router.request("GET", "/x").body == b"to the end"


def test_an_answer_that_breaks_off_does_not_look_complete(stage: Stage) -> None:
    stage.answer(Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", close=True))
    with stage.router.client() as client, pytest.raises((EOFError, ConnectionError)):
        client.request("GET", "/x")


def test_interim_answers_are_not_passed_on(stage: Stage) -> None:
    stage.answer(Reply(raw=b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"))
    answer = stage.router.request("GET", "/x")
    assert (answer.status, answer.body, answer.header("Link")) == (200, b"x", None)


def test_a_garbled_answer_is_a_502_and_a_dead_model_too(make_stage: Any) -> None:
    stage = make_stage().start()
    stage.answer(Reply(raw=b"SSH-2.0-x\r\n\r\n", close=True))
    assert stage.router.request("GET", "/x").status == 502
    stage.champion.stop()
    answer = stage.router.request("GET", "/x")
    assert (answer.status, answer.json()) == (502, {"error": "no connection to the model"})


def test_a_kept_connection_that_the_model_closed_is_no_error(stage: Stage) -> None:
    for _ in range(5):
        assert stage.router.request("POST", "/x", {}, b"1").status == 200
        stage.champion.cut_connections()


PIECE = bytes(range(256)) * 256  # 64 kB
PIECES = 400  # 25 MB: more than all buffers on the way together


def test_a_large_body_is_streamed_to_the_model_and_back(make_stage: Any) -> None:
    stage = make_stage()

    async def mirror(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (PIECES * len(PIECE)))
        for _ in range(PIECES):
            writer.write(await reader.readexactly(len(PIECE)))
            await writer.drain()

    stage.champion.session = mirror
    stage.start()
    with stage.router.client() as client:
        client.send(b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (PIECES * len(PIECE)))
        sender = threading.Thread(target=lambda: [client.send(PIECE) for _ in range(PIECES)])
        sender.start()
        body = client.receive().body
        sender.join()
    assert hashlib.sha256(body).digest() == hashlib.sha256(PIECE * PIECES).digest()


def test_a_slow_client_holds_the_model_back(make_stage: Any) -> None:
    stage, written, done = make_stage(), [0], threading.Event()

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (PIECES * len(PIECE)))
        for _ in range(PIECES):
            writer.write(PIECE)
            await writer.drain()
            written[0] += 1
        done.set()

    stage.champion.session = flood
    stage.start()
    with stage.router.client() as client:
        client.send(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: stands_still(written), "the model is held back")
        assert not done.is_set()
        assert stage.router.memory() < 120_000_000
        assert len(client.receive().body) == PIECES * len(PIECE)
    assert done.wait(10)


def test_a_slow_model_holds_the_client_back(make_stage: Any) -> None:
    stage, go = make_stage(), threading.Event()

    async def doze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(go.wait, 30)
        seen = await read_request(reader, 0)
        writer.write(Reply(hashlib.sha256(seen.body).digest()).render())
        await writer.drain()

    stage.champion.session = doze
    stage.start()
    sent = [0]
    with stage.router.client() as client:
        client.send(b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (PIECES * len(PIECE)))

        def pump() -> None:
            for _ in range(PIECES):
                client.send(PIECE)
                sent[0] += 1

        sender = threading.Thread(target=pump)
        sender.start()
        wait_until(lambda: stands_still(sent), "the client is held back")
        assert sent[0] < PIECES
        go.set()
        answer = client.receive()
        sender.join()
    assert answer.body == hashlib.sha256(PIECE * PIECES).digest()


def stands_still(count: list[int]) -> bool:
    """Whether a count that has begun to grow has stopped for a while."""
    before = count[0]
    threading.Event().wait(0.5)
    return 0 < before == count[0]


def test_a_client_that_goes_away_ends_the_call_to_the_model(make_stage: Any) -> None:
    stage, gone = make_stage(), threading.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:  # an endless stream: what is written to a closed socket tells the router
                writer.write(b"1\r\nx\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        finally:
            gone.set()

    stage.champion.session = wait
    stage.start()
    with stage.router.client() as client:
        client.send(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        client.take_until(b"\r\n\r\n")
    assert gone.wait(10)


def test_an_answer_before_the_end_of_the_request_reaches_the_client(make_stage: Any) -> None:
    stage = make_stage()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        await writer.drain()
        await reader.read(100_000)

    stage.champion.session = refuse
    stage.start()
    with stage.router.client() as client:
        client.send(b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 100_000)
        answer = client.receive()
    assert (answer.status, answer.body) == (413, b"big")


def test_an_answer_that_arrives_byte_by_byte_is_the_same_answer(make_stage: Any) -> None:
    stage = make_stage()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen = await read_request(reader, 0)
            body = b'{"items": [{"id": 1}]}'
            reply = Reply(body) if seen.target == "/length" else Reply(chunks=(body[:9], body[9:]))
            for byte in reply.render():
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)

    stage.champion.session = stage.candidate.session = trickle
    stage.start()
    with stage.router.client() as client:
        assert client.request("GET", "/length").body == b'{"items": [{"id": 1}]}'
        assert client.request("GET", "/chunks").body == b'{"items": [{"id": 1}]}'
        assert client.request("GET", "/recommend", {"X-User-Id": "u"}).header("X-Interleaver-Impression")


def test_a_slow_upload_is_not_charged_to_the_model(set_up: Any) -> None:
    """The champion's deadline begins when the request is complete."""
    stage = set_up(percent=0, timeouts={"championMilliseconds": 1000, "candidateMilliseconds": 1000})
    head = b"POST /recommend HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nContent-Length: 4\r\n\r\n"
    for percent in (0, 100):
        stage.configure(percent=percent, timeouts={"championMilliseconds": 1000, "candidateMilliseconds": 1000})
        with stage.router.client() as client:
            client.send(head)
            for _ in range(4):
                threading.Event().wait(0.3)
                client.send(b"1")
            assert client.receive().status == 200
