"""Headers: what a message says of itself, which of it ends at each hop, and how it goes over the wire. No I/O."""

from collections.abc import Iterable
from typing import Final

from interleaver.interleaving.memo import remember

MOST_HEADERS: Final = 256  # of a message: thousands of short ones would take 60 times their bytes
NAMES: Final = 512  # that are kept in lower case for the whole process, each of at most so many bytes
NAME_BYTES: Final = 64
FOLDED: Final[dict[bytes, bytes]] = {}

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


def fold(name: bytes) -> bytes:
    """A header's name in lower case, of which most come again and again."""
    known = FOLDED.get(name)
    if known is None:
        known = name.lower()
        if len(name) <= NAME_BYTES:
            remember(FOLDED, NAMES, name, known)
    return known


class Header:
    """One header, with all that is asked of it again and again.

    Those of plain requests and of known answers come many times, and are made once.
    """

    __slots__ = ("key", "line", "name", "value")

    def __init__(self, name: bytes, value: bytes) -> None:
        self.name = name
        self.value = value
        self.key = fold(name)  # in lower case
        self.line = b"%b: %b\r\n" % (name, value)  # as it goes over the wire


Headers = list[Header]

CHUNKED: Final = Header(b"Transfer-Encoding", b"chunked")
CLOSE: Final = Header(b"Connection", b"close")
KEEP_ALIVE: Final = Header(b"Connection", b"keep-alive")


def declare_length(length: int) -> Header:
    """The header that says how long a body is, in bytes."""
    return Header(b"Content-Length", b"%d" % length)


def find_header(headers: Headers, key: bytes) -> bytes | None:
    """The first value of a header, whose name is given in lower case."""
    for header in headers:
        if header.key == key:
            return header.value
    return None


def index_headers(headers: Headers) -> Fields:
    """Headers for several look-ups: each walk over the list costs as much as this."""
    fields: Fields = {}
    for header in headers:
        fields.setdefault(header.key, header.value)
    return fields


def keep_end_to_end(headers: Headers, drop: frozenset[bytes] = HOP_BY_HOP) -> Headers:
    """The headers that travel on: without `drop`, those of one hop included, and those that `Connection` names."""
    kept: Headers = []
    options: list[bytes] = []
    for header in headers:
        if header.key not in drop:
            kept.append(header)
        elif header.key == b"connection":
            options.append(header.value)
    if options and options != USUAL_OPTIONS:
        named = name_options(options)
        return [header for header in kept if header.key not in named]
    return kept


def name_options(values: Iterable[bytes]) -> frozenset[bytes]:
    """The headers that the values of `Connection` name."""
    return frozenset(name.strip() for value in values for name in value.lower().split(b",")) - KEPT


def name_peer(peer: bytes) -> Header:
    """The header that says from which address a request came."""
    return Header(b"X-Forwarded-For", peer)


def append_forwarded_for(headers: Headers, forwarded: Header) -> None:
    """Add the peer's address to the last `X-Forwarded-For`, or add that header, in place."""
    for index in range(len(headers) - 1, -1, -1):
        header = headers[index]
        if header.key == b"x-forwarded-for":
            headers[index] = Header(header.name, header.value + b", " + forwarded.value)
            return
    headers.append(forwarded)


def render_head(first_line: bytes, headers: Headers) -> bytes:
    """The head of a message as it goes over the wire."""
    lines = [first_line]
    for header in headers:
        lines.append(header.line)
    lines.append(b"\r\n")
    return b"".join(lines)
