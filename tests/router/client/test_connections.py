"""Client connections: however the bytes arrive, answers come in order and limits hold."""

import socket

import pytest

from interleaver.router.http1.message import MOST_HEADERS
from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import Client, render_request

REQUEST = render_request("POST", "/recommend?x=1", {"X-User-Id": "split"}, b'{"q": "abc"}')
CHUNKED = (
    b"POST /recommend?x=1 HTTP/1.1\r\nHost: shop\r\nX-User-Id: split\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\n" + b'{"q":' + b"\r\n7;ext=1\r\n" + b' "abc"}' + b"\r\n0\r\nTrailer: x\r\n\r\n"
)


@pytest.mark.parametrize("request_bytes", [REQUEST, CHUNKED], ids=["length", "chunked"])
def test_a_request_split_at_every_byte_is_the_same_request(stage: Stage, request_bytes: bytes) -> None:
    with stage.router.client() as client:
        for position in range(1, len(request_bytes)):
            client.send(request_bytes[:position])
            client.send(request_bytes[position:])
            assert client.receive().header("X-Interleaver-Impression")
        for position in range(len(request_bytes)):
            client.send(request_bytes[position : position + 1])
        assert client.receive().header("X-Interleaver-Impression")
    assert {(seen.target, seen.body) for seen in stage.champion.seen} == {("/recommend?x=1", b'{"q": "abc"}')}
    assert len(stage.candidate.seen) == len(request_bytes)


def test_pipelined_requests_are_answered_in_order_though_the_first_is_slow(stage: Stage) -> None:
    def answer(seen: object) -> Reply:
        target = seen.target  # type: ignore[attr-defined]
        return Reply(target.encode(), delay=0.2 if target == "/0" else 0)

    stage.champion.answer = answer
    with stage.router.client() as client:
        client.send(b"".join(render_request("POST", f"/{number}", {}, b"body") for number in range(200)))
        assert [client.receive().body for _ in range(200)] == [b"/%d" % number for number in range(200)]


def test_pipelined_kinds_do_not_overtake_each_other(stage: Stage) -> None:
    requests = [
        REQUEST,
        render_request("GET", "/other"),
        render_request("POST", "/feedback", {}, b"[]"),
        CHUNKED,
        render_request("GET", "/feedback"),
        render_request("HEAD", "/other"),
    ]
    with stage.router.client() as client:
        client.send(b"".join(requests) * 20)
        for _ in range(20):
            statuses = [client.receive("HEAD" if index == 5 else "GET").status for index in range(6)]
            assert statuses == [200, 200, 202, 200, 405, 200]


def test_a_kept_alive_connection_serves_many_requests_over_few_model_connections(stage: Stage) -> None:
    before = stage.champion.connections
    with stage.router.client() as client:
        for number in range(50):
            client.send(render_request("POST", "/recommend", {"X-User-Id": f"u{number}"}, b"{}"))
            assert client.receive().header("Connection") is None
    assert stage.champion.connections - before <= 1


def test_connection_close_is_honoured(stage: Stage) -> None:
    with stage.router.client() as client:
        answer = client.request("GET", "/x", {"Connection": "close"})
        assert answer.header("Connection") == "close"
        assert client.take_rest() == b""


@pytest.mark.parametrize("more", [b"no HTTP\r\n\r\n", b"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n"])
def test_whatever_follows_the_last_request_is_of_no_interest(stage: Stage, more: bytes) -> None:
    """Not even that it is none, though the answer to the last one went out at once."""
    with stage.router.client() as client:
        client.send(render_request("POST", "/feedback", {"Connection": "close"}, b"[]") + more)
        assert client.receive("POST").status == 202
        assert client.take_rest() == b""
    assert stage.router.find_event("fault") is None


def test_an_old_client_is_kept_only_if_it_asks(stage: Stage) -> None:
    with stage.router.client() as client:
        client.send(b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert client.receive().header("Connection") == "keep-alive"
        client.send(b"GET /x HTTP/1.0\r\n\r\n")
        assert client.receive().header("Connection") == "close"
        assert client.take_rest() == b""


def test_a_client_that_has_said_all_still_gets_its_answers(stage: Stage) -> None:
    stage.answer(Reply(b"ok", delay=0.1))
    with stage.router.client() as client:
        client.send(render_request("GET", "/1") + render_request("GET", "/2"))
        client.socket.shutdown(socket.SHUT_WR)
        assert [client.receive().body, client.receive().body] == [b"ok", b"ok"]
        assert client.take_rest() == b""


@pytest.mark.parametrize("target", ["/recommend", "/other"])
def test_a_client_that_expects_100_is_told_to_go_on(stage: Stage, target: str) -> None:
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
    with stage.router.client() as client:
        for _ in range(2):
            client.send(head % target.encode())
            assert client.receive().status == 100
            client.send(b"{}")
            assert client.receive().status == 200
    assert stage.champion.seen[0].body == b"{}"
    assert stage.champion.seen[0].header("Expect") is None


def refuse(port: int, request: bytes) -> int:
    """The status a request is refused with; the connection must end after it."""
    with Client(port) as client:
        client.send(request)
        answer = client.receive()
        assert answer.header("Connection") == "close"
        assert answer.json()["error"]
        assert client.take_rest() == b""
        return answer.status


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length: 3", "Transfer-Encoding: chunked"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 3"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: identity"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 4"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length: -1"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length: +3"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length : 3"]),
        (400, ["GET /x HTTP/1.1", "Host: a", " folded: x"]),
        (400, ["GET /x HTTP/1.1", "Host: a", "no colon"]),
        (400, ["GET /x HTTP/1.1", "Host: a", "X: a\x00b"]),
        (400, ["GET /x HTTP/1.1"]),
        (400, ["GET /x HTTP/1.1", "Host: a", "Host: b"]),
        (400, ["POST /x HTTP/1.0", "Transfer-Encoding: chunked"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"]),
        (400, ["POST /x HTTP/1.1", "Host: a", "Content-Length: 3, 3"]),
        (400, ["GET /x HTTP/1.1", "Host: a", "X: a\rb"]),
        (505, ["GET /x HTTP/2.0", "Host: a"]),
        (400, ["FETCH /x HTTP/1.1", "Host: a"]),
        (400, ["nonsense"]),
        (400, ["GET * HTTP/1.1", "Host: a"]),
        (400, ["GET ftp://a/x HTTP/1.1", "Host: a"]),
        (400, ["GET http://u:p@a/x HTTP/1.1", "Host: a"]),
        (400, ["GET /x HTTP/1.1", "Host: a b"]),
        (400, ["GET /x HTTP/1.1", "Host: a/x"]),
        (417, ["POST /x HTTP/1.1", "Host: a", "Expect: tea", "Content-Length: 1"]),
        (501, ["CONNECT a:1 HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: h2c"]),
        (
            400,
            [
                "POST /x HTTP/1.1",
                "Host: a",
                "Upgrade: h2c",
                "Connection: Upgrade",
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
            ],
        ),
        (
            400,
            [
                "POST /x HTTP/1.1",
                "Host: a",
                "Upgrade: h2c",
                "Connection: Upgrade",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: identity",
            ],
        ),
        (501, ["CONNECT a:1 HTTP/1.1", "Host: a"]),
        (431, ["GET /x HTTP/1.1", "Host: a", "X: " + "x" * 17_000]),
        (431, ["GET /x HTTP/1.1", "Host: a", *[f"X-{number}: {'y' * 100}" for number in range(160)]]),
        (431, ["GET /x HTTP/1.1", "Host: a", *["a:"] * MOST_HEADERS]),
        (431, [f"GET /{'x' * 17_000} HTTP/1.1", "Host: a"]),
        (431, ["GET /x HTTP/1.1", "Host: a", "X: " + "x" * 1_000_000]),
    ],
)
def test_what_must_not_be_served_is_refused(stage: Stage, status: int, lines: list[str]) -> None:
    assert refuse(stage.router.port, "\r\n".join(lines).encode() + b"\r\n\r\n") == status
    assert stage.champion.seen == []


@pytest.mark.parametrize("said_all", [False, True])
def test_a_refusal_waits_for_the_answers_before_it(stage: Stage, said_all: bool) -> None:
    stage.answer(Reply(b"first", delay=0.2))
    with stage.router.client() as client:
        client.send(render_request("GET", "/x") + b"garbage\r\n\r\n" + render_request("GET", "/never"))
        if said_all:
            client.socket.shutdown(socket.SHUT_WR)
        assert client.receive().body == b"first"
        assert client.receive().status == 400
        assert client.take_rest() == b""
    assert len(stage.champion.seen) == 1


def test_a_broken_chunk_in_the_middle_of_a_body_is_refused(stage: Stage) -> None:
    for target in (b"/recommend", b"/x"):
        head = b"POST %b HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        assert refuse(stage.router.port, head % target + b"zz\r\n") == 400
    assert stage.champion.seen == []


@pytest.mark.parametrize("target", [b"/recommend", b"/x"])
def test_trailers_do_not_become_headers(stage: Stage, target: bytes) -> None:
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nTransfer-Encoding: chunked\r\n\r\n" % target
    with stage.router.client() as client:
        client.send(head + b"2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n")
        assert client.receive().status == 200
    assert (stage.champion.seen[0].body, stage.champion.seen[0].header("X-Trailer")) == (b"{}", None)


@pytest.mark.parametrize("endless", [b"0\r\nX: ", b"1;"])
def test_trailers_and_chunk_extensions_have_the_limit_of_headers(stage: Stage, endless: bytes) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
    assert refuse(stage.router.port, head + endless + b"x" * 1_000_000) == 431


def test_headers_within_the_limit_are_served(stage: Stage) -> None:
    assert stage.router.request("GET", "/x", {"X": "x" * 15_000}).status == 200


def test_a_target_in_absolute_form_goes_on_as_a_path_and_its_host_counts(stage: Stage, unit: str) -> None:
    answer = stage.router.request("GET", "http://other:81/recommend?x=1", {"X-User-Id": unit})
    assert answer.header("X-Interleaver-Impression")
    seen = stage.champion.seen[0]
    assert (seen.target, seen.header("Host")) == ("/recommend?x=1", "other:81")


def test_a_client_that_offers_another_protocol_is_served_by_this_one(stage: Stage, unit: str) -> None:
    """Java's HttpClient offers HTTP/2 with every request of its default version."""
    offer = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQB",
    }
    with stage.router.client() as client:
        for _ in range(2):
            answer = client.request("POST", "/recommend", {**offer, "X-User-Id": unit}, b'{"count": 3}')
            assert (answer.status, answer.header("X-Interleaver-Impression") is None) == (200, False)
            assert client.request("GET", "/x", {"Connection": "Upgrade", "Upgrade": "websocket"}).status == 200
    assert [seen.body for seen in stage.champion.seen] == [b'{"count": 3}', b""] * 2
    assert all(seen.header("Upgrade") is seen.header("HTTP2-Settings") is None for seen in stage.champion.seen)
