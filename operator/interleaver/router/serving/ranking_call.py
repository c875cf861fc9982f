"""A ranking request to one model whose whole answer is awaited, with its deadline and its place in the counters."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from interleaver.router.http1.message import AnswerHead
from interleaver.router.models.call import AnswerReceiver, Call, Failure
from interleaver.router.system.counters import Histogram, RunCounters

from .deadlines import Deadline
from .settle import Answer, Outcome
from .witness import Witness

if TYPE_CHECKING:
    from .comparison import Comparison

# Bytes of an answer beyond which it is no ranked list for a page. Taking a list apart holds up every other request, up
# to 0.35 s for each megabyte: the champion's size is the shop's own affair, a candidate must not do it to the shop.
ANSWER_BYTES: Final = {"champion": 16 * 1_048_576, "candidate": 1_048_576}


class RankingCall(AnswerReceiver):
    """Collects one model's answer and says when its outcome is known."""

    __slots__ = (
        "call", "clock", "comparison", "counted", "counters", "deadline", "elapsed", "head", "model", "outcome",
        "parts", "seconds", "size", "slow", "started", "ticket", "witness",
    )  # fmt: skip

    def __init__(
        self,
        model: str,
        clock: Callable[[], float],
        slow: float,
        counters: RunCounters,
        seconds: Histogram,
        witness: Witness,
        comparison: "Comparison",
    ) -> None:
        self.model = model
        self.started = clock()
        self.clock = clock
        self.slow = slow  # seconds above which an answer is slow
        self.counters = counters
        self.seconds = seconds
        self.witness = witness
        self.comparison: Comparison | None = comparison  # that waits for the outcome
        self.ticket = 0  # the breaker's
        self.outcome: Outcome = None
        self.head: AnswerHead | None = None
        self.parts: list[bytes] = []
        self.size = 0
        self.call: Call | None = None
        self.deadline: Deadline | None = None
        self.elapsed = 0.0  # seconds until the outcome was known
        self.counted = False

    def take_answer_head(self, head: AnswerHead) -> None:
        self.head = head

    def take_answer(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        if self.size > ANSWER_BYTES[self.model]:
            self.abandon(Failure.GARBLED, drain=False)

    def end_piece(self) -> None:
        """Nothing is sent before both answers are complete."""

    def end_answer(self) -> None:
        if self.outcome is None and self.head is not None:
            body = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
            self.know(Answer(self.head, body))

    def fail_answer(self, failure: Failure) -> None:
        self.know(failure)

    def hold_request(self, held: bool) -> None:
        """The request is written already; the transport keeps what the model has not read."""

    def run_out(self) -> None:
        """The deadline passed."""
        self.abandon(Failure.TIMEOUT, drain=self.model == "candidate")

    def leave_out(self) -> None:
        """The breaker is open: no call is made, and none is counted."""
        self.outcome, self.counted, self.comparison = Failure.BREAKER, True, None

    def abandon(self, failure: Failure, drain: bool) -> None:
        if self.outcome is None:
            if self.call is not None:
                self.call.cancel(drain)
            self.know(failure)

    def know(self, outcome: Answer | Failure) -> None:
        """The outcome, once."""
        if self.outcome is not None:
            return
        self.outcome = outcome
        if self.deadline is not None:
            self.deadline.expire = None
        now = self.clock()
        self.elapsed = now - self.started
        self.witness.note(outcome, self.ticket, now)
        if isinstance(outcome, Answer):
            self.seconds.observe(self.elapsed)
        # Without the circle that it closes, all that a request took goes at once instead of by the garbage collector.
        comparison, self.comparison = self.comparison, None
        if comparison is not None:
            comparison.proceed()

    def count(self, wrong: bool) -> None:
        """Count the call once its outcome is known. `wrong` = it answered what the other model shows to be wrong."""
        if self.outcome is None or self.counted:
            return
        self.counted = True
        result = "error" if wrong else judge(self.outcome, self.elapsed > self.slow)
        self.counters.model_calls[(self.model, result)] += 1


def judge(outcome: Answer | Failure, slow: bool) -> str:
    """The outcome's label by itself: a 4xx may be the client's fault, so it is no error of the model."""
    if isinstance(outcome, Failure):
        return "timeout" if outcome is Failure.TIMEOUT else "error"
    if outcome.head.status >= 500:
        return "error"
    return "slow" if slow else "ok"
