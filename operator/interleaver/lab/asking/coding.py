"""Bodies that a server packed although it was asked not to. No I/O."""

import zlib
from typing import Final

# RFC 9110 section 8.4.1: what many a server calls deflate is without the wrapping of zlib.
WINDOWS: Final = {b"gzip": (zlib.MAX_WBITS | 16,), b"x-gzip": (zlib.MAX_WBITS | 16,), b"deflate": (15, -15)}
PLAIN: Final = (b"", b"identity")


def unpack(coding: bytes, body: bytes, most: int) -> bytes:
    """The body as it was before it was packed, of at most so many bytes. Raises ValueError in words."""
    name = coding.strip().lower()
    if name in PLAIN:
        return body
    if name not in WINDOWS:
        raise ValueError(f"it has the Content-Encoding {name.decode('latin-1')!r}, and was asked for without any")
    for window in WINDOWS[name]:
        unpacker = zlib.decompressobj(window)
        try:
            text = unpacker.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(text) > most:
            raise ValueError(f"it gets larger than {most:,} bytes when it is unpacked")
        if unpacker.eof:
            return text
    raise ValueError(f"it is no {name.decode()}, though its Content-Encoding says so")
