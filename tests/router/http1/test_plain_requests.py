"""Plain requests are read without the parser: they must say the same to both, and nothing doubtful may be plain."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interleaver.router.http1.message import FOLDED, NAMES, Header, fold
from interleaver.router.http1.plain_requests import (
    HEAD_BYTES,
    KNOWN_LINES,
    KNOWN_TARGETS,
    LINE_BYTES,
    LINES,
    read_plain_request,
)
from interleaver.router.http1.requests import Refusal, RequestReader
from tests.router.heads import tell_request

from .test_requests import Notes

PEER = b"1.2.3.4"
FORWARDED = Header(b"X-Forwarded-For", PEER)
PLAIN = b"POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
CLIENTS = [
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST /recommend HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
    b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: python-requests/2.32.3\r\n"
    b"Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nX-User-Id: u\r\n"
    b"Content-Length: 2\r\n\r\n{}",
    b'GET /home?page=2&q=a%20b HTTP/1.1\r\nHost: shop.example\r\nConnection: Keep-Alive\r\nCookie: a=b; c="d"\r\n'
    b'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"\r\nAccept-Language: en-GB,en;q=0.9\r\n\r\n',
]


def read(pieces: list[bytes]) -> tuple[list[tuple[object, ...]], list[bytes], int, int | None]:
    """Heads, bodies, how many ended, and the status of the refusal."""
    notes, refusal = Notes(), None
    reader = RequestReader(notes, PEER)
    try:
        for piece in pieces:
            reader.feed(piece)
    except Refusal as error:
        refusal = error.status
    return [tell_request(head) for head in notes.heads], notes.bodies, notes.ended, refusal


def cut(data: bytes) -> list[bytes]:
    """Single bytes, none of which is a plain request: only the parser reads them."""
    return [data[at : at + 1] for at in range(len(data))]


def head(*lines: bytes, first: bytes = b"POST /a HTTP/1.1", host: bytes = b"Host: h") -> bytes:
    return b"\r\n".join([first, host, *lines, b"", b""])


mostly = st.sampled_from
names = mostly([
    b"Accept", b"X-User-Id", b"content-type", b"X_Y", b"Cookie", b"CONNECTION", b"Connection", b"Content-Length",
    b"Expect", b"Host", b"Upgrade", b"Proxy-Connection", b"Transfer-Encoding", b"Keep-Alive", b"X!#$%&'*+.^`|~",
    b"X Y", b"\xe4",
]) | st.from_regex(rb"[A-Za-z0-9-]{1,12}", fullmatch=True)  # fmt: skip
values = mostly([
    b"keep-alive", b"Keep-Alive", b"close", b"upgrade", b"keep-alive, x", b"chunked", b"websocket", b"100-continue",
    b"0", b"3", b"03", b"+3", b"3, 3", b"", b"h:80", b"[::1]", b"a b", b"a\tb", b"a ", b"a\t", b" a",
    b"a\r\n b", b"a\nb", b"a\0b", b"\xfc",
]) | st.from_regex(rb"[ -~]{0,20}", fullmatch=True)  # fmt: skip
separators = mostly([b": "] * 12 + [b":", b":  ", b":\t", b" : "])
ends = mostly([b"\r\n"] * 20 + [b"\n", b"\r", b"\r\n\r\n", b" \r\n"])
headers = st.tuples(names, separators, values, ends).map(b"".join)
lines = st.tuples(
    mostly([b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"PATCH", b"DELETE", b"get", b"BREW", b"CONNECT"]),
    mostly([b" "] * 12 + [b"  ", b"\t"]),
    mostly([b"/", b"/a?b=c", b"//a", b"/a?b?c", b"/a#b", b"*", b"http://g/a", b"a", b"/\xe4", b"/a b"])
    | st.from_regex(rb"/[!-~]{0,20}", fullmatch=True),
    mostly([b" HTTP/1.1\r\n"] * 12 + [b" HTTP/1.0\r\n", b" HTTP/1.1\n", b" HTTP/1.1 \r\n", b" http/1.1\r\n", b"\r\n"]),
).map(b"".join)
hosts = mostly([b"Host: h\r\n"] * 8 + [b"hOST: h:80\r\n", b"", b"Host: a b\r\n", b"Host: \r\n"])
heads = st.tuples(lines, hosts, st.lists(headers, max_size=6).map(b"".join), st.just(b"\r\n")).map(b"".join)
streams = st.lists(heads | mostly([*CLIENTS, PLAIN, b"abc", b"\r\n"]), min_size=1, max_size=3).map(b"".join)


@settings(max_examples=1000)
@given(streams)
@example(PLAIN + head(b"Connection: close") + PLAIN)
@example(b"\r\n" + PLAIN + b"\r\n" + PLAIN)
def test_a_request_says_the_same_whether_or_not_the_parser_reads_it(data: bytes) -> None:
    assert read([data]) == read(cut(data))


@settings(max_examples=1000)
@given(heads, st.binary(max_size=4))
def test_no_bytes_are_plain_that_the_parser_reads_otherwise(data: bytes, body: bytes) -> None:
    plain = read_plain_request(data + body, 0, FORWARDED)
    if plain is not None:
        request, start, end = plain
        expected = ([tell_request(request)], [(data + body)[start:end]], 1, None)
        assert read(cut((data + body)[:end])) == expected


@pytest.mark.parametrize("data", [PLAIN, *CLIENTS])
def test_what_common_clients_send_is_plain(data: bytes) -> None:
    plain = read_plain_request(data, 0, FORWARDED)
    assert plain is not None
    assert plain[2] == len(data)
    assert read([data]) == read(cut(data))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[:-1],
        head(b"Host: h"),
        head(b"host: h"),
        head(b"X: 1", b"x: 2"),
        head(host=b"X: h"),
        head(host=b"Host: a b"),
        head(b"Content-Length: +1") + b"a",
        head(b"Content-Length: 0x1") + b"a",
        head(b"Content-Length: 1, 1") + b"a",
        head(b"Content-Length: 0", b"Content-Length: 0"),
        head(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head(b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head(b"Transfer-Encoding: x"),
        head(b"Connection: close"),
        head(b"Connection: keep-alive, close"),
        head(b"Connection: upgrade", b"Upgrade: h2c"),
        head(b"Proxy-Connection: close"),
        head(b"Expect: 100-continue"),
        head(b"X: a", b" b"),
        head(b"X:  a"),
        head(b"X:a"),
        head(b"X : a"),
        head(b"X: a "),
        head(b"X: "),
        head(b"X"),
        head(b": a"),
        head(b"X: a\nY: b"),
        head(b"X: a\rY: b"),
        head(b"X: a\0"),
        head(b"X: \x7f"),
        head(b"X: \xe4"),
        head(b"\0X: a"),
        head(b"X: " + b"a" * HEAD_BYTES),
        head(first=b"POST /a HTTP/1.0"),
        head(first=b"POST  /a HTTP/1.1"),
        head(first=b"CONNECT /a HTTP/1.1"),
        head(first=b"PRI /a HTTP/1.1"),
        head(first=b"GET http://h/ HTTP/1.1"),
        head(first=b"OPTIONS * HTTP/1.1"),
        head(first=b"GET /a#b HTTP/1.1"),
        head(first=b"GET /a b HTTP/1.1"),
        head().replace(b"\r\n", b"\n"),
        b"\r\n" + PLAIN,
    ],
)
def test_what_leaves_a_doubt_is_left_to_the_parser(data: bytes) -> None:
    assert read_plain_request(data, 0, FORWARDED) is None


@pytest.mark.parametrize(
    "start", [head(b"X: ")[:-4], head(b"Content-Length: 200"), head(b"Transfer-Encoding: chunked"), b"P"]
)
def test_what_goes_on_with_a_request_is_not_another_one(start: bytes) -> None:
    pieces = [start, PLAIN]
    heads, _, ended, _ = read(pieces)
    assert ended == 0
    assert len(heads) <= 1
    assert read(pieces) == read(cut(start + PLAIN))


def test_no_request_follows_the_last_one() -> None:
    pieces = [head(b"Connection: close"), PLAIN]
    assert read(pieces) == read(cut(b"".join(pieces)))
    assert len(read(pieces)[0]) == 1


def test_a_head_that_begins_behind_many_plain_requests_is_not_too_long() -> None:
    heads, _, ended, refusal = read([PLAIN * 1000 + PLAIN[:20], PLAIN[20:]])
    assert (len(heads), ended, refusal) == (1001, 1001, None)


def test_what_is_kept_of_lines_and_names_is_bounded() -> None:
    for number in range(3 * LINES):
        text = b"GET /%d HTTP/1.1\r\nHost: h%d\r\nX-%d: a\r\n\r\n" % (number, number, number)
        assert read_plain_request(text, 0, FORWARDED) is not None
    assert len(KNOWN_LINES) <= LINES
    assert len(KNOWN_TARGETS) <= LINES
    assert len(FOLDED) <= NAMES
    for long in (b"X: " + b"a" * LINE_BYTES, b"Cookie: " + b"b" * LINE_BYTES):
        assert read_plain_request(head(long), 0, FORWARDED) is not None
        assert long not in KNOWN_LINES
    target = b"GET /" + b"a" * LINE_BYTES + b" HTTP/1.1"
    assert read_plain_request(head(first=target), 0, FORWARDED) is not None
    assert target not in KNOWN_TARGETS
    long = b"X" * 1000
    assert fold(long) == long.lower()
    assert long not in FOLDED
