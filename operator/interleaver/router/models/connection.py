"""One kept-alive connection to a model server, which carries one call at a time."""

import asyncio
from typing import cast

from interleaver.router.http1.answers import AnswerReader, Garbled
from interleaver.router.http1.known_heads import KnownHeads
from interleaver.router.http1.message import AnswerHead

from .call import NOBODY, AnswerReceiver, Call, Failure, Line
from .states import ABANDON, BEGIN, CLOSE, CLOSED, DRAINING, END, FRESH, TRANSITIONS, State


class Home:
    """What a connection sees of the pool that it belongs to."""

    def __init__(self) -> None:
        self.heads = KnownHeads()

    def release(self, connection: "ModelConnection") -> None:
        """It is free."""
        raise NotImplementedError

    def forget(self, connection: "ModelConnection") -> None:
        """It is closed, or another protocol's."""
        raise NotImplementedError

    def may_drain(self, connection: "ModelConnection") -> bool:
        """Whether a late answer on it may still be read."""
        raise NotImplementedError


class ModelConnection(Line):
    """A connection to a model server: an asyncio.Protocol in all but name, as the client's is."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.call: Call | None = None
        self.state: State = FRESH
        self.untouched = True  # nothing of the call's answer has come
        self.paused = False  # not reading, because the client is behind
        self.retires = 0.0  # loop time after which the connection is not used again
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.reader = AnswerReader(self, self.home.heads)

    def begin(self, call: Call) -> None:
        """Carry a call."""
        reused = self.state is not FRESH
        self.state = TRANSITIONS[self.state, BEGIN]
        self.call = call
        self.untouched = True
        self.transport.write(call.attach(self, reused))

    def data_received(self, data: bytes) -> None:
        call = self.call
        if call is None:
            return self.close()  # an answer that nobody asked for
        if self.untouched:
            self.untouched, call.answering = False, True
            known = None if call.is_head else self.home.heads.recall(data)
            if known is not None:
                return self.finish(call, True).take_whole(known)
            self.reader.begin(call.is_head)
        self.read(call, data)

    def read(self, call: Call, data: bytes) -> None:
        """Read an answer whose head is not known, or that does not come whole."""
        try:
            self.reader.feed(data)
        except Garbled:
            return self.fail(Failure.GARBLED)
        except BaseException:
            self.fail(Failure.GARBLED)
            raise
        if self.call is not call:
            return  # nobody waits for it any more
        if self.reader.complete:
            self.finish(call, self.reader.reusable).end_answer()
        else:
            call.receiver.end_piece()

    # What the reader calls.

    def take_answer_head(self, head: AnswerHead) -> None:
        if self.call is not None:
            self.call.receiver.take_answer_head(head)

    def take_answer_body(self, data: bytes) -> None:
        if self.call is not None:
            self.call.receiver.take_answer(data)

    def take_switch(self, head: AnswerHead, rest: bytes) -> None:
        """The connection is none of the pool's any more."""
        call = self.call
        if call is None or call.switch is None:
            raise Garbled
        self.call = call.line = None
        self.state = TRANSITIONS[self.state, CLOSE]
        self.reader.close()
        self.home.forget(self)
        call.switch(head, self.transport, rest)

    # The flow of bytes.

    def send(self, data: bytes) -> None:
        """Write to the model."""
        if self.state is not CLOSED:
            self.transport.write(data)

    def pause_answer(self, paused: bool) -> None:
        """Stop reading from the model (True), or go on (False)."""
        if self.state is CLOSED or paused == self.paused:
            return
        self.paused = paused
        if paused:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        if self.call is not None:
            self.call.pause(True)

    def resume_writing(self) -> None:
        if self.call is not None:
            self.call.pause(False)

    # Ends.

    def finish(self, call: Call, reusable: bool) -> AnswerReceiver:
        """The answer is complete: give the connection back before the receiver acts, for it may want one."""
        self.call = call.line = None
        if reusable and call.complete and self.state is not CLOSED:
            self.pause_answer(False)
            self.state = TRANSITIONS[self.state, END]
            self.home.release(self)
        else:
            self.close()
        receiver, call.receiver = call.receiver, NOBODY  # a circle of two would wait for the garbage collector
        return receiver

    def fail(self, failure: Failure) -> None:
        """The answer will not be complete."""
        call, self.call = self.call, None
        self.close()
        if call is not None:
            call.fail(failure)

    def abandon(self, drain: bool) -> None:
        """The caller is gone. A late answer may still be read to its end, if not too many are already."""
        call = self.call
        if drain and call is not None and call.complete and self.home.may_drain(self):
            self.state = TRANSITIONS[self.state, ABANDON]
            call.receiver = NOBODY
        else:
            self.call = None
            self.close()

    def give_up(self, call: Call | None) -> None:
        """A late answer took too long, unless the connection carries another call by now."""
        if self.state is DRAINING and self.call is call:
            self.call = None
            self.close()

    def close(self) -> None:
        if self.state is not CLOSED:
            self.state = TRANSITIONS[self.state, CLOSE]
            self.reader.close()
            self.transport.abort()
            self.home.forget(self)

    def eof_received(self) -> None:
        self.end_of_stream()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end_of_stream()

    def end_of_stream(self) -> None:
        """The model closed the connection, which for some answers is how they end."""
        if self.state is CLOSED:
            return
        if self.call is not None and not self.untouched and self.reader.end():
            self.finish(self.call, False).end_answer()
        elif self.call is not None:
            self.fail(Failure.CLOSED)
        else:
            self.close()
