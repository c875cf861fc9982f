"""A request that is passed to the serving model unchanged: streamed both ways, any size, any status."""

from interleaver.interleaving.coins import Lot
from interleaver.router.client.collecting import BODY_BYTES
from interleaver.router.client.exchange import BodyReceiver, Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.message import Answer, AnswerHead
from interleaver.router.http1.sending import (
    HOP_BY_HOP,
    LAST_CHUNK,
    NOT_SHARED,
    frame_chunk,
    keep_end_to_end,
    make_request_head,
)
from interleaver.router.models.call import STATUSES, WORDS, AnswerReceiver, Call, Failure
from interleaver.router.models.upstreams import Route
from interleaver.router.system.counters import RunCounters
from interleaver.router.tokens.sealing import issue

from .comparison import judge
from .context import Context
from .deadlines import Deadline
from .marking import mark


class Upload(BodyReceiver):
    """The client's side of a request on its way: its body goes to the model as it comes."""

    def __init__(self, passing: "Passing") -> None:
        self.passing = passing

    def take_body(self, data: bytes) -> None:
        passing = self.passing
        if passing.over:
            return
        passing.size += len(data)
        passing.call.send(frame_chunk(data) if passing.chunked else data)
        if passing.call.must_pause():
            passing.exchange.wire.pause_body(True)

    def end_body(self) -> None:
        self.passing.end_request()

    def lose_client(self) -> None:
        self.passing.end()
        self.passing.call.cancel()

    def pause_answer(self, paused: bool) -> None:
        if self.passing.call.line is not None:
            self.passing.call.line.pause_answer(paused)

    def run_out(self) -> None:
        """Nothing moves. While a deadline runs, that one counts."""
        if self.passing.deadline is None or self.passing.head is not None:
            self.passing.give_up()


class Passing(AnswerReceiver):
    """One request on its way to the serving model, and the answer on its way back.

    A ranking request has the champion's deadline for the head of the answer; if it comes from a unit of a run's
    champion-only arm, it is counted for that.
    """

    def __init__(
        self,
        context: Context,
        exchange: Exchange,
        force: InForce,
        ranking: bool,
        lot: Lot | None,
        arm: str = "champion",
    ) -> None:
        self.context = context
        self.exchange = exchange
        self.force = force
        self.ranking = ranking
        counted = lot is not None and arm == "champion"
        self.counters: RunCounters | None = context.counters.run if counted else None
        self.lot = lot  # of the unit, if it has one in a run
        self.arm = arm  # that the unit is in, for the comparison of both arms' conversions
        self.votes = context.votes
        self.chunked = exchange.request.length is None
        self.head: AnswerHead | None = None
        self.deadline: Deadline | None = None
        self.over = False
        self.size = 0  # of the body so far, in bytes
        self.started = context.clock()

    def begin(self, route: Route) -> None:
        """Send the head on, then the body as it comes."""
        exchange, request = self.exchange, self.exchange.request
        self.call = Call(make_request_head(request, request.length), exchange.complete, request.method == b"HEAD", self)
        self.call.redial = route.redial
        if self.chunked and exchange.complete:
            self.call.complete = False  # the chunks are still to be written
        # First, so that head and body go out in one piece where the body is here already.
        exchange.read_body(self.receive())
        route.pool.send(self.call)

    def receive(self) -> BodyReceiver:
        """Who takes the client's body."""
        return Upload(self)

    def end_request(self) -> None:
        """The body is complete: from now on the model has to answer in time."""
        if not self.over and self.chunked:
            self.call.send(LAST_CHUNK)
        self.call.complete = True
        if self.ranking and not self.over and self.head is None:
            now, seconds = self.context.loop.time(), self.force.champion_seconds
            self.deadline = self.context.deadlines.start(now, seconds, self.give_up)

    def give_up(self) -> None:
        if not self.over:
            self.call.cancel()
            self.fail_answer(Failure.TIMEOUT)

    # From the model.

    def take_answer_head(self, head: AnswerHead) -> None:
        self.head = head
        if self.deadline is not None:
            self.deadline.cancel()
        # What is asked of the contract's path during a run is one unit's, in either arm and by whatever method: a cache
        # must not show it to others.
        private = self.force.trial is not None and (self.ranking or self.exchange.request.path == self.force.path)
        headers = keep_end_to_end(head.headers, NOT_SHARED if private else HOP_BY_HOP)
        # With a body too large to be interleaved the other arm has no token either, and the arms must be alike.
        if self.lot is not None and head.status == 200 and self.size <= BODY_BYTES and self.force.compares_arms:
            headers = mark(headers, self.issue(self.lot))
        self.exchange.start(head.status, head.reason, headers, head.length)

    def issue(self, lot: Lot) -> bytes:
        """The token of an answer that is the champion's alone."""
        force, trial, unit, now = self.force, self.force.trial, lot.hash, int(self.context.wall_clock())
        assert trial is not None
        token = issue(trial.keys.current, trial.hash, unit, now, [], [], force.percent, self.arm)
        if force.names_units:
            self.votes.show(unit, token, now)
        return token

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

    def pause_request(self, paused: bool) -> None:
        self.exchange.wire.pause_body(paused)

    # Ends.

    def end(self) -> None:
        self.over = True
        if self.deadline is not None:
            self.deadline.cancel()

    def count(self, outcome: Answer | Failure, status: int) -> None:
        """Count a request, and the call if it is a ranking request, which only the champion serves."""
        context, counters, now = self.context, self.counters, self.context.clock()
        elapsed = now - self.started
        context.witnesses.champion.note(outcome, 0, now)
        if self.ranking and isinstance(outcome, Answer):
            context.counters.seconds["champion"].observe(elapsed)
        if self.ranking and counters is not None:
            counters.model_calls[("champion", judge(outcome, elapsed > self.force.slow_seconds))] += 1
        arm = "champion" if self.ranking else None
        reason = outcome.value if isinstance(outcome, Failure) else None
        context.books.close(arm, counters, self.exchange.request, status, reason, elapsed)
