"""Answers whose head was read before are read without the parser: nothing may come of it but speed."""

from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interleaver.router.http1.known_heads import ENTRIES, KnownHeads
from interleaver.router.http1.message import AnswerHead
from interleaver.router.models.call import AnswerReceiver, Call, Failure
from interleaver.router.models.connection import Home, ModelConnection
from interleaver.router.models.states import CLOSED, FRESH, IDLE
from tests.router.conftest import Stage
from tests.router.heads import tell_answer, tell_headers
from tests.router.model_servers import Reply


class Rig(AnswerReceiver):
    """A connection, its pool and its transport in one, and a note of all that becomes of the calls."""

    def __init__(self) -> None:
        self.notes: list[object] = []  # what the caller gets, and with its end what became of the connection
        self.fate = ""
        self.heads = KnownHeads()
        self.connection = ModelConnection(cast(Home, self))
        self.connection.connection_made(cast(Any, self))

    def ask(self, pieces: list[bytes], is_head: bool) -> None:
        if self.connection.state in (FRESH, IDLE):
            self.connection.begin(Call(b"", True, is_head, self))
        for piece in pieces:
            if self.connection.state is not CLOSED:
                self.connection.data_received(piece)

    # The receiver.

    def take_answer_head(self, head: AnswerHead) -> None:
        self.notes.append(tell_answer(head))

    def take_answer(self, data: bytes) -> None:
        self.notes.append(data)

    def end_piece(self) -> None: ...

    def end_answer(self) -> None:
        self.notes += self.fate, "complete"

    def fail_answer(self, failure: Failure) -> None:
        self.notes += self.fate, failure

    # Pool and transport.

    def release(self, connection: ModelConnection) -> None:
        self.fate = "kept"

    def forget(self, connection: ModelConnection) -> None:
        self.fate = "closed"

    def write(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


class Amnesiac(KnownHeads):
    """Leaves all to the parser."""

    def learn(self, piece: bytes, head: AnswerHead) -> None: ...


PLAIN = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: %d\r\nDate: today\r\n\r\n"
ODD = [
    PLAIN.replace(b"200 OK", b"204 No Content"),
    PLAIN.replace(b"200 OK", b"304 Not Modified"),
    PLAIN.replace(b"Server: x", b"Connection: close"),
    PLAIN.replace(b"Server: x", b"Transfer-Encoding: chunked"),
    PLAIN.replace(b"Server: x", b"Content-Length: 3"),
    PLAIN.replace(b"1.1", b"1.0"),
    PLAIN.replace(b"%d", b"+%d"),
    PLAIN.replace(b": x", b": a\r\n b"),
    b"HTTP/1.1 103 Early Hints\r\nContent-Length: %d\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%d\r\n",
    b"HTTP/1.1 200 OK\r\nX: %d\r\n\r\n",
    b"\r\n\r\nContent-Length: %d\r\n\r\n",
]
COMMON = [
    PLAIN,
    PLAIN.replace(b"Content-Length", b"content-length"),
    PLAIN.replace(b"200 OK", b"404 Not Found"),
    PLAIN.replace(b"Server: x", b"Connection: keep-alive"),
    PLAIN.replace(b"Server: x", b"Upgrade: x\r\nConnection: upgrade"),
    PLAIN.replace(b"%d", b"0%d"),
]
answers = st.tuples(
    st.sampled_from(ODD + COMMON * 3),
    st.integers(0, 3),
    st.binary(max_size=4) | st.sampled_from([b"", b"a", b"ab", b"abc"]),
    st.just(0) | st.integers(0, 120),
    st.sampled_from([False, False, False, True]),
)


def render(head: bytes, length: int | None, body: bytes, cut: int, is_head: bool) -> tuple[list[bytes], bool]:
    data = head % (len(body) if length is None or length == 3 else length) + body
    return [piece for piece in (data[:cut], data[cut:]) if piece], is_head


@given(st.lists(answers, min_size=2, max_size=6))
@example(
    [(PLAIN, 3, b"a", 0, False), (PLAIN, 3, b"abc", 0, False), (PLAIN, 0, b"", 0, False), (PLAIN, 1, b"ab", 0, False)]
)
def test_what_is_known_changes_nothing(drawn: list[tuple[bytes, int, bytes, int, bool]]) -> None:
    warm, cold = Rig(), Rig()
    cold.heads = Amnesiac()
    for each in drawn:
        pieces, is_head = render(*each)
        warm.ask(pieces, is_head)
        cold.ask(pieces, is_head)
    assert join(warm.notes) == join(cold.notes)
    assert not cold.heads.heads


def join(notes: list[object]) -> list[object]:
    """The pieces of one body put together."""
    joined: list[object] = []
    for note in notes:
        if isinstance(note, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += note
        else:
            joined.append(note)
    return joined


def test_a_head_is_known_again_with_another_length() -> None:
    rig = Rig()
    assert rig.heads.recall(PLAIN % 2 + b"ab") is None
    rig.ask([PLAIN % 2 + b"ab"], False)
    known = rig.heads.recall(PLAIN % 11 + b"hello world")
    assert known is not None
    head = known.head
    assert (head.status, head.reason, head.length, known.body) == (200, b"OK", 11, b"hello world")
    assert tell_headers(head.headers) == [(b"Server", b"x"), (b"Content-Length", b"11"), (b"Date", b"today")]


@pytest.mark.parametrize(
    "piece",
    [
        PLAIN % 2,
        PLAIN % 2 + b"a",
        PLAIN % 2 + b"abc",
        PLAIN.replace(b"%d", b"+%d") % 2 + b"ab",
        PLAIN.replace(b"%d", b" %d") % 2 + b"ab",
        PLAIN.replace(b"%d", b"") + b"ab",
        PLAIN.replace(b"Date: today", b"Transfer-Encoding: chunked") % 2 + b"ab",
        PLAIN.replace(b"today", b"later") % 2 + b"ab",
        PLAIN.replace(b"Server: x", b"Server: y") % 2 + b"ab",
        PLAIN.replace(b"OK", b"ok") % 2 + b"ab",
    ],
)
def test_a_head_with_any_other_byte_is_not_known(piece: bytes) -> None:
    rig = Rig()
    rig.ask([PLAIN % 2 + b"ab"], False)
    assert rig.heads.heads
    assert rig.heads.recall(piece) is None


@pytest.mark.parametrize("head", ODD)
def test_an_answer_with_anything_odd_about_it_is_always_parsed(head: bytes) -> None:
    for length, body in ((2, b"ab"), (0, b"")):
        rig = Rig()
        rig.ask([head % length + body], False)
        assert not rig.heads.heads


def test_a_body_that_looks_like_a_known_answer_is_a_body() -> None:
    rig, known = Rig(), PLAIN % 2 + b"ab"
    rig.ask([known], False)
    rig.ask([PLAIN % len(known), known], False)
    assert rig.notes[-3:] == [known, "kept", "complete"]


def test_an_answer_to_head_has_no_body_even_if_its_head_is_known() -> None:
    rig, known = Rig(), PLAIN % 2 + b"ab"
    rig.ask([known], False)
    rig.ask([known], True)
    assert rig.notes.count(b"ab") == 1
    assert rig.connection.state is CLOSED


def test_not_many_heads_are_kept() -> None:
    rig = Rig()
    for number in range(5 * ENTRIES):
        rig.ask([PLAIN.replace(b"today", b"day %d" % number) % 2 + b"ab"], False)
    assert 0 < len(rig.heads.heads) <= ENTRIES


def test_known_or_not_an_answer_reaches_the_client_as_it_is(stage: Stage) -> None:
    bodies = [b"a", b"abc", b"", b"ab" * 5000]
    rest = iter(bodies * 2)
    stage.champion.answer = lambda seen: Reply(next(rest))
    with stage.router.client() as client:
        assert [client.request("GET", "/elsewhere").body for _ in bodies * 2] == bodies * 2
