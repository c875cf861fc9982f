"""HTTP/1.1 messages: their heads, and how a body is framed. No I/O."""

from http import HTTPStatus
from typing import Final

from .headers import Fields, Header, Headers

BODILESS: Final = frozenset({204, 304})  # answers that end with their head, whatever it says
REASONS: Final = {status.value: status.phrase.encode() for status in HTTPStatus}
STATUS_LINES: Final = {status: b"HTTP/1.1 %d %s\r\n" % (status, phrase) for status, phrase in REASONS.items()}


class Request:
    """The head of a request. `length` is None for a chunked body; a request without a body has length 0."""

    __slots__ = (
        "declared", "expects", "fields", "forwarded", "headers", "keep_alive", "length", "method", "modern", "path",
        "switches", "target",
    )  # fmt: skip

    def __init__(
        self,
        method: bytes,
        target: bytes,
        path: bytes,
        headers: Headers,
        keep_alive: bool,
        modern: bool,
        length: int | None,
        declared: bool,
        expects: bool,
        forwarded: Header,
        fields: Fields,
        switches: bool = False,
    ) -> None:
        self.method = method
        self.target = target
        self.path = path
        self.headers = headers
        self.keep_alive = keep_alive
        self.modern = modern  # HTTP/1.1, that is: the client understands chunks and 100 Continue
        self.length = length
        self.declared = declared  # a Content-Length was sent, even if it is 0
        self.expects = expects  # the client waits for 100 Continue before it sends the body
        self.forwarded = forwarded  # the header that names who sent it
        self.fields = fields
        self.switches = switches  # it offers websocket: what follows the head is not HTTP if the model agrees


class AnswerHead:
    """The head of a model's answer. `length` is None for a body that is chunked or ends with the connection."""

    __slots__ = ("headers", "length", "reason", "status")

    def __init__(self, status: int, reason: bytes, headers: Headers, length: int | None) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.length = length


def render_status_line(status: int, reason: bytes) -> bytes:
    """The status line; the model's own reason phrase is kept where it differs from the usual one."""
    if reason == REASONS.get(status):
        return STATUS_LINES[status]
    return b"HTTP/1.1 %d %s\r\n" % (status, reason)


def frame_chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK: Final = b"0\r\n\r\n"
