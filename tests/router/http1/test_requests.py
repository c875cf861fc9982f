"""The reader of requests, fed in pieces of every size."""

import pytest

from interleaver.router.http1.message import Header, Request
from interleaver.router.http1.requests import RequestReader
from interleaver.router.http1.sending import HOP_BY_HOP, append_forwarded_for, keep_end_to_end
from interleaver.router.http1.takers import RequestTaker
from interleaver.router.http1.target import place_target
from tests.router.heads import tell_headers, tell_request

STREAM = (
    b"POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-Long: " + b"v" * 50 + b"\r\nContent-Length: 5\r\n\r\nhello"
    b"GET /second HTTP/1.1\r\nHost: h\r\n\r\n"
    b"POST /java HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\ncoffe"
    b"PUT /chunks HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\nab\r\n0\r\n\r\n"
    b"GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    b"PUT /third HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;e=1\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
)


class Notes(RequestTaker):
    """Writes down what it is given."""

    def __init__(self) -> None:
        self.heads: list[Request] = []
        self.bodies: list[bytes] = []
        self.ended = 0

    def take_head(self, request: Request) -> None:
        self.heads.append(request)
        self.bodies.append(b"")

    def take_body(self, data: bytes) -> None:
        self.bodies[-1] += data

    def take_end(self) -> None:
        self.ended += 1


def read(pieces: list[bytes]) -> Notes:
    notes = Notes()
    reader = RequestReader(notes, b"1.2.3.4")
    for piece in pieces:
        reader.feed(piece)
    return notes


def test_however_a_stream_is_cut_the_requests_are_the_same() -> None:
    whole = read([STREAM])
    assert [head.target for head in whole.heads] == [b"/a?b=c", b"/second", b"/java", b"/chunks", b"/socket", b"/third"]
    assert whole.bodies == [b"hello", b"", b"coffe", b"ab", b"", b"abcde"]
    cuts = [[STREAM[:at], STREAM[at:]] for at in range(1, len(STREAM))]
    for size in (1, 2, 3, 7, 64):
        cuts.append([STREAM[at : at + size] for at in range(0, len(STREAM), size)])
    for pieces in cuts:
        notes = read(pieces)
        assert [tell_request(head) for head in notes.heads] == [tell_request(head) for head in whole.heads]
        assert (notes.bodies, notes.ended) == (whole.bodies, len(whole.heads))


def test_headers_of_one_hop_and_those_that_connection_names_do_not_travel_on() -> None:
    headers = [
        Header(b"A", b"1"),
        Header(b"CONNECTION", b"keep-alive , b"),
        Header(b"B", b"2"),
        Header(b"TE", b"x"),
        Header(b"Upgrade", b"y"),
        Header(b"C", b"3"),
    ]
    assert tell_headers(keep_end_to_end(headers)) == [(b"A", b"1"), (b"C", b"3")]
    assert tell_headers(keep_end_to_end(headers, HOP_BY_HOP | {b"a"})) == [(b"C", b"3")]


def test_the_last_forwarded_for_is_continued() -> None:
    headers = [Header(b"x-forwarded-for", b"a"), Header(b"X-Forwarded-For", b"b")]
    append_forwarded_for(headers, Header(b"X-Forwarded-For", b"c"))
    assert tell_headers(headers) == [(b"x-forwarded-for", b"a"), (b"X-Forwarded-For", b"b, c")]


def test_connection_names_away_neither_the_length_nor_the_host() -> None:
    pairs = [(b"Connection", b"Content-Length, host, X"), (b"Host", b"h"), (b"Content-Length", b"2"), (b"X", b"1")]
    headers = [Header(name, value) for name, value in pairs]
    assert tell_headers(keep_end_to_end(headers)) == [(b"Host", b"h"), (b"Content-Length", b"2")]


@pytest.mark.parametrize(
    ("method", "target", "place"),
    [
        (b"GET", b"/a?b", (b"/a?b", None)),
        (b"GET", b"/a/http://b", (b"/a/http://b", None)),
        (b"GET", b"//b/c", (b"//b/c", None)),
        (b"OPTIONS", b"*", (b"*", None)),
        (b"GET", b"http://h/a?b=/c", (b"/a?b=/c", b"h")),
        (b"GET", b"HTTPS://h:81", (b"/", b"h:81")),
        (b"GET", b"http://[::1]:80?b", (b"/?b", b"[::1]:80")),
        (b"OPTIONS", b"http://h", (b"*", b"h")),
    ],
)
def test_a_target_goes_on_in_origin_form_and_the_host_it_names_counts(
    method: bytes, target: bytes, place: tuple[bytes, bytes | None]
) -> None:
    assert place_target(method, target) == place


@pytest.mark.parametrize("target", [b"*", b"h:80", b"ftp://h/", b"http:///a", b"http://u:p@h/", b"http://a b/", b""])
def test_a_target_that_is_none_is_refused(target: bytes) -> None:
    with pytest.raises(ValueError, match="target"):
        place_target(b"GET", target)


def test_what_follows_a_handshake_is_no_header_however_much_comes_with_it() -> None:
    handshake = (
        b"GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n"
    )
    early = b"e" * 100_000
    for pieces in ([handshake + early], [handshake[:20], handshake[20:] + early], [handshake, early]):
        assert read(pieces).bodies == [early]
