"""Reading requests: the parser's callbacks, the limits on a head, and what is refused before it is served."""

from typing import Any, Final

import httptools

from .message import MOST_HEADERS, Fields, Header, Headers, Request, index_headers
from .plain_requests import PlainReader
from .sending import render_head
from .takers import NO_REQUEST_TAKER, RequestTaker
from .target import is_host, place_target
from .websocket import offers_websocket

HEAD_BYTES: Final = 16_384  # of a request's line and headers; what most servers allow at most
PREFACE: Final = "PRI"  # what the parser calls the line with which HTTP/2 begins (RFC 9113 section 3.4)
OTHER_HTTP: Final = (
    "the client began to speak HTTP/2, and the router speaks HTTP/1.1: switch HTTP/2 in clear (h2c, prior knowledge) "
    "off in the client, or in the proxy or mesh in front"
)
TLS: Final = b"\x16\x03"  # a handshake, of any version of it
OTHER_SCHEME: Final = "the client began a TLS handshake, and the router speaks plain HTTP: call it by http://"
FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})


class Refusal(Exception):
    """A request that must not be served, and the status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


NO_PARSER: Final = httptools.HttpRequestParser(None)  # of a reader that has not needed one yet, or is done


class RequestReader(PlainReader):
    """Reads the requests of one connection: plain ones by themselves, all others with the parser."""

    def __init__(self, taker: RequestTaker, peer: bytes) -> None:
        super().__init__(taker, peer)
        self.parser = NO_PARSER  # most requests are plain
        self.target = b""
        self.headers: Headers = []
        self.head_bytes = 0
        self.in_head = False  # a head has begun and is not complete
        self.in_body = False  # a head is complete and its body is not
        self.overhead = 0  # bytes since the last one of a body: chunks' extensions and trailers
        self.had_body = False  # a byte of a body was among what was parsed
        self.switched = False  # what comes is not HTTP any more
        self.declining = False  # the head that is parsed is our own
        self.final = False  # the parser takes no further request

    def parse_on(self, data: bytes) -> None:
        """Read with the parser, from a request that is not plain to its end."""
        if self.switched:
            return self.taker.take_body(data)
        rest = data
        while rest:
            rest = self.parse(rest)
        if self.in_head:
            # The parser keeps an unfinished header to itself, so raw bytes are counted as well. Twice the limit is
            # generous because the end of a body may have come in the same piece.
            self.head_bytes += len(data)
            self.check_head(2 * HEAD_BYTES)
        elif self.in_body and not self.switched:
            self.check_body(len(data))
        self.between = not (self.in_head or self.in_body or self.final)

    def parse(self, data: bytes) -> bytes:
        """Parse as far as the parser goes; what is to be parsed after a head that offered another protocol."""
        if self.parser is NO_PARSER:
            self.parser = httptools.HttpRequestParser(self)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            rest = data[offer.args[0] :]
            if not self.switched:
                return self.decline() + rest
            if rest:
                self.taker.take_body(rest)
        except httptools.HttpParserError as error:
            raise explain(error, data) from None
        return b""

    def decline(self) -> bytes:
        """Stay with HTTP/1.1, as RFC 9110 section 7.8 lets us: Java's client offers HTTP/2 with every request it sends.

        The parser takes the body of such a request for the other protocol, so a fresh one reads it and goes on from
        there. Returns what it needs to read first: a head of our own with the same framing.
        """
        self.parser = httptools.HttpRequestParser(self)
        self.declining = True
        return render_head(b"POST / HTTP/1.1\r\n", [each for each in self.headers if each.key in FRAMING])

    def close(self) -> None:
        """Nothing will be read any more. The circles that end here would wait for the garbage collector."""
        self.parser, self.taker = NO_PARSER, NO_REQUEST_TAKER

    def check_head(self, limit: int) -> None:
        if self.head_bytes > limit:
            raise Refusal(431, f"the request's headers exceed {HEAD_BYTES} bytes")

    def check_body(self, size: int) -> None:
        """Bound what is no body: the parser keeps a trailer to itself, however long it gets."""
        self.overhead = 0 if self.had_body else self.overhead + size
        self.had_body = False
        if self.overhead > HEAD_BYTES:
            raise Refusal(431, f"chunk extensions or trailers exceed {HEAD_BYTES} bytes")

    # What the parser calls.

    def on_message_begin(self) -> None:
        if not self.declining:
            self.begin_head()

    def begin_head(self) -> None:
        self.in_head, self.head_bytes, self.target, self.headers = True, 0, b"", []

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_head:  # else a trailer, which is not forwarded
            if len(self.headers) == MOST_HEADERS:
                raise Refusal(431, f"the request has more than {MOST_HEADERS} headers")
            self.headers.append(Header(name, value))

    def on_headers_complete(self) -> None:
        if self.declining:
            self.declining = False
            return
        self.in_head, self.in_body, self.overhead, self.had_body = False, True, 0, False
        headers = self.headers
        self.head_bytes = len(self.target) + sum(len(header.line) for header in headers)
        self.check_head(HEAD_BYTES)
        request = self.make_request()
        self.switched, self.final = request.switches, not request.keep_alive
        self.taker.take_head(request)

    def on_body(self, data: bytes) -> None:
        self.had_body = True
        self.taker.take_body(data)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return  # `decline` goes on with the body, or what follows is not HTTP
        self.in_body = False
        self.taker.take_end()

    def make_request(self) -> Request:
        """The head of the request. Raises Refusal for one that the router does not serve."""
        headers, method, version = self.headers, self.parser.get_method(), self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise Refusal(505, "the router speaks HTTP/1.1")
        if method == b"CONNECT":
            raise Refusal(501, "the router opens no connections to other hosts")
        modern = version == "1.1"
        fields = index_headers(headers)
        target = find_target(method, self.target, headers, fields, modern)
        declared, chunked = find_framing(fields, modern)
        expect = fields.get(b"expect")
        if expect is not None and expect.lower() != b"100-continue":
            raise Refusal(417, "the router knows no expectation other than 100-continue")
        return Request(
            method,
            target,
            path=target.partition(b"?")[0],
            headers=headers,
            keep_alive=self.parser.should_keep_alive(),
            modern=modern,
            length=None if chunked else int(declared or 0),
            declared=declared is not None,
            expects=expect is not None and modern,
            forwarded=self.forwarded,
            fields=fields,
            switches=modern and self.parser.should_upgrade() and offers_websocket(method, fields),
        )


def find_target(method: bytes, target: bytes, headers: Headers, fields: Fields, modern: bool) -> bytes:
    """The target in origin form; a host that it names replaces the one in `headers` and `fields`, in place."""
    host = fields.get(b"host")
    several = len(fields) < len(headers) and sum(header.key == b"host" for header in headers) > 1
    if several or (modern if host is None else not is_host(host)):
        raise Refusal(400, "malformed request: there must be one Host header, and it must name a host")
    if target.startswith(b"/"):
        return target
    try:
        place = place_target(method, target)
    except ValueError as error:
        raise Refusal(400, f"malformed request: {error}") from None
    if place.host is not None:
        headers[:] = [Header(b"Host", place.host), *(header for header in headers if header.key != b"host")]
        fields[b"host"] = place.host
    return place.target


def find_framing(fields: Fields, modern: bool) -> tuple[bytes | None, bool]:
    """Content-Length, and whether the body is chunked.

    Both together are how requests are smuggled (RFC 9112 sections 6.1 and 6.3), and so is any other coding, or any at
    all in HTTP/1.0: all that is refused.
    """
    encoding, declared = fields.get(b"transfer-encoding"), fields.get(b"content-length")
    if encoding is not None and (declared is not None or encoding.lower() != b"chunked" or not modern):
        raise Refusal(400, "malformed request: a Transfer-Encoding that leaves the body's end in doubt")
    return declared, encoding is not None


def explain(error: Any, data: bytes) -> BaseException:
    """What a parser's error means: an exception of our own callbacks as it is, else a malformed request.

    The usual ways to speak another protocol to us have words of their own: the parser's say nothing to people.
    """
    cause = error.__context__
    if isinstance(error, httptools.HttpParserCallbackError) and cause is not None:
        return cause  # type: ignore[no-any-return]
    if PREFACE in str(error):
        return Refusal(505, OTHER_HTTP)
    if data.startswith(TLS):
        return Refusal(400, f"malformed request: {OTHER_SCHEME}")
    return Refusal(400, f"malformed request: {error}")
