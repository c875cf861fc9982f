"""Plain requests: what nearly every client sends, read line by line from what was read before.

The same lines come again and again, so that most are a look-up. Plain is what leaves no doubt; all the rest, whatever
may be wrong with it, is read or refused by the parser alone. A plain request says the same to both. No I/O.
"""

import re
from typing import Final

from interleaver.interleaving.memo import remember

from .message import MOST_HEADERS, NAME_BYTES, Fields, Header, Headers, Request
from .takers import RequestTaker
from .target import is_host

HEAD_BYTES: Final = 8_192  # below every limit on a head, so that none need be looked at
LINES: Final = 512  # kept for the whole process, of each kind
LINE_BYTES: Final = 2_048  # of those that are kept, which take 3.5 MB of each kind at the very worst
REQUEST_LINE: Final = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) ((/[!-\"$->@-~]*+)(?:\?[!-\"$-~]*+)?) HTTP/1\.1"
)
# One separator, no white space at the value's end, no empty value, no line that goes on in the next.
HEADER_LINE: Final = re.compile(rb"([0-9A-Za-z_-]++): ([!-~][\t -~]*+)(?<![ \t])")
LENGTH: Final = re.compile(rb"[0-9]{1,9}")
# What may say where the message or the connection ends, or that something else than HTTP/1.1 follows.
DOUBTFUL: Final = frozenset({b"expect", b"proxy-connection", b"transfer-encoding", b"upgrade"})


KNOWN_LINES: Final[dict[bytes, Header]] = {}
KNOWN_TARGETS: Final[dict[bytes, tuple[bytes, bytes, bytes]]] = {}


class PlainReader:
    """Reads the requests of one connection as long as they are plain. What is not, and all after it up to a request's
    end, is for `parse_on`."""

    def __init__(self, taker: RequestTaker, peer: bytes) -> None:
        self.taker = taker
        self.forwarded = Header(b"X-Forwarded-For", peer)
        self.between = True  # requests: a plain one may come

    def feed(self, data: bytes) -> None:
        """Read on. Raises Refusal; any other exception is the taker's own."""
        end = 0
        while self.between and (plain := read_plain_request(data, end, self.forwarded)) is not None:
            request, start, end = plain
            self.taker.take_request(request, data[start:end])
        if end < len(data):
            self.parse_on(data[end:])

    def parse_on(self, data: bytes) -> None:
        """Read what is not plain."""
        raise NotImplementedError


def read_plain_request(data: bytes, start: int, forwarded: Header) -> tuple[Request, int, int] | None:
    """The plain request that begins at `start`, and where its body begins and ends; None if it is none or not whole."""
    end = data.find(b"\r\n\r\n", start, start + HEAD_BYTES) if start < len(data) else -1
    if end < 0:
        return None
    lines = data[start:end].split(b"\r\n")
    if len(lines) > MOST_HEADERS:
        return None
    goal = KNOWN_TARGETS.get(lines[0]) or read_request_line(lines[0])
    headers: Headers = []
    fields: Fields = {}
    if goal is None or not read_headers(lines, headers, fields):
        return None
    declared = fields.get(b"content-length")
    length = 0 if declared is None else int(declared)
    body = end + 4
    if b"host" not in fields or body + length > len(data):
        return None
    method, target, path = goal
    request = Request(method, target, path, headers, True, True, length, declared is not None, False, forwarded, fields)
    return request, body, body + length


def read_headers(lines: list[bytes], headers: Headers, fields: Fields) -> bool:
    """Read the lines behind the first one. Whether all are plain and no header comes twice."""
    for index in range(1, len(lines)):
        header = KNOWN_LINES.get(lines[index]) or read_header_line(lines[index])
        if header is None:
            return False
        headers.append(header)
        fields[header.key] = header.value
    return len(fields) == len(headers)


def read_header_line(text: bytes) -> Header | None:
    """Read a line for the first time."""
    match = HEADER_LINE.fullmatch(text)
    if match is None:
        return None
    header = Header(*match.groups())
    if header.key in DOUBTFUL or not is_plain(header.key, header.value):
        return None
    is_short = len(text) <= LINE_BYTES and len(header.name) <= NAME_BYTES
    return remember(KNOWN_LINES, LINES, text, header) if is_short else header


def is_plain(key: bytes, value: bytes) -> bool:
    """Whether a header on which the connection or the body's end depends says what every reader reads alike."""
    if key == b"content-length":
        return LENGTH.fullmatch(value) is not None
    if key == b"connection":
        return value.lower() == b"keep-alive"
    return key != b"host" or is_host(value)


def read_request_line(text: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Method, target in origin form, and its path."""
    match = REQUEST_LINE.fullmatch(text)
    if match is None:
        return None
    method, target, path = match.groups()
    goal = (method, target, path)
    return remember(KNOWN_TARGETS, LINES, text, goal) if len(text) <= LINE_BYTES else goal
