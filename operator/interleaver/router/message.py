"""HTTP/1.1 messages: heads, the headers that end at each hop, and how a body is framed. No I/O."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import msgspec

from interleaver.interleaving.memo import remember

NAMES: Final = 512  # that are kept in lower case for the whole process, each of at most so many bytes
NAME_BYTES: Final = 64
FOLDED: Final[dict[bytes, bytes]] = {}

Header = tuple[bytes, bytes]
Headers = list[Header]
Fields = dict[bytes, bytes]  # the first value of each header by its name in lower case

# RFC 9110 section 7.6.1, and the two that RFC 2616 section 13.5.1 counted too. `Trailer` goes because trailers are not
# forwarded; `Expect` because the router itself answers 100 Continue.
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
BODILESS: Final = frozenset({204, 304})  # answers that end with their head, whatever it says
REASONS: Final = {status.value: status.phrase.encode() for status in HTTPStatus}
STATUS_LINES: Final = {status: b"HTTP/1.1 %d %s\r\n" % (status, phrase) for status, phrase in REASONS.items()}


class Value(msgspec.Struct, frozen=True, gc=False):
    """A value of the hot path: made in a third of the time that a NamedTuple takes, and never part of a circle."""


class Request(Value, frozen=True):
    """The head of a request. `length` is None for a chunked body; a request without a body has length 0."""

    method: bytes
    target: bytes
    path: bytes
    headers: Headers
    keep_alive: bool
    modern: bool  # HTTP/1.1, that is: the client understands chunks and 100 Continue
    length: int | None
    declared: bool  # a Content-Length was sent, even if it is 0
    expects: bool  # the client waits for 100 Continue before it sends the body
    peer: bytes
    fields: Fields
    switches: bool = False  # it offers websocket: what follows the head is not HTTP if the model agrees


class AnswerHead(Value, frozen=True):
    """The head of a model's answer. `length` is None for a body that is chunked or ends with the connection."""

    status: int
    reason: bytes
    headers: Headers
    length: int | None


def find_header(headers: Headers, name: bytes) -> bytes | None:
    """The first value of a header; `name` is in lower case."""
    for key, value in headers:
        if len(key) == len(name) and key.lower() == name:
            return value
    return None


def fold(name: bytes) -> bytes:
    """A header's name in lower case, of which most come again and again."""
    known = FOLDED.get(name)
    if known is None:
        known = name.lower()
        if len(name) <= NAME_BYTES:
            remember(FOLDED, NAMES, name, known)
    return known


def index_headers(headers: Headers) -> Fields:
    """Headers for several look-ups: each walk over the list costs as much as this."""
    fields = {key.lower(): value for key, value in headers}
    if len(fields) < len(headers):
        fields = {key.lower(): value for key, value in reversed(headers)}
    return fields


def keep_end_to_end(headers: Headers, drop: frozenset[bytes] = HOP_BY_HOP) -> Headers:
    """The headers that travel on: without `drop`, those of one hop included, and those that `Connection` names."""
    kept: Headers = []
    options: list[bytes] = []
    for header in headers:
        name = fold(header[0])
        if name not in drop:
            kept.append(header)
        elif name == b"connection":
            options.append(header[1])
    if options and options != USUAL_OPTIONS:
        named = name_options(options)
        return [header for header in kept if header[0].lower() not in named]
    return kept


def name_options(values: Iterable[bytes]) -> frozenset[bytes]:
    """The headers that the values of `Connection` name."""
    return frozenset(name.strip() for value in values for name in value.lower().split(b",")) - KEPT


def append_forwarded_for(headers: Headers, peer: bytes) -> None:
    """Add the peer's address to the last `X-Forwarded-For`, or add that header, in place."""
    for index in range(len(headers) - 1, -1, -1):
        key, value = headers[index]
        if key.lower() == b"x-forwarded-for":
            headers[index] = (key, value + b", " + peer)
            return
    headers.append((b"X-Forwarded-For", peer))


def render_headers(first_line: bytes, headers: Headers) -> bytes:
    """The head of a message as it goes over the wire."""
    lines = [first_line]
    for name, value in headers:
        lines.append(b"%b: %b\r\n" % (name, value))
    lines.append(b"\r\n")
    return b"".join(lines)


def render_status_line(status: int, reason: bytes) -> bytes:
    """The status line; the model's own reason phrase is kept where it differs from the usual one."""
    if reason == REASONS.get(status):
        return STATUS_LINES[status]
    return b"HTTP/1.1 %d %s\r\n" % (status, reason)


def frame_chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK: Final = b"0\r\n\r\n"
