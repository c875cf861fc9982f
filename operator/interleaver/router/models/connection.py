"""The models' side: one kept-alive connection to a model server, which carries one call at a time."""

import asyncio
from typing import TYPE_CHECKING, Final, cast

import httptools

from interleaver.router.http1.headers import MOST_HEADERS, Header, Headers, find_header
from interleaver.router.http1.message import BODILESS, AnswerHead

from .call import NOBODY, Call, Failure

if TYPE_CHECKING:
    from .pool import Pool

HEAD_BYTES: Final = 65_536  # of an answer's status line and headers, and of the trailers and extensions of its chunks
NO_PARSER: Final = httptools.HttpResponseParser(None)  # of a connection that needs none: most heads are known


class Surplus(Exception):
    """Bytes that follow a complete answer: nobody asked for them."""


class Garbled(Exception):
    """An answer whose head leaves in doubt what it says or where it ends."""


class UpstreamConnection:
    """A connection to a model server: an asyncio.Protocol in all but name, as `server.Connection` is."""

    def __init__(self, pool: "Pool") -> None:
        self.pool = pool
        self.call: Call | None = None
        self.draining = False  # the call was abandoned; its answer is read and thrown away
        self.closed = False
        self.held = False  # not reading, because the client is behind
        self.used = False
        self.retires = 0.0  # loop time after which the connection is not used again
        self.idle_since = 0.0
        self.head: AnswerHead | None = None
        self.untouched = True  # the parser has read nothing of the answer
        self.parser = NO_PARSER
        self.reset()

    def reset(self) -> None:
        """Make ready for the next answer."""
        self.reason = b""
        self.headers: Headers = []
        self.head_bytes = self.barren = 0
        self.head_done = self.fertile = self.interim = self.ended = self.until_close = self.keep_alive = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def begin(self, call: Call) -> None:
        """Carry a call."""
        self.call = call
        self.untouched, self.head = True, None
        self.reset()
        reused, self.used = self.used, True
        call.board(self, reused)

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.ended:
            raise Surplus  # a second answer must not reach the client as if it were the next request's
        if self.interim:
            self.reset()

    def on_status(self, reason: bytes) -> None:
        self.reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.head_done:  # else a trailer, which is not forwarded
            if len(self.headers) == MOST_HEADERS:
                raise Garbled
            self.headers.append(Header(name, value))

    def on_headers_complete(self) -> None:
        status = self.parser.get_status_code()
        self.interim = 100 <= status < 200
        if self.interim or self.call is None:
            return
        self.head_done = True
        length, chunked = find_header(self.headers, b"content-length"), find_header(self.headers, b"transfer-encoding")
        if status < 100 or (chunked is not None and not is_chunked(self.headers)):
            raise Garbled
        bodiless = self.call.is_head or status in BODILESS
        self.until_close = length is None and chunked is None and not bodiless
        declared = int(length) if length is not None and chunked is None else None
        self.head = AnswerHead(status, self.reason, self.headers, declared)
        self.call.receiver.take_answer_head(self.head)
        if self.call is not None and self.call.is_head:
            # The parser cannot know that this answer has no body, so it is replaced.
            self.ended, self.keep_alive = True, self.parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        if self.ended:
            self.keep_alive = False  # a body where there can be none
        elif self.call is not None:
            self.fertile = True
            self.call.receiver.take_answer(data)

    def on_message_complete(self) -> None:
        if not self.interim and not self.ended:
            self.ended, self.keep_alive = True, self.parser.should_keep_alive()

    # The flow of bytes.

    def data_received(self, data: bytes) -> None:
        call = self.call
        if call is None or self.ended:
            return self.close()  # an answer that nobody asked for
        call.answering = True
        first, self.untouched = self.untouched, False
        if first and not call.is_head:
            known = self.pool.heads.recall(data)
            if known is not None:
                return self.take_known(call, *known)
        if self.parser is NO_PARSER:
            self.parser = httptools.HttpResponseParser(self)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self.switch(call, data[offer.args[0] :], offer)
        except httptools.HttpParserError as error:
            self.stop_reading(error)
        else:
            if first and self.ended and self.keep_alive and self.head is not None and not call.is_head:
                self.pool.heads.learn(data, self.head)
            self.digest(len(data))

    def take_known(self, call: Call, head: AnswerHead, body: bytes) -> None:
        """Take a whole answer whose head was read before, with all that followed from it then."""
        self.head_done = True
        call.receiver.take_answer_head(head)
        if body and self.call is call:
            call.receiver.take_answer(body)
        self.ended = self.keep_alive = True
        self.conclude()

    def switch(self, call: Call, rest: bytes, offer: Exception) -> None:
        """The model speaks another protocol from now on: the connection is none of the pool's any more."""
        if call.switch is None or self.call is not call or self.ended:
            return self.stop_reading(offer)
        self.call = call.line = None
        self.closed = True
        self.pool.forget(self)
        call.switch(AnswerHead(self.parser.get_status_code(), self.reason, self.headers, None), self.transport, rest)

    def stop_reading(self, error: Exception) -> None:
        """The parser gave up: on what follows a complete answer, which stands, or before the answer was complete."""
        if self.ended:
            self.keep_alive = False
            return self.conclude()
        self.fail(Failure.GARBLED)
        if isinstance(error, httptools.HttpParserCallbackError) and not isinstance(error.__context__, Garbled):
            raise error.__context__ or error from None

    def digest(self, size: int) -> None:
        """After a piece was parsed: is the answer complete, is its head or what is no body of it too long?"""
        if self.ended:
            return self.conclude()
        if self.fertile:
            self.fertile, self.barren = False, 0
        elif self.head_done:
            self.barren += size
            if self.barren > HEAD_BYTES:  # the parser keeps a trailer to itself, however long it gets
                self.fail(Failure.GARBLED)
        elif not self.head_done and self.call is not None:
            self.head_bytes += size
            if self.head_bytes > HEAD_BYTES:
                self.fail(Failure.GARBLED)
        if self.call is not None:
            self.call.receiver.end_piece()

    def send(self, data: bytes) -> None:
        """Write to the model."""
        if not self.closed:
            self.transport.write(data)

    def hold_answer(self, held: bool) -> None:
        """Stop reading from the model (True), or go on (False)."""
        if self.closed or held == self.held:
            return
        self.held = held
        if held:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        if self.call is not None:
            self.call.receiver.hold_request(True)

    def resume_writing(self) -> None:
        if self.call is not None:
            self.call.receiver.hold_request(False)

    # Ends.

    def conclude(self) -> None:
        """The answer is complete: give the connection back before the receiver acts, for it may want one."""
        call, self.call = self.call, None
        if call is None:
            return self.part(False)
        if call.is_head:
            self.parser = NO_PARSER
        call.line = None
        self.part(self.keep_alive and call.complete and not self.closed)
        receiver, call.receiver = call.receiver, NOBODY  # a circle of two would wait for the garbage collector
        receiver.end_answer()

    def fail(self, failure: Failure) -> None:
        """The answer will not be complete."""
        call, self.call = self.call, None
        self.part(False)
        if call is not None:
            call.fail(failure)

    def leave(self, drain: bool) -> None:
        """The caller is gone. A late answer may still be read to its end, if not too many are already."""
        call = self.call
        if drain and call is not None and call.complete and self.pool.may_drain(self):
            self.draining = True
            call.receiver = NOBODY
        else:
            self.call = None
            self.part(False)

    def part(self, keep: bool) -> None:
        """The call is over: back to the pool, or closed."""
        if self.draining:
            self.draining = False
            self.pool.draining.discard(self)
        if keep:
            if self.held:
                self.hold_answer(False)
            self.pool.release(self)
        else:
            self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.parser = NO_PARSER  # a circle of two would wait for the garbage collector
            self.transport.abort()
            self.pool.forget(self)

    def eof_received(self) -> None:
        self.end_of_stream()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end_of_stream()

    def end_of_stream(self) -> None:
        """The model closed the connection, which for some answers is how they end."""
        if self.closed:
            return
        if self.call is not None and self.head_done and self.until_close:
            self.ended, self.keep_alive = True, False
            self.conclude()
        elif self.call is not None:
            self.fail(Failure.CLOSED)
        else:
            self.close()


def is_chunked(headers: Headers) -> bool:
    """Whether chunks are the only transfer coding: we offer no other, and none can be passed on."""
    codings = [header.value.lower() for header in headers if header.key == b"transfer-encoding"]
    return codings == [b"chunked"]
