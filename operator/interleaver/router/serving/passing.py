"""A request that is passed to the serving model unchanged: streamed both ways, any size, any status."""

from typing import TYPE_CHECKING

from interleaver.interleaving.coins import Lot
from interleaver.router.client.collecting import BODY_BYTES
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.headers import keep_end_to_end
from interleaver.router.http1.message import LAST_CHUNK, AnswerHead, frame_chunk
from interleaver.router.http1.sending import make_request_head
from interleaver.router.models.call import STATUSES, WORDS, AnswerReceiver, Call, Failure
from interleaver.router.system.counters import RunCounters

from .deadlines import Deadline
from .issuing import issue, mark
from .ranking_call import judge
from .settle import Answer

if TYPE_CHECKING:
    from .service import Router


class Passing(AnswerReceiver):
    """One request on its way to the serving model, and the answer on its way back.

    A ranking request has the champion's deadline for the head of the answer; if it comes from a unit of a run's
    champion-only arm, it is counted for that.
    """

    def __init__(
        self,
        router: "Router",
        exchange: Exchange,
        force: InForce,
        ranking: bool,
        lot: Lot | None,
        arm: str = "champion",
    ) -> None:
        self.router = router
        self.exchange = exchange
        self.force = force
        self.ranking = ranking
        counted = lot is not None and arm == "champion"
        self.counters: RunCounters | None = router.counters.run if counted else None
        self.lot = lot  # of the unit, if it has one in a run
        self.arm = arm  # that the unit is in, for the comparison of both arms' conversions
        self.votes = router.votes
        self.chunked = exchange.request.length is None
        self.head: AnswerHead | None = None
        self.deadline: Deadline | None = None
        self.over = False
        self.size = 0  # of the body so far, in bytes
        self.started = router.clock()

    def begin(self) -> None:
        """Send the head on, then the body as it comes."""
        exchange, request = self.exchange, self.exchange.request
        self.call = Call(make_request_head(request, request.length), exchange.complete, request.method == b"HEAD", self)
        if self.chunked and exchange.complete:
            self.call.complete = False  # the chunks are still to be written
        exchange.read_body(self)  # first, so that head and body go out in one piece where the body is here already
        self.router.upstreams.place(self.call, self.force.serving)

    # From the client.

    def take_body(self, data: bytes) -> None:
        if self.over:
            return
        self.size += len(data)
        self.call.send(frame_chunk(data) if self.chunked else data)
        if self.call.is_behind():
            self.exchange.wire.hold_body(True)

    def end_body(self) -> None:
        if not self.over and self.chunked:
            self.call.send(LAST_CHUNK)
        self.call.complete = True
        if self.ranking and not self.over and self.head is None:
            now, seconds = self.router.loop.time(), self.force.champion_seconds
            self.deadline = self.router.deadlines.start(now, seconds, self.give_up)

    def lose_client(self) -> None:
        self.end()
        self.call.cancel()

    def hold_answer(self, held: bool) -> None:
        if self.call.line is not None:
            self.call.line.hold_answer(held)

    def run_out(self) -> None:
        """Nothing moves. While a deadline runs, that one counts."""
        if self.deadline is None or self.head is not None:
            self.give_up()

    def give_up(self) -> None:
        if not self.over:
            self.call.cancel()
            self.fail_answer(Failure.TIMEOUT)

    # From the model.

    def take_answer_head(self, head: AnswerHead) -> None:
        self.head = head
        if self.deadline is not None:
            self.deadline.cancel()
        headers = keep_end_to_end(head.headers)
        # With a body too large to be interleaved the other arm has no token either, and the arms must be alike.
        if self.lot is not None and head.status == 200 and self.size <= BODY_BYTES and self.force.compares_arms:
            headers = mark(headers, self.issue(self.lot))
        self.exchange.start(head.status, head.reason, headers, head.length)

    def issue(self, lot: Lot) -> bytes:
        """The token of an answer that is the champion's alone."""
        force, now = self.force, self.router.wall_clock()
        assert force.trial is not None
        return issue(self.votes, force, force.trial, lot.hash, now, [], [], self.arm)

    def take_answer(self, data: bytes) -> None:
        self.exchange.write(data)

    def end_piece(self) -> None:
        self.exchange.wire.flush()

    def end_answer(self) -> None:
        if self.over or self.head is None:
            return
        self.end()
        self.count(Answer(self.head, b""), self.head.status)
        self.exchange.finish()

    def fail_answer(self, failure: Failure) -> None:
        if self.over:
            return
        self.end()
        status = STATUSES[failure]
        self.count(failure, status)
        if self.exchange.started:
            self.exchange.wire.abort()
        else:
            self.exchange.refuse(status, WORDS[failure])

    def hold_request(self, held: bool) -> None:
        self.exchange.wire.hold_body(held)

    # Ends.

    def end(self) -> None:
        self.over = True
        if self.deadline is not None:
            self.deadline.cancel()

    def count(self, outcome: Answer | Failure, status: int) -> None:
        """Note a request, and count it if it is a ranking request, which only the champion serves."""
        now = self.router.clock()
        elapsed = now - self.started
        self.router.witnesses.champion.note(outcome, 0, now)
        reason = outcome.value if isinstance(outcome, Failure) else None
        self.router.traffic.note("champion" if self.ranking else None, self.exchange.request, status, reason, elapsed)
        if not self.ranking:
            return
        if isinstance(outcome, Answer):
            self.router.counters.seconds["champion"].observe(elapsed)
        if self.counters is not None:
            slow = elapsed > self.force.slow_seconds
            self.counters.requests[("champion", "error" if status >= 500 else "ok")] += 1
            self.counters.model_calls[("champion", judge(outcome, slow))] += 1
