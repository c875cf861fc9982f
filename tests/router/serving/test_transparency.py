"""Random requests and answers pass the router byte for byte, but for the headers of one hop and X-Forwarded-For."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import Client

TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PATH = "abcXYZ019-._~!$&'()*+,;=:@/%?[]{}|^\\\"<>`"
FRAMING = {  # what has a meaning for the router, and does not pass or not as it is
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "expect", "x-forwarded-for",
}  # fmt: skip
USUAL = ["Accept", "Accept-Encoding", "Authorization", "Cookie", "Cache-Control", "Via", "Date", "Server", "Set-Cookie"]
USUAL += ["ETag", "Content-Encoding", "Content-Type", "Vary", "Age", "Link", "Forwarded", "X-Forwarded-Proto", "Range"]
USUAL += ["X-User-Id", "traceparent", "tracestate", "Content-Range", "Location", "Last-Modified", "Accept-Ranges"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "PURGE"]
METHODS += ["MKCOL", "LINK", "QUERY"]

Headers = list[tuple[str, str]]

odd_names = st.text(TOKEN, min_size=1, max_size=12).filter(lambda name: name.lower() not in FRAMING)
names = odd_names | st.sampled_from(USUAL)
values = st.text("aZ09 \t,;=\"'()<>@:/\\[]?{}%\u00e4\u00ff", max_size=20).map(lambda value: value.strip(" \t"))
headers = st.lists(st.tuples(names, values), max_size=8)
bodies = st.binary(max_size=300) | st.binary(min_size=1, max_size=9).map(lambda piece: piece * 20_000)


class Body(NamedTuple):
    """A body and how it is framed."""

    data: bytes
    cuts: list[int] | None  # sizes of its chunks, the rest in a last one; None = with its length

    def render(self, head: str, fields: Headers) -> bytes:
        """The whole message."""
        chunked = self.cuts is not None
        framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(self.data)))
        lines = [head, *(f"{name}: {value}" for name, value in [*fields, framing])]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (self.chunk() if chunked else self.data)

    def chunk(self) -> bytes:
        chunks, rest = [], self.data
        for cut in self.cuts or []:
            chunks.append(rest[:cut])
            rest = rest[cut:]
        return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in [*chunks, rest] if each) + b"0\r\n\r\n"


framed = st.builds(Body, bodies, st.none() | st.lists(st.integers(1, 100), max_size=5))


def leave_out(fields: Headers, *left_out: str) -> Headers:
    """Headers without the framing, which may change at each hop."""
    return [(name, value) for name, value in fields if name.lower() not in left_out]


@given(st.sampled_from(METHODS), st.text(PATH, max_size=30).map(lambda rest: "/x" + rest), headers, framed)
def test_a_request_arrives_as_it_was_sent(
    whole_stage: Stage, method: str, target: str, fields: Headers, body: Body
) -> None:
    model = whole_stage.champion
    model.seen.clear()
    model.answer = lambda seen: Reply(b"ok")
    with Client(whole_stage.router.port) as client:
        client.send(body.render(f"{method} {target} HTTP/1.1", [("Host", "shop"), *fields]))
        assert client.receive(method).status == 200
    seen = model.seen[0]
    assert (seen.method, seen.target, seen.body) == (method, target, body.data)
    assert leave_out(seen.headers, "content-length", "transfer-encoding") == [
        ("Host", "shop"),
        *fields,
        ("X-Forwarded-For", "127.0.0.1"),
    ]
    framing = {name for name, _ in seen.headers} & {"Content-Length", "Transfer-Encoding"}
    assert framing == {"Content-Length" if body.cuts is None else "Transfer-Encoding"}


statuses = st.integers(200, 599).filter(lambda status: status not in (204, 304))
phrases = st.text("aZ09 -_'()\u00e4", max_size=20).map(str.strip)


@given(statuses, phrases, headers, framed, st.booleans())
def test_an_answer_arrives_as_it_was_sent(
    whole_stage: Stage, status: int, phrase: str, fields: Headers, body: Body, close: bool
) -> None:
    """On a connection that goes on, so that a wrong length would be found out by the next answer."""
    reply = Reply(raw=body.render(f"HTTP/1.1 {status} {phrase}", fields), close=close)
    whole_stage.champion.answer = lambda seen: reply if seen.target == "/x" else Reply(b"next")
    with Client(whole_stage.router.port) as client:
        answer = client.request("GET", "/x")
        assert client.request("GET", "/next").body == b"next"
    assert (answer.status, answer.reason, answer.body) == (status, phrase, body.data)
    assert leave_out(answer.headers, "content-length", "transfer-encoding") == fields
    framing = {name for name, _ in answer.headers} & {"Content-Length", "Transfer-Encoding"}
    assert framing == {"Content-Length" if body.cuts is None else "Transfer-Encoding"}


@given(st.sampled_from([204, 304]), phrases, headers)
def test_an_answer_without_a_body_arrives_as_it_was_sent(
    whole_stage: Stage, status: int, phrase: str, fields: Headers
) -> None:
    reply = Reply(raw="\r\n".join([f"HTTP/1.1 {status} {phrase}", *map(": ".join, fields), "\r\n"]).encode("latin-1"))
    whole_stage.champion.answer = lambda seen: reply if seen.target == "/x" else Reply(b"next")
    with Client(whole_stage.router.port) as client:
        answer = client.request("GET", "/x")
        assert client.request("GET", "/next").body == b"next"
    assert (answer.status, answer.reason, answer.headers) == (status, phrase, fields)
