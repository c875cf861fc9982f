"""An interleaved request: the same bytes to both models, and one answer from what they say."""

from typing import Final

from interleaver.interleaving.coins import Lot
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import CANDIDATE, FILL, Team
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce, Trial
from interleaver.router.http1.message import Answer, AnswerHead, Header
from interleaver.router.http1.sending import BODY_VALIDATORS, NOT_SHARED, keep_end_to_end, make_request_head
from interleaver.router.models.call import STATUSES, WORDS, AnswerReceiver, Call, Failure, Outcome
from interleaver.router.models.upstreams import Route
from interleaver.router.rankings.merge import merge
from interleaver.router.samples.entry import Shown
from interleaver.router.samples.rule import Rule
from interleaver.router.system.counters import RunCounters
from interleaver.router.tokens.sealing import VERSION, issue

from .context import Context
from .deadlines import Deadline
from .marking import IMPRESSION, IMPRESSION_KEY, mark
from .settle import CHAMPION_UNMERGED, MERGED, NO_ANSWER, Settlement, settle
from .witness import Witness

REPLACED: Final = NOT_SHARED | BODY_VALIDATORS | {b"content-length", IMPRESSION_KEY}
# An Enum's value is a call in Python.
CHAMPION_LABEL: Final = Team.CHAMPION.value
CANDIDATE_LABEL: Final = Team.CANDIDATE.value
# Bytes of an answer beyond which it is no ranked list for a page. Taking a list apart holds up every other request, up
# to 0.35 s for each megabyte: the champion's size is the shop's own affair, a candidate must not do it to the shop.
ANSWER_BYTES: Final = {"champion": 16 * 1_048_576, "candidate": 1_048_576}


class RankingCall(AnswerReceiver):
    """Asks one model, collects its whole answer, and says when the outcome is known."""

    __slots__ = (
        "call",
        "comparison",
        "context",
        "counted",
        "deadline",
        "elapsed",
        "head",
        "heard",
        "model",
        "outcome",
        "parts",
        "size",
        "started",
        "ticket",
        "witness",
    )  # fmt: skip

    def __init__(self, model: str, context: Context, witness: Witness, comparison: "Comparison") -> None:
        self.model = model
        self.context = context
        self.witness = witness  # of the model as it was configured when it was asked
        self.comparison: Comparison | None = comparison  # that waits for the outcome
        self.started = context.clock()
        self.ticket = 0  # the breaker's
        self.outcome: Outcome = None
        self.head: AnswerHead | None = None
        self.parts: list[bytes] = []
        self.size = 0
        self.call: Call | None = None
        self.deadline: Deadline | None = None
        self.elapsed = 0.0  # seconds until the outcome was known
        self.counted = False
        self.heard = False  # by whoever watches the model

    def ask(self, request: bytes, route: Route, seconds: float) -> None:
        """Send the request, of which an answer is awaited for so many seconds."""
        self.deadline = self.context.deadlines.start(self.context.loop.time(), seconds, self.run_out)
        self.call = Call(request, True, False, self)
        self.call.redial = route.redial
        route.pool.send(self.call)

    def leave_out(self) -> None:
        """The breaker is open: no call is made, and none is counted."""
        self.outcome, self.counted, self.heard, self.comparison = Failure.BREAKER, True, True, None

    # From the model.

    def take_whole(self, answer: Answer) -> None:
        self.conclude(answer)

    def take_answer_head(self, head: AnswerHead) -> None:
        self.head = head

    def take_answer(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        if self.size > ANSWER_BYTES[self.model]:
            self.abandon(Failure.GARBLED, drain=False)

    def end_answer(self) -> None:
        if self.outcome is None and self.head is not None:
            self.conclude(Answer(self.head, self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)))

    def fail_answer(self, failure: Failure) -> None:
        self.conclude(failure)

    def run_out(self) -> None:
        """The deadline passed."""
        self.abandon(Failure.TIMEOUT, drain=self.model == "candidate")

    def abandon(self, failure: Failure, drain: bool) -> None:
        if self.outcome is None:
            if self.call is not None:
                self.call.cancel(drain)
            self.conclude(failure)

    def conclude(self, outcome: Answer | Failure) -> None:
        """The outcome is known. Only the first one counts."""
        if self.outcome is not None:
            return
        self.outcome = outcome
        if self.deadline is not None:
            self.deadline.expire = None
        now = self.context.clock()
        self.elapsed = now - self.started
        if isinstance(outcome, Answer):
            self.context.counters.seconds[self.model].observe(self.elapsed)
        # Without the circle that it closes, all that a request took goes at once instead of by the garbage collector.
        comparison, self.comparison = self.comparison, None
        if comparison is not None:
            comparison.hear(now)
            comparison.proceed()

    def has_failed(self) -> bool:
        """Whether the model gave no answer, or an error of its own."""
        outcome = self.outcome
        return isinstance(outcome, Failure) or (outcome is not None and outcome.head.status >= 500)

    def measure(self) -> int:
        """Bytes of the answer's body."""
        return len(self.outcome.body) if isinstance(self.outcome, Answer) else 0

    def testify(self, now: float, excused: bool) -> None:
        """Tell whoever watches the model, once. Of a good answer only a breaker wants to hear.

        A failure is `excused` where the other model failed at the same request: that may be the client's doing.
        """
        outcome, breaker = self.outcome, self.witness.breaker
        if self.heard or outcome is None:
            return
        self.heard = True
        if self.has_failed():
            self.witness.note(outcome, self.ticket, now, excused)
        elif breaker is not None:
            breaker.note(self.ticket, False, now)

    def count(self, counters: RunCounters, slow_seconds: float, wrong: bool) -> None:
        """Count the call once its outcome is known. `wrong` = it answered what the other model shows to be wrong."""
        if self.outcome is None or self.counted:
            return
        self.counted = True
        result = "error" if wrong else judge(self.outcome, self.elapsed > slow_seconds)
        counters.model_calls[(self.model, result)] += 1


class Comparison:
    """One interleaved request, from both calls to the answer."""

    def __init__(self, context: Context, exchange: Exchange, force: InForce, lot: Lot) -> None:
        assert force.trial is not None
        self.context = context
        self.exchange = exchange
        self.force = force
        self.trial: Trial = force.trial
        self.lot = lot
        self.counters = context.counters.run
        self.votes = context.votes
        self.version = VERSION  # of its token
        self.rule: Rule | None = None  # of samples, as it was when the request came; None if it is not sampled
        self.body = b""  # kept for a sample alone
        self.settled = False
        self.blame = False  # the candidate's answer was wrong where the champion's was right
        self.champion = RankingCall("champion", context, context.witnesses.champion, self)
        self.candidate = RankingCall("candidate", context, context.witnesses.candidate, self)

    def begin(self, body: bytes) -> None:
        """Ask the models, over the routes of the configuration in force."""
        champion, candidate = self.context.serving, self.context.candidate
        assert champion is not None
        assert candidate is not None
        rule = self.context.samples.rule
        if rule is not None and self.lot.hash < rule.bound:
            self.rule, self.body = rule, body
        self.ask(body, champion, candidate)

    def ask(self, body: bytes, champion: Route, candidate: Route) -> None:
        """Send the request to both, unless the breaker says that the candidate is to be left alone."""
        request = make_request_head(self.exchange.request, len(body), drop_encoding=True) + body
        self.champion.ask(request, champion, self.force.champion_seconds)
        ticket = self.context.witnesses.breaker.admit(self.candidate.started)
        if ticket is None:
            return self.candidate.leave_out()
        self.candidate.ticket = ticket
        self.candidate.ask(request, candidate, self.force.candidate_seconds)

    def hear(self, now: float) -> None:
        """Let the outcomes be heard; the candidate's failure once it is known whether the champion failed as well."""
        champion, candidate = self.champion, self.candidate
        champion.testify(now, excused=False)
        if champion.outcome is not None or not candidate.has_failed():
            candidate.testify(now, excused=champion.has_failed())

    def proceed(self) -> None:
        """Answer as soon as the outcomes that are known allow it; count each call once its outcome is known."""
        if not self.settled:
            champion, candidate = self.champion.outcome, self.candidate.outcome
            settlement = settle(champion, candidate, self.force.lists) if champion is not None else None
            if settlement is None:
                return
            self.settled, self.blame = True, settlement.blames_candidate
            self.serve(settlement, champion, candidate)
        self.champion.count(self.counters, self.force.slow_seconds, wrong=False)
        self.candidate.count(self.counters, self.force.slow_seconds, wrong=self.blame)

    def serve(self, settlement: Settlement, champion: Outcome, candidate: Outcome) -> None:
        """Send the answer, and count the request."""
        teams: list[Team] | None = None
        if settlement.served is MERGED:
            assert isinstance(champion, Answer)
            status, teams = 200, self.serve_merged(champion, settlement)
        elif settlement.served is NO_ANSWER:
            assert isinstance(champion, Failure)
            status = STATUSES[champion]
            self.exchange.refuse(status, WORDS[champion])
        else:
            chosen = champion if settlement.served is CHAMPION_UNMERGED else candidate
            assert isinstance(chosen, Answer)
            status = self.serve_unmerged(chosen)
        elapsed = self.context.clock() - self.champion.started
        request, reason = self.exchange.request, settlement.reason
        self.context.books.close("interleaved", self.counters, request, status, reason, elapsed, teams)

    def serve_unmerged(self, chosen: Answer) -> int:
        """Send one model's answer as it is; its status. Where both arms are compared it has a token as well."""
        head, status = chosen.head, chosen.head.status
        headers = keep_end_to_end(head.headers, NOT_SHARED)
        if status == 200 and self.force.compares_arms:
            headers = mark(headers, self.issue(self.lot.hash, [], []))
        self.exchange.answer(status, headers, chosen.body, head.reason, declared=head.length is not None)
        return status

    def serve_merged(self, champion: Answer, settlement: Settlement) -> list[Team]:
        """Send the merged answer; the teams of the draft's slots."""
        assert settlement.champion is not None
        assert settlement.candidate is not None
        depth, unit = self.force.depth, self.lot.hash
        merged = merge(champion.body, settlement.champion, settlement.candidate, depth, self.lot.toss())
        if merged.first is not None:
            self.votes.toss(unit, CANDIDATE_LABEL if merged.first is CANDIDATE else CHAMPION_LABEL)
        items, teams = merged.items, merged.teams
        if merged.tail:
            items, teams = items + merged.tail, teams + [FILL] * len(merged.tail)
        token = self.issue(unit, items, teams)
        headers = keep_end_to_end(champion.head.headers, REPLACED)
        headers.append(Header(IMPRESSION, token))
        self.exchange.answer(200, headers, merged.body, champion.head.reason)
        if self.rule is not None:
            self.sample(self.rule, settlement, items, teams, token)
        return merged.teams

    def sample(
        self, rule: Rule, settlement: Settlement, items: list[Identity], teams: list[Team], token: bytes
    ) -> None:
        """Leave what was shown to the writer. The answer is on its way already."""
        ours, theirs = settlement.champion, settlement.candidate
        assert ours is not None
        assert theirs is not None
        answers = self.champion.measure() + self.candidate.measure()
        now, request = self.context.wall_clock(), self.exchange.request
        shown = Shown(rule, now, self.lot, request, self.body, ours, theirs, items, teams, token, answers)
        self.context.samples.offer(shown)

    def issue(self, unit: bytes, items: list[Identity], teams: list[Team]) -> bytes:
        """The token of this answer, remembered if units may be named in feedback."""
        key, now = self.trial.keys.current, int(self.context.wall_clock())
        token = issue(key, self.trial.hash, unit, now, items, teams, self.force.percent, version=self.version)
        if self.force.names_units:
            self.votes.show(unit, token, now)
        return token


def judge(outcome: Answer | Failure, slow: bool) -> str:
    """The label of a call's outcome by itself: a 4xx may be the client's fault, so it is no error of the model."""
    if isinstance(outcome, Failure):
        return "timeout" if outcome is Failure.TIMEOUT else "error"
    if outcome.head.status >= 500:
        return "error"
    return "slow" if slow else "ok"


def ask_both(context: Context, exchange: Exchange, force: InForce, lot: Lot, body: bytes) -> None:
    """Ask both models."""
    Comparison(context, exchange, force, lot).begin(body)
