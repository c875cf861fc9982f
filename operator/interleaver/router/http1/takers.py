"""Who takes what is read of a connection. These take nothing: nobody waits for it any more. No I/O."""

from typing import Final

from .message import AnswerHead, Request


class RequestTaker:
    """Takes requests: whole, or a head, pieces of its body, and its end."""

    def take_request(self, request: Request, body: bytes) -> None:
        """A whole request."""
        self.take_head(request)
        if body:
            self.take_body(body)
        self.take_end()

    def take_head(self, request: Request) -> None:
        """The head of a request is complete."""

    def take_body(self, data: bytes) -> None:
        """A piece of its body, or what follows the head of a request that offers another protocol."""

    def take_end(self) -> None:
        """The request is complete."""


class AnswerTaker:
    """Takes answers: a head, and pieces of its body. Its end is the reader's `complete`."""

    def take_answer_head(self, head: AnswerHead) -> None:
        """The head of an answer is complete."""

    def take_answer_body(self, data: bytes) -> None:
        """A piece of its body."""

    def take_switch(self, head: AnswerHead, rest: bytes) -> None:
        """The model speaks another protocol from now on; `rest` is what it said after this head."""


NO_REQUEST_TAKER: Final = RequestTaker()
NO_ANSWER_TAKER: Final = AnswerTaker()
