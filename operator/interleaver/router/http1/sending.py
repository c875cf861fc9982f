"""What travels on: which headers end at each hop, and how heads and chunks go over the wire. No I/O."""

from collections.abc import Iterable
from typing import Final

from .caching import CACHE_CONTROL, PRIVATE, SHARED_ONLY, restrict
from .message import REASONS, Header, Headers, Request
from .websocket import OFFER

STATUS_LINES: Final = {status: b"HTTP/1.1 %d %s\r\n" % (status, phrase) for status, phrase in REASONS.items()}
LAST_CHUNK: Final = b"0\r\n\r\n"
CHUNKED: Final = Header(b"Transfer-Encoding", b"chunked")
CLOSE: Final = Header(b"Connection", b"close")
KEEP_ALIVE: Final = Header(b"Connection", b"keep-alive")
NAMELESS: Final = Header(b"Host", b"model")

# RFC 9110 section 7.6.1, and the two that RFC 2616 section 13.5.1 counted too. `Trailer` goes because trailers are not
# forwarded.
HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
USUAL_OPTIONS: Final = [b"keep-alive"]  # what `Connection` mostly says, which is of one hop anyway
# What `Connection` cannot name away: without them the message would end elsewhere, or be asked of another host.
KEPT: Final = frozenset({b"content-length", b"host"})
# Headers that state something about the exact bytes of the body; none of it holds once the list is replaced.
BODY_VALIDATORS: Final = frozenset(
    {b"etag", b"last-modified", b"content-md5", b"digest", b"content-digest", b"repr-digest", b"accept-ranges"}
)
# The router itself answers 100 Continue, and says how long the body is.
ALWAYS_DROPPED: Final = HOP_BY_HOP | {b"expect", b"content-length"}
# A merged answer has to be read, so the models are asked for no coding of it.
DROPPED_FOR_READING: Final = ALWAYS_DROPPED | {b"accept-encoding"}
# Of an answer that is private to its client.
NOT_SHARED: Final = HOP_BY_HOP | SHARED_ONLY | {CACHE_CONTROL}


def keep_end_to_end(headers: Headers, drop: frozenset[bytes] = HOP_BY_HOP) -> Headers:
    """The headers that travel on: none of `drop`, which holds those of one hop too, or that `Connection` names.

    With Cache-Control in `drop` that header is not dropped but made, or made to be, private to the client.
    """
    kept: Headers = []
    options: list[bytes] = []
    private = CACHE_CONTROL not in drop
    for header in headers:
        if header.key not in drop:
            kept.append(header)
        elif header.key == b"connection":
            options.append(header.value)
        elif header.key == CACHE_CONTROL:
            kept.append(restrict(header))
            private = True
    if not private:
        kept.append(PRIVATE)
    if options and options != USUAL_OPTIONS:
        named = name_options(options)
        return [header for header in kept if header.key not in named]
    return kept


def name_options(values: Iterable[bytes]) -> frozenset[bytes]:
    """The headers that the values of `Connection` name."""
    return frozenset(name.strip() for value in values for name in value.lower().split(b",")) - KEPT


def append_forwarded_for(headers: Headers, forwarded: Header) -> None:
    """Add the peer's address to the last `X-Forwarded-For`, or add that header, in place."""
    for index in range(len(headers) - 1, -1, -1):
        header = headers[index]
        if header.key == b"x-forwarded-for":
            headers[index] = Header(header.name, header.value + b", " + forwarded.value)
            return
    headers.append(forwarded)


def render_head(first_line: bytes, headers: Headers, length: int | None = None, last: Header | None = None) -> bytes:
    """The head of a message as it goes over the wire: headers, the length of the body if it is given, a last header."""
    lines = [first_line]
    for header in headers:
        lines.append(header.line)
    if length is not None:
        lines.append(b"Content-Length: %d\r\n" % length)
    if last is not None:
        lines.append(last.line)
    lines.append(b"\r\n")
    return b"".join(lines)


def render_answer_head(status: int, reason: bytes, headers: Headers, length: int | None, last: Header | None) -> bytes:
    """The head of an answer; the model's own reason phrase is kept where it differs from the usual one."""
    usual = reason == REASONS.get(status)
    first_line = STATUS_LINES[status] if usual else b"HTTP/1.1 %d %s\r\n" % (status, reason)
    return render_head(first_line, headers, length, last)


def make_request_head(
    request: Request, length: int | None, drop_encoding: bool = False, target: bytes | None = None
) -> bytes:
    """Same method, end-to-end headers and, unless another is given, target.

    `length` is that of the body, None for chunked.
    """
    headers = keep_end_to_end(request.headers, DROPPED_FOR_READING if drop_encoding else ALWAYS_DROPPED)
    if b"x-forwarded-for" in request.fields:
        append_forwarded_for(headers, request.forwarded)
    else:
        headers.append(request.forwarded)
    if length is None:
        headers.append(CHUNKED)
    elif not length and not request.declared:
        length = None
    if request.switches:
        headers += OFFER
    nameless = not request.modern and b"host" not in request.fields
    first_line = b"%b %b HTTP/1.1\r\n" % (request.method, request.target if target is None else target)
    return render_head(first_line, headers, length, NAMELESS if nameless else None)


def frame_chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
