"""HTTP/1.1 messages as values: headers, and the heads of requests and answers. No I/O."""

from http import HTTPStatus
from typing import Final

from interleaver.interleaving.memo import remember

BODILESS: Final = frozenset({204, 304})  # answers that end with their head, whatever it says
REASONS: Final = {status.value: status.phrase.encode() for status in HTTPStatus}
MOST_HEADERS: Final = 256  # of a message: thousands of short ones would take 60 times their bytes
NAMES: Final = 512  # that are kept in lower case for the whole process, each of at most so many bytes
NAME_BYTES: Final = 64
FOLDED: Final[dict[bytes, bytes]] = {}

Fields = dict[bytes, bytes]  # the first value of each header by its name in lower case


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

    def lead(self, body: bytes, place: int, digits: bytes) -> "Answer":
        """An answer with this head and another body: the digits of its length stand in the header at this place."""
        headers = self.headers.copy()
        headers[place] = Header(headers[place].name, digits)
        return Answer(AnswerHead(self.status, self.reason, headers, len(body)), body)


class Answer:
    """A whole answer."""

    __slots__ = ("body", "head")

    def __init__(self, head: AnswerHead, body: bytes) -> None:
        self.head = head
        self.body = body
