"""Bytes that nobody foresaw, to both of the router's parsers: every connection ends, and nothing is raised inside."""

import socket
from contextlib import suppress
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.http1.requests import Refusal, RequestReader
from tests.router.conftest import Stage, answer_items
from tests.router.differential.cases import CASES
from tests.router.model_servers import Reply
from tests.router.programs import Client, render_request

from .test_requests import Notes

SHORT = [case.data for case in CASES if len(case.data) < 500]
RANKING = [
    render_request("POST", "/recommend", {"X-User-Id": "u"}, b'{"n": 1}'),
    render_request("POST", "/feedback", {}, b'[{"impression": "x", "item": 1}]'),
]
PIECES = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b",", b";", b"0\r\n\r\n", b"Content-Length: 5\r\n",
    b"-1", b"ffffffff", b"HEAD ",
    b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"HTTP/1.1",
    b"Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n",
]  # fmt: skip
ANSWERS = [
    answer_items("a", "b", "c").render(),
    Reply(chunks=(b'{"items": [{"id":', b' "a"}]}')).render(),
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer_items("a").render(),
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\n" + answer_items("a").body,
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nbytes",
]


class Edit(NamedTuple):
    """Bytes that replace others; places are shares of the whole, so that an edit fits any stream."""

    start: int  # in 1,000ths
    length: int
    fresh: bytes

    def apply(self, data: bytes) -> bytes:
        start = len(data) * self.start // 1000
        return data[:start] + self.fresh + data[start + self.length :]


fresh = st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(b"")
edits = st.lists(st.builds(Edit, st.integers(0, 1000), st.integers(0, 6), fresh), max_size=4)


def edit(parts: list[bytes], changes: list[Edit]) -> bytes:
    data = b"".join(parts)
    for change in changes:
        data = change.apply(data)
    return data


requests = st.builds(edit, st.lists(st.sampled_from(SHORT + RANKING), min_size=1, max_size=3), edits) | st.binary()
answers = st.builds(edit, st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=2), edits) | st.binary()


def read(pieces: list[bytes]) -> tuple[list[tuple[bytes, bytes]], int, int | None]:
    """Heads and bodies, how many ended, and the status of the refusal."""
    notes, refusal = Notes(), None
    reader = RequestReader(notes, b"1.2.3.4")
    try:
        for piece in pieces:
            reader.feed(piece)
    except Refusal as error:
        refusal = error.status
    return [(head.target, body) for head, body in zip(notes.heads, notes.bodies, strict=True)], notes.ended, refusal


@given(requests, st.lists(st.integers(1, 40)))
def test_any_bytes_are_read_or_refused_the_same_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    pieces, rest = [], data
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    assert read([*filter(None, pieces), rest]) == read([data])


@given(requests)
def test_whatever_a_client_sends_its_connection_ends(whole_stage: Stage, data: bytes) -> None:
    """That nothing was raised inside is checked when the router stops."""
    whole_stage.champion.answer = whole_stage.candidate.answer = lambda seen: answer_items("a", "b")
    with Client(whole_stage.router.port) as client, suppress(ConnectionError):
        client.send(data)
        client.socket.shutdown(socket.SHUT_WR)
        client.take_rest()  # fails if the end does not come


@given(answers, answers, st.sampled_from(["GET", "HEAD"]))
def test_whatever_the_models_answer_the_client_stays_in_step(
    whole_stage: Stage, champion: bytes, candidate: bytes, method: str
) -> None:
    """Either the connection ends, or the next answer on it is the next one."""
    whole_stage.champion.answer = lambda seen: (
        Reply(b"next") if seen.target == "/next" else Reply(raw=champion, close=True)
    )
    whole_stage.candidate.answer = lambda seen: Reply(raw=candidate, close=True)
    for target in ("/x", "/recommend"):
        # An answer that breaks off can be seen to.
        with Client(whole_stage.router.port) as client, suppress(EOFError, ConnectionError):
            assert client.request(method, target, {"X-User-Id": "u"}).status >= 200
            assert client.request("GET", "/next").body == b"next"
