"""Plain requests: what nearly every client sends, read line by line from what was read before.

The same lines come again and again, so that most are a look-up. Plain is what leaves no doubt; all the rest, whatever
may be wrong with it, is read or refused by the parser alone. A plain request says the same to both. No I/O.
"""

import re
from functools import lru_cache
from typing import Final

from .message import Fields, Header, Headers, Request
from .target import is_host

HEAD_BYTES: Final = 8_192  # below every limit on a head, so that none need be looked at
LINES: Final = 512  # kept for the whole process, of each kind: 4 MB at the very worst
REQUEST_LINE: Final = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) ((/[!-\"$->@-~]*+)(?:\?[!-\"$-~]*+)?) HTTP/1\.1"
)
# One separator, no white space at the value's end, no empty value, no line that goes on in the next.
HEADER_LINE: Final = re.compile(rb"([0-9A-Za-z_-]++): ([!-~][\t -~]*+)(?<![ \t])")
LENGTH: Final = re.compile(rb"[0-9]{1,9}")
# What may say where the message or the connection ends, or that something else than HTTP/1.1 follows.
DOUBTFUL: Final = frozenset({b"expect", b"proxy-connection", b"transfer-encoding", b"upgrade"})


class NotPlain(ValueError):
    """The parser has to read it."""


def read_plain_request(data: bytes, start: int, peer: bytes) -> tuple[Request, int, int] | None:
    """The plain request that begins at `start`, and where its body begins and ends; None if it is none or not whole."""
    try:
        first, headers, fields, body = read_head(data, start)
        method, target, path = read_request_line(first)
    except ValueError:
        return None
    declared = fields.get(b"content-length")
    length = int(declared or 0)
    if b"host" not in fields or body + length > len(data):
        return None
    request = Request(method, target, path, headers, True, True, length, declared is not None, False, peer, fields)
    return request, body, body + length


def read_head(data: bytes, start: int) -> tuple[bytes, Headers, Fields, int]:
    """The first line, the headers, and where the body begins. No header comes twice."""
    end = data.find(b"\r\n\r\n", start, start + HEAD_BYTES)
    if end < 0:
        raise NotPlain
    first, *lines = data[start:end].split(b"\r\n")
    headers, folded = zip(*map(read_header_line, lines), strict=True)  # no step of this loop is taken in Python
    fields = dict(folded)
    if len(fields) < len(headers):
        raise NotPlain
    return first, list(headers), fields, end + 4


@lru_cache(LINES)
def read_header_line(line: bytes) -> tuple[Header, Header]:
    """A header, and the same with its name in lower case."""
    match = HEADER_LINE.fullmatch(line)
    if match is None:
        raise NotPlain
    name, value = match.groups()
    folded = name.lower()
    if folded in DOUBTFUL or not is_plain(folded, value):
        raise NotPlain
    return (name, value), (folded, value)


def is_plain(name: bytes, value: bytes) -> bool:
    """Whether a header on which the connection or the body's end depends says what every reader reads alike."""
    if name == b"content-length":
        return LENGTH.fullmatch(value) is not None
    if name == b"connection":
        return value.lower() == b"keep-alive"
    return name != b"host" or is_host(value)


@lru_cache(LINES)
def read_request_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Method, target in origin form, and its path."""
    match = REQUEST_LINE.fullmatch(line)
    if match is None:
        raise NotPlain
    method, target, path = match.groups()
    return method, target, path
