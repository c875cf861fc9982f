"""The head of a request as the router sends it on."""

from typing import Final

from .headers import (
    CHUNKED,
    HOP_BY_HOP,
    Header,
    append_forwarded_for,
    declare_length,
    keep_end_to_end,
    render_head,
)
from .message import Request
from .websocket import OFFER

ALWAYS_DROPPED: Final = HOP_BY_HOP | {b"expect", b"content-length"}
# A merged answer has to be read, so the models are asked for no coding of it.
DROPPED_FOR_READING: Final = ALWAYS_DROPPED | {b"accept-encoding"}
NAMELESS: Final = Header(b"Host", b"model")


def make_request_head(request: Request, length: int | None, drop_encoding: bool = False) -> bytes:
    """Same method, target and end-to-end headers. `length` is that of the body, None for chunked."""
    headers = keep_end_to_end(request.headers, DROPPED_FOR_READING if drop_encoding else ALWAYS_DROPPED)
    if b"x-forwarded-for" in request.fields:
        append_forwarded_for(headers, request.forwarded)
    else:
        headers.append(request.forwarded)
    if length is None:
        headers.append(CHUNKED)
    elif length or request.declared:
        headers.append(declare_length(length))
    if request.switches:
        headers += OFFER
    if not request.modern and b"host" not in request.fields:
        headers.append(NAMELESS)
    return render_head(b"%b %b HTTP/1.1\r\n" % (request.method, request.target), headers)
