"""Reading answers: the parser's callbacks, the limits on a head, and what ends a body. No I/O."""

from typing import Final

import httptools

from .known_heads import KnownHeads
from .message import BODILESS, MOST_HEADERS, AnswerHead, Header, Headers, find_header
from .takers import NO_ANSWER_TAKER, AnswerTaker

HEAD_BYTES: Final = 65_536  # of an answer's status line and headers, and of the trailers and extensions of its chunks
NO_PARSER: Final = httptools.HttpResponseParser(None)  # of a connection that needs none: most heads are known


class Surplus(Exception):
    """Bytes that follow a complete answer: nobody asked for them."""


class Garbled(Exception):
    """What came is no HTTP/1.1, more than we hold, or leaves in doubt what it says or where it ends."""


class AnswerReader:
    """Reads the answers of one connection with the parser. Those with a known head need none: `KnownHeads.recall`."""

    def __init__(self, taker: AnswerTaker, heads: KnownHeads) -> None:
        self.taker = taker
        self.heads = heads  # of the model server, learnt on any of its connections
        self.parser = NO_PARSER
        self.begin(False)

    def begin(self, is_head: bool) -> None:
        """Make ready for the answer to a request, which is a HEAD request or another."""
        self.is_head = is_head
        self.first = True  # the piece that comes next is the first one
        self.complete = False
        self.reusable = False  # the connection takes another request after this answer
        self.reset()

    def reset(self) -> None:
        """Make ready for a head: the first one, or the one after an interim answer."""
        self.head: AnswerHead | None = None
        self.reason = b""
        self.headers: Headers = []
        self.head_bytes = 0
        self.overhead = 0  # bytes since the last one of a body: chunks' extensions and trailers
        self.had_body = False  # a byte of a body was among what was parsed
        self.interim = False  # the head says that another one follows
        self.until_close = False  # the body ends with the connection

    def feed(self, data: bytes) -> None:
        """Read on. Raises Garbled; any other exception is the taker's own."""
        first, self.first = self.first, False
        if self.parser is NO_PARSER:
            self.parser = httptools.HttpResponseParser(self)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self.switch(data[offer.args[0] :])
        except httptools.HttpParserError as error:
            self.give_up(error)
        else:
            if first and self.reusable and self.head is not None and not self.is_head:
                self.heads.learn(data, self.head)
            self.check_piece(len(data))
        if self.complete and self.is_head:
            self.parser = NO_PARSER  # it cannot know that the answer had no body

    def switch(self, rest: bytes) -> None:
        """The model speaks another protocol from now on, unless that is said behind a complete answer."""
        if self.complete:
            self.reusable = False
        else:
            self.taker.take_switch(AnswerHead(self.parser.get_status_code(), self.reason, self.headers, None), rest)

    def give_up(self, error: Exception) -> None:
        """The parser did: on what follows a complete answer, which stands, or before the answer was complete."""
        if self.complete:
            self.reusable = False
            return
        cause = error.__context__
        if isinstance(error, httptools.HttpParserCallbackError) and cause is not None:
            raise cause from None  # Garbled, or the taker's own
        raise Garbled from None

    def check_piece(self, size: int) -> None:
        """Bound the head, and what is no body: the parser keeps a trailer to itself, however long it gets."""
        if self.complete:
            return
        if self.had_body:
            self.had_body, self.overhead = False, 0
        elif self.head is not None:
            self.overhead += size
        else:
            self.head_bytes += size
        if max(self.overhead, self.head_bytes) > HEAD_BYTES:
            raise Garbled

    def end(self) -> bool:
        """The connection ended, which is how some answers do: whether the answer is complete."""
        if self.head is not None and self.until_close:
            self.complete, self.reusable = True, False
        return self.complete

    def close(self) -> None:
        """Nothing will be read any more. The circles that end here would wait for the garbage collector."""
        self.parser, self.taker = NO_PARSER, NO_ANSWER_TAKER

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.complete:
            raise Surplus  # a second answer must not reach the client as if it were the next request's
        if self.interim:
            self.reset()

    def on_status(self, reason: bytes) -> None:
        self.reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.head is None:  # else a trailer, which is not forwarded
            if len(self.headers) == MOST_HEADERS:
                raise Garbled
            self.headers.append(Header(name, value))

    def on_headers_complete(self) -> None:
        status = self.parser.get_status_code()
        self.interim = 100 <= status < 200
        if self.interim:
            return
        length, chunked = find_header(self.headers, b"content-length"), find_header(self.headers, b"transfer-encoding")
        if status < 100 or (chunked is not None and not is_chunked(self.headers)):
            raise Garbled
        bodiless = self.is_head or status in BODILESS
        self.until_close = length is None and chunked is None and not bodiless
        declared = int(length) if length is not None and chunked is None else None
        self.head = AnswerHead(status, self.reason, self.headers, declared)
        self.taker.take_answer_head(self.head)
        if self.is_head:  # which the parser cannot know
            self.complete, self.reusable = True, self.parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        if self.complete:
            self.reusable = False  # a body where there can be none
        else:
            self.had_body = True
            self.taker.take_answer_body(data)

    def on_message_complete(self) -> None:
        if not self.interim and not self.complete:
            self.complete, self.reusable = True, self.parser.should_keep_alive()


def is_chunked(headers: Headers) -> bool:
    """Whether chunks are the only transfer coding: we offer no other, and none can be passed on."""
    codings = [header.value.lower() for header in headers if header.key == b"transfer-encoding"]
    return codings == [b"chunked"]
