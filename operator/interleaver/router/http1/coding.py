"""Bodies that clients have compressed, unpacked to be read; what is sent on is the body as it came. No I/O.

Only gzip is read, and within bounds: a kilobyte may become a megabyte, and anybody may send many.
"""

import zlib
from typing import Final, NamedTuple

from .message import Fields

CONTENT_ENCODING: Final = b"content-encoding"
PLAIN: Final = frozenset({b"", b"identity"})
GZIP: Final = frozenset({b"gzip", b"x-gzip"})  # RFC 9110 section 8.4.1.3
AS_GZIP: Final = zlib.MAX_WBITS | 16  # with a head and a checksum
MAGIC: Final = b"\x1f\x8b"
MOST_BYTES: Final = 1_048_576  # unpacked; as of a body that comes plain
MOST_RATIO: Final = 50  # of both sizes: JSON seldom gets to a twentieth, and what gets to a thousandth says nothing
BOUNDS: Final = f"gzip of at most 1 MB unpacked and {MOST_RATIO} times its size"


class Opened(NamedTuple):
    """What can be read of a body, and why it could not be unpacked; empty where it could be, or need not."""

    text: bytes
    fault: str


def open_body(fields: Fields, body: bytes) -> Opened:
    """The body unpacked, or as it came: many a client names a coding that its body has not."""
    name = fields.get(CONTENT_ENCODING, b"").strip().lower()
    if name in PLAIN:
        return Opened(body, "")
    if name not in GZIP:
        return Opened(body, f"has the Content-Encoding {name.decode('latin-1')!r}")
    return unpack(body) if body.startswith(MAGIC) else Opened(body, "is no gzip, though its Content-Encoding says so")


def unpack(body: bytes) -> Opened:
    """The one text in a gzip body. Of several, as of what follows the first, some readers see less than others."""
    most = min(MOST_BYTES, MOST_RATIO * len(body))
    unpacker = zlib.decompressobj(AS_GZIP)
    try:
        text = unpacker.decompress(body, most + 1)
    except zlib.error:
        return Opened(body, "is damaged gzip")
    if len(text) > most:
        return Opened(body, "gets too large when it is unpacked")
    if not unpacker.eof or unpacker.unused_data:
        return Opened(body, "is not one whole gzip")
    return Opened(text, "")


def pack(text: bytes) -> bytes:
    """A text as gzip."""
    return zlib.compress(text, 1, AS_GZIP)
