"""A call: one request to a model, which may take more than one connection until it is answered."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

from interleaver.router.http1.message import Answer, AnswerHead
from interleaver.router.http1.takers import AnswerTaker

REPLAY_BYTES: Final = 65_536  # of a streamed body kept for a second attempt; beyond it there is none


class Failure(Enum):
    """Why a model gave no complete answer."""

    REFUSED = "refused"  # no connection
    CLOSED = "closed"  # the connection ended before the answer did
    GARBLED = "garbled"  # what came is no HTTP, or more than we hold
    SHED = "shed"  # too many calls were waiting for a connection
    TIMEOUT = "timeout"  # the deadline passed
    BREAKER = "breaker"  # no call was made: the candidate's breaker is open


STATUSES: Final = {
    Failure.REFUSED: 502,
    Failure.CLOSED: 502,
    Failure.GARBLED: 502,
    Failure.SHED: 503,
    Failure.TIMEOUT: 504,
}
WORDS: Final = {
    Failure.REFUSED: "no connection to the model",
    Failure.CLOSED: "the model closed the connection before its answer was complete",
    Failure.GARBLED: "the model's answer is no HTTP/1.1, or too large to be held",
    Failure.SHED: "too many requests wait for the model",
    Failure.TIMEOUT: "the model did not answer in time",
}


class AnswerReceiver:
    """Who takes a model's answer. This one takes nothing: answers that come too late are for nobody."""

    def take_whole(self, answer: Answer) -> None:
        """A whole answer, which came in one piece."""
        self.take_answer_head(answer.head)
        if answer.body:
            self.take_answer(answer.body)
        self.end_answer()

    def take_answer_head(self, head: AnswerHead) -> None:
        """The head of the answer."""

    def take_answer(self, data: bytes) -> None:
        """A piece of its body."""

    def end_piece(self) -> None:
        """The bytes that came are used up, and the answer is not complete."""

    def end_answer(self) -> None:
        """The answer is complete."""

    def fail_answer(self, failure: Failure) -> None:
        """There is none, or it broke off."""

    def pause_request(self, paused: bool) -> None:
        """The model reads more slowly than we write (True), or has caught up (False)."""


Outcome = Answer | Failure | None  # of a call; None = not known yet
NOBODY: Final = AnswerReceiver()


class Switch(Protocol):
    """Who takes a connection on which the model speaks another protocol."""

    def __call__(self, head: AnswerHead, model: asyncio.Transport, rest: bytes) -> None:
        """The head of the model's 101, its connection, and what followed the head."""


class Line(AnswerTaker):
    """What a call sees of the connection that carries it."""

    def send(self, data: bytes) -> None:
        """Write to the model."""
        raise NotImplementedError

    def pause_answer(self, paused: bool) -> None:
        """Stop reading from the model (True), or go on (False)."""
        raise NotImplementedError

    def abandon(self, drain: bool) -> None:
        """Nobody waits for the answer any more. With `drain` it may still be read to its end."""
        raise NotImplementedError


class Call:
    """One request to a model. Attempts that can be repeated without harm are repeated once."""

    __slots__ = (
        "answering",
        "cancelled",
        "complete",
        "failed_dials",
        "is_head",
        "line",
        "paused",
        "receiver",
        "redial",
        "replay",
        "retried",
        "reused",
        "switch",
    )  # fmt: skip

    def __init__(self, request: bytes, complete: bool, is_head: bool, receiver: AnswerReceiver) -> None:
        self.replay: bytes | None = request  # all that was sent so far; None once that is too much to keep
        self.complete = complete  # the request has no further pieces
        self.is_head = is_head  # a HEAD request: its answer has no body
        self.receiver = receiver
        self.redial: Callable[[Call, bool], bool] = refuse_redial
        self.line: Line | None = None
        self.switch: Switch | None = None  # told when the model agrees to speak another protocol
        self.reused = self.retried = self.answering = self.cancelled = False
        self.paused = False  # its sender waits
        self.failed_dials = 0

    def send(self, data: bytes) -> None:
        """Another piece of the request."""
        if self.replay is not None:
            self.replay += data
            if len(self.replay) > REPLAY_BYTES and self.line is not None:
                self.replay = None
        if self.line is not None:
            self.line.send(data)

    def must_pause(self) -> bool:
        """Whether so much waits for a connection that the client should wait as well, until `pause_request(False)`."""
        self.paused = self.line is None and self.replay is not None and len(self.replay) > REPLAY_BYTES
        return self.paused

    def attach(self, line: Line, reused: bool) -> bytes:
        """A connection is there: what there is of the request by now, for it to send."""
        self.line, self.reused = line, reused
        if self.paused:
            self.pause(False)  # before anything is written, since that may pause it again
        request = self.replay or b""
        if len(request) > REPLAY_BYTES and not self.complete:
            self.replay = None
        return request

    def pause(self, paused: bool) -> None:
        """The model reads more slowly than we write (True), or has caught up (False)."""
        self.paused = paused
        self.receiver.pause_request(paused)

    def fail(self, failure: Failure) -> None:
        """The attempt failed: try again where nothing can have been done twice, else tell the receiver.

        A reused connection that ends before the first byte was most likely closed by an idle timeout at the same
        moment; a refused connection never carried the request.
        """
        self.line = None
        if self.cancelled:
            return
        if self.replay is not None and not self.answering:
            if failure is Failure.CLOSED and self.reused and not self.retried:
                self.retried = True
                if self.redial(self, False):
                    return
            elif failure is Failure.REFUSED:
                self.failed_dials += 1
                if self.redial(self, True):
                    return
        receiver, self.receiver = self.receiver, NOBODY  # a circle of two would wait for the garbage collector
        receiver.fail_answer(failure)

    def cancel(self, drain: bool = False) -> None:
        """Nobody waits any more. With `drain` the answer may still arrive, so that its connection can be kept."""
        self.cancelled = True
        if self.line is not None:
            line, self.line = self.line, None
            line.abandon(drain)
        self.receiver = NOBODY


def refuse_redial(call: Call, refused: bool) -> bool:
    """No second attempt."""
    return False
