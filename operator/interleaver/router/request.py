"""The head of a request as the router sends it on."""

from typing import Final

from .message import HOP_BY_HOP, Request, append_forwarded_for, keep_end_to_end, render_headers
from .websocket import OFFER

ALWAYS_DROPPED: Final = HOP_BY_HOP | {b"expect", b"content-length"}
# A merged answer has to be read, so the models are asked for no coding of it.
DROPPED_FOR_READING: Final = ALWAYS_DROPPED | {b"accept-encoding"}


def make_request_head(request: Request, length: int | None, drop_encoding: bool = False) -> bytes:
    """Same method, target and end-to-end headers. `length` is that of the body, None for chunked."""
    headers = keep_end_to_end(request.headers, DROPPED_FOR_READING if drop_encoding else ALWAYS_DROPPED)
    if b"x-forwarded-for" in request.fields:
        append_forwarded_for(headers, request.peer)
    else:
        headers.append((b"X-Forwarded-For", request.peer))
    if length is None:
        headers.append((b"Transfer-Encoding", b"chunked"))
    elif length or request.declared:
        headers.append((b"Content-Length", b"%d" % length))
    if request.switches:
        headers += OFFER
    if not request.modern and b"host" not in request.fields:
        headers.append((b"Host", b"model"))
    return render_headers(b"%b %b HTTP/1.1\r\n" % (request.method, request.target), headers)
