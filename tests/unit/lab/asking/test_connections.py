"""Answers of HTTP/1.1 as they come in pieces, without a socket."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.asking.address import Address
from interleaver.lab.asking.connection import HEAD_BYTES, Connection
from interleaver.lab.asking.exchange import Exchange, Lost, Received, Trouble
from interleaver.lab.asking.wire import Wire

MOST = 100
ADDRESS = Address("http", "model", 80, "")
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Trailer: t\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\nServer: s\r\n\r\nhello"


class Transport(asyncio.Transport):
    """Keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Any] = []
        self.aborted = False

    def write(self, data: Any) -> None:
        self.written.append(data)

    def abort(self) -> None:
        self.aborted = True


def run(act: Callable[[Connection], None], requests: int = 1) -> tuple[Exchange | None, Connection]:
    """What came of the last of some requests on one connection, while `act` says what the server does to each."""

    async def ask() -> tuple[Exchange | None, Connection]:
        ticks = iter(range(100))
        connection = Connection(Wire(ADDRESS, 60.0, MOST, lambda: float(next(ticks))))
        connection.connection_made(Transport())
        outcome = None
        for _ in range(requests):
            waiting = connection.send(b"request", due=asyncio.get_running_loop().time() + 60)
            act(connection)
            outcome = waiting.result() if waiting.done() else None
        return outcome, connection

    return asyncio.run(ask())


def feed(pieces: Iterable[bytes]) -> Callable[[Connection], None]:
    def act(connection: Connection) -> None:
        for piece in pieces:
            connection.data_received(piece)

    return act


def is_aborted(connection: Connection) -> bool:
    assert isinstance(connection.transport, Transport)
    return connection.transport.aborted


@pytest.mark.parametrize("answer", [PLAIN, CHUNKED])
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(answer: bytes) -> None:
    for size in (1, 2, 3, 7, len(answer)):
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        outcome, connection = run(feed(pieces), requests=3)
        assert isinstance(outcome, Received)
        assert (outcome.status, outcome.body) == (200, b"hello")
        assert b"x-trailer" not in outcome.fields
        assert outcome.milliseconds == 1000.0
        assert connection.open


@given(st.lists(st.integers(1, len(CHUNKED)), max_size=6))
def test_a_chunked_answer_may_be_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(CHUNKED)]
    outcome, _ = run(feed(CHUNKED[a:b] for a, b in pairwise(places)))
    assert isinstance(outcome, Received)
    assert outcome.body == b"hello"


def test_a_name_is_compared_in_lower_case() -> None:
    outcome, _ = run(feed([PLAIN]))
    assert isinstance(outcome, Received)
    assert outcome.fields == {b"content-length": b"5", b"x-a": b"b"}


@pytest.mark.parametrize("way", ["end of file", "lost"])
def test_an_answer_may_end_with_its_connection(way: str) -> None:
    def act(connection: Connection) -> None:
        connection.data_received(UNTIL_CLOSE)
        if way == "end of file":
            connection.eof_received()
        connection.connection_lost(None)

    outcome, connection = run(act)
    assert isinstance(outcome, Received)
    assert outcome.body == b"hello"
    assert not connection.open


@pytest.mark.parametrize("came", [b"", PLAIN[:10], PLAIN[:-1], CHUNKED[:-20], b"HTTP/1.1 200 OK\r\n"])
def test_an_answer_that_is_cut_off_is_lost(came: bytes) -> None:
    def act(connection: Connection) -> None:
        if came:
            connection.data_received(came)
        connection.connection_lost(None)

    outcome, connection = run(act)
    assert isinstance(outcome, Lost)
    assert outcome.trouble is Trouble.CLOSED
    assert connection.untouched is (not came)


def test_a_body_without_a_length_that_a_reset_cuts_off_is_lost() -> None:
    def act(connection: Connection) -> None:
        connection.data_received(UNTIL_CLOSE)
        connection.connection_lost(ConnectionResetError("Connection reset by peer"))

    outcome, _ = run(act)
    assert outcome == Lost(Trouble.CLOSED, f"{Trouble.CLOSED.value}: Connection reset by peer")


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nConnection: close\r\n", b"HTTP/1.0 200 OK\r\n"])
def test_a_connection_that_the_server_will_close_is_not_used_again(head: bytes) -> None:
    outcome, connection = run(feed([head + b"Content-Length: 2\r\n\r\n{}"]))
    assert isinstance(outcome, Received)
    assert not connection.open
    assert is_aborted(connection)


def test_an_interim_answer_is_passed_over() -> None:
    outcome, _ = run(
        feed([b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n", PLAIN])
    )
    assert isinstance(outcome, Received)
    assert outcome.body == b"hello"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_that_cannot_have_a_body_ends_with_its_head(status: bytes) -> None:
    outcome, connection = run(feed([b"HTTP/1.1 %s\r\nServer: s\r\n\r\n" % status]), requests=2)
    assert isinstance(outcome, Received)
    assert outcome.body == b""
    assert connection.open


@pytest.mark.parametrize(
    "came",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02\x16", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_told_as_such(came: bytes) -> None:
    outcome, connection = run(feed([came]))
    assert isinstance(outcome, Lost)
    assert outcome.trouble is Trouble.GARBLED
    assert is_aborted(connection)


def test_a_switch_to_another_protocol_is_no_answer() -> None:
    outcome, connection = run(
        feed([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nabc"])
    )
    assert isinstance(outcome, Lost)
    assert outcome.trouble is Trouble.GARBLED
    assert is_aborted(connection)


def test_an_answer_that_offers_another_protocol_is_an_answer() -> None:
    head = b"HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade, Keep-Alive\r\nContent-Length: 2\r\n\r\n{}"
    outcome, _ = run(feed([head]), requests=2)
    assert isinstance(outcome, Received)
    assert outcome.body == b"{}"


@pytest.mark.parametrize("length", [b"Content-Length: %d" % (MOST + 1), b"Transfer-Encoding: chunked", b"X: y"])
def test_a_body_beyond_its_bound_is_let_go(length: bytes) -> None:
    chunk = b"%x\r\n" % (MOST + 1) if b"chunked" in length else b""
    outcome, connection = run(feed([b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s" % (length, chunk), b"x" * (MOST + 1)]))
    assert isinstance(outcome, Lost)
    assert outcome.trouble is Trouble.TOO_LARGE
    assert is_aborted(connection)


def test_headers_without_end_are_let_go() -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(HEAD_BYTES // 1000 + 1))
    outcome, connection = run(feed([b"HTTP/1.1 200 OK\r\n", lines]))
    assert isinstance(outcome, Lost)
    assert outcome.trouble is Trouble.GARBLED
    assert is_aborted(connection)


@pytest.mark.parametrize("surplus", [b"H", b"HTTP/1.1 200", PLAIN, b"garbage\r\n\r\n"])
def test_what_stands_behind_an_answer_is_taken_for_no_other_ones(surplus: bytes) -> None:
    outcome, connection = run(feed([PLAIN + surplus]))
    assert isinstance(outcome, Received)
    assert outcome.body == b"hello"
    assert outcome.fields == {b"content-length": b"5", b"x-a": b"b"}
    assert not connection.open


def test_an_answer_that_nobody_asked_for_closes_the_connection() -> None:
    _, connection = run(feed([PLAIN]))
    connection.data_received(PLAIN)
    assert is_aborted(connection)


def test_answers_with_one_head_and_bodies_of_other_lengths_are_told_apart() -> None:
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) for body in (b"a", b"bcd", b"e")]
    queue = iter([*answers, *answers, *answers])
    seen: list[bytes] = []

    def act(connection: Connection) -> None:
        connection.data_received(next(queue))

    for count in range(1, 4):
        outcome, connection = run(act, requests=count)
        assert isinstance(outcome, Received)
        assert connection.open
        seen.append(outcome.body)
    assert seen == [b"a", b"e", b"e"]


def test_a_connection_that_the_server_will_close_is_closed_the_second_time_too() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    wire = Wire(ADDRESS, 60.0, MOST, lambda: 0.0)

    async def ask() -> list[bool]:
        found = []
        for _ in range(3):
            connection = Connection(wire)
            connection.connection_made(Transport())
            waiting = connection.send(b"request", asyncio.get_running_loop().time() + 60)
            connection.data_received(closing)
            assert isinstance(waiting.result(), Received)
            found.append(connection.open)
        return found

    assert asyncio.run(ask()) == [False] * 3
