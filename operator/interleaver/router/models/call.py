"""A call: one request to a model, which may take more than one connection until it is answered."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from interleaver.router.http1.message import AnswerHead

if TYPE_CHECKING:
    from .connection import UpstreamConnection

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

    def hold_request(self, held: bool) -> None:
        """The model reads more slowly than we write (True), or has caught up (False)."""


NOBODY: Final = AnswerReceiver()


class Switch(Protocol):
    """Who takes a connection on which the model speaks another protocol."""

    def __call__(self, head: AnswerHead, model: asyncio.Transport, rest: bytes) -> None:
        """The head of the model's 101, its connection, and what followed the head."""


class Call:
    """One request to a model. Attempts that can be repeated without harm are repeated once."""

    __slots__ = (
        "answering",
        "cancelled",
        "complete",
        "is_head",
        "line",
        "receiver",
        "redial",
        "refusals",
        "replay",
        "retried",
        "reused",
        "switch",
    )

    def __init__(self, request: bytes, complete: bool, is_head: bool, receiver: AnswerReceiver) -> None:
        self.replay: bytes | None = request  # all that was sent so far; None once that is too much to keep
        self.complete = complete  # the request has no further pieces
        self.is_head = is_head  # a HEAD request: its answer has no body
        self.receiver = receiver
        self.redial: Callable[[Call, bool], bool] = refuse_redial
        self.line: UpstreamConnection | None = None
        self.switch: Switch | None = None  # told when the model agrees to speak another protocol
        self.reused = self.retried = self.answering = self.cancelled = False
        self.refusals = 0

    def send(self, data: bytes) -> None:
        """Another piece of the request."""
        if self.replay is not None:
            self.replay += data
            if len(self.replay) > REPLAY_BYTES and self.line is not None:
                self.replay = None
        if self.line is not None:
            self.line.send(data)

    def is_behind(self) -> bool:
        """Whether so much waits for a connection that the client should wait as well."""
        return self.line is None and self.replay is not None and len(self.replay) > REPLAY_BYTES

    def board(self, line: "UpstreamConnection", reused: bool) -> None:
        """A connection is there: send what there is of the request."""
        self.line, self.reused = line, reused
        self.receiver.hold_request(False)  # before anything is written, since that may hold it again
        if self.replay is not None:
            line.send(self.replay)
            if len(self.replay) > REPLAY_BYTES and not self.complete:
                self.replay = None

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
                self.refusals += 1
                if self.redial(self, True):
                    return
        receiver, self.receiver = self.receiver, NOBODY  # a circle of two would wait for the garbage collector
        receiver.fail_answer(failure)

    def cancel(self, drain: bool = False) -> None:
        """Nobody waits any more. With `drain` the answer may still arrive, so that its connection can be kept."""
        self.cancelled = True
        if self.line is not None:
            line, self.line = self.line, None
            line.leave(drain)
        self.receiver = NOBODY


def refuse_redial(call: Call, refused: bool) -> bool:
    """No second attempt."""
    return False
