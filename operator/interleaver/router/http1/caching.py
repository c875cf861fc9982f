"""What an answer says to caches, kept from those that many people share. No I/O.

An answer to a ranking request during a run is one unit's: the list that it is shown, and mostly its token. A shared
cache would show one unit's list to others, and none of what they buy would count (RFC 9111 section 5.2.2.7).
"""

import re
from typing import Final

from interleaver.interleaving.memo import remember

from .message import Header, Headers

CACHE_CONTROL: Final = b"cache-control"
# What only shared caches obey, and over `Cache-Control` (RFC 9213 and the usual names of single products).
SHARED_ONLY: Final = frozenset(
    {b"surrogate-control", b"cdn-cache-control", b"cloudflare-cdn-cache-control", b"x-accel-expires"}
)
DIRECTIVE: Final = re.compile(rb'[^,"]*(?:"(?:[^"\\]|\\.)*"[^,"]*)*')
DROPPED: Final = frozenset({b"private", b"public", b"s-maxage", b"proxy-revalidate"})
MOST_KNOWN: Final = 64  # lines that were read lately, each of at most so many bytes: a model sends few
MOST_BYTES: Final = 512
KNOWN: Final[dict[bytes, Header]] = {}
PRIVATE: Final = Header(b"Cache-Control", b"private")
NOT_KEPT: Final = Header(b"Cache-Control", b"private, no-store")
ON_KEEPING: Final = SHARED_ONLY | {CACHE_CONTROL, b"expires", b"pragma"}


def restrict(control: Header) -> Header:
    """The header `Cache-Control`, for the one client alone: what a browser may do with the answer is as it was."""
    known = KNOWN.get(control.line)
    return read_control(control) if known is None else known


def read_control(control: Header) -> Header:
    """Read such a header for the first time."""
    directives = [each.strip() for each in DIRECTIVE.findall(control.value)]
    kept = [each for each in directives if each and each.partition(b"=")[0].strip().lower() not in DROPPED]
    header = Header(control.name, b", ".join([b"private", *kept]))
    return remember(KNOWN, MOST_KNOWN, control.line, header) if len(control.line) <= MOST_BYTES else header


def forbid_keeping(headers: Headers, mark: Header) -> Headers:
    """The headers of an answer that no cache may keep, whatever the model says, with a mark that says what it is."""
    return [*(header for header in headers if header.key not in ON_KEEPING and header.key != mark.key), NOT_KEPT, mark]
