"""An interleaved request: the same bytes to both models, and one answer from what they say."""

from typing import TYPE_CHECKING, Final

from interleaver.api.routing import Target
from interleaver.interleaving.coins import Lot
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import CANDIDATE, FILL, Team
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce, Trial
from interleaver.router.http1.headers import BODY_VALIDATORS, HOP_BY_HOP, Header, keep_end_to_end
from interleaver.router.http1.sending import make_request_head
from interleaver.router.models.call import STATUSES, WORDS, Call, Failure
from interleaver.router.rankings.merge import Merged, find_first_winner, merge

from .issuing import IMPRESSION, issue, mark
from .ranking_call import RankingCall
from .settle import MERGED, Answer, Outcome, Served, Settlement, settle

if TYPE_CHECKING:
    from .service import Router

FRAMING: Final = HOP_BY_HOP | {b"content-length"}
# An Enum's value is a call in Python.
CHAMPION_LABEL: Final = Team.CHAMPION.value
CANDIDATE_LABEL: Final = Team.CANDIDATE.value
REPLACED: Final = FRAMING | BODY_VALIDATORS | {IMPRESSION.lower()}


class Comparison:
    """One interleaved request, from both calls to the answer."""

    def __init__(self, router: "Router", exchange: Exchange, force: InForce, trial: Trial, lot: Lot) -> None:
        self.router = router
        self.exchange = exchange
        self.force = force
        self.trial = trial
        self.lot = lot
        self.counters = router.counters.run
        self.votes = router.votes
        self.settled = False
        self.blame = False  # the candidate's answer was wrong where the champion's was right
        self.champion = self.prepare("champion")
        self.candidate = self.prepare("candidate")

    def prepare(self, model: str) -> RankingCall:
        router = self.router
        return RankingCall(
            model,
            router.clock,
            self.force.slow_seconds,
            self.counters,
            router.counters.seconds[model],
            router.witnesses.champion if model == "champion" else router.witnesses.candidate,
            self,
        )

    def begin(self, body: bytes, candidate: Target) -> None:
        """Send the request to both, unless the breaker says that the candidate is to be left alone."""
        request = make_request_head(self.exchange.request, len(body), drop_encoding=True) + body
        self.dispatch(self.champion, request, self.force.serving, self.force.champion_seconds)
        ticket = self.router.witnesses.breaker.admit(self.candidate.started)
        if ticket is None:
            return self.candidate.leave_out()
        self.candidate.ticket = ticket
        self.dispatch(self.candidate, request, candidate, self.force.candidate_seconds)

    def dispatch(self, ranking: RankingCall, request: bytes, target: Target, seconds: float) -> None:
        ranking.deadline = self.router.deadlines.start(self.router.loop.time(), seconds, ranking.run_out)
        ranking.call = Call(request, True, False, ranking)
        self.router.upstreams.place(ranking.call, target)

    def proceed(self) -> None:
        """Answer as soon as the outcomes that are known allow it; count each call once its outcome is known."""
        if not self.settled:
            settlement = settle(self.champion.outcome, self.candidate.outcome, self.force.lists)
            if settlement is None:
                return
            self.settled = True
            self.blame = settlement.blames_candidate
            self.count(settlement, self.serve(settlement))
        self.champion.count(wrong=False)
        self.candidate.count(wrong=self.blame)

    def count(self, settlement: Settlement, status: int) -> None:
        """Count the request, and the reason if there was no comparison."""
        outcome = "error" if status >= 500 else "ok" if settlement.reason is None else "fallback"
        self.counters.requests[("interleaved", outcome)] += 1
        if settlement.reason is not None:
            self.counters.fallbacks[(settlement.reason,)] += 1
        elapsed = self.router.clock() - self.champion.started
        self.router.traffic.note("interleaved", self.exchange.request, status, settlement.reason, elapsed)

    def serve(self, settlement: Settlement) -> int:
        """Send the answer; its status."""
        champion, candidate = self.champion.outcome, self.candidate.outcome
        if settlement.served is MERGED:
            return self.serve_merged(champion, settlement)
        if settlement.served is Served.NOBODY:
            return self.serve_failure(champion)
        chosen = champion if settlement.served is Served.CHAMPION else candidate
        assert isinstance(chosen, Answer)
        headers = keep_end_to_end(chosen.head.headers, FRAMING)
        if chosen.head.status == 200 and self.force.compares_arms:
            headers = mark(headers, self.issue([], []))
        self.exchange.answer(chosen.head.status, headers, chosen.body, chosen.head.reason)
        return chosen.head.status

    def serve_merged(self, champion: Outcome, settlement: Settlement) -> int:
        assert isinstance(champion, Answer)
        assert settlement.champion is not None
        assert settlement.candidate is not None
        depth, coins = self.force.depth, self.lot.toss()
        merged = merge(champion.body, settlement.champion, settlement.candidate, depth, coins)
        headers = keep_end_to_end(champion.head.headers, REPLACED)
        self.count_shown(merged)
        items, teams = merged.items, merged.teams
        if merged.tail:
            items, teams = items + merged.tail, teams + [FILL] * len(merged.tail)
        headers.append(Header(IMPRESSION, self.issue(items, teams)))
        self.exchange.answer(200, headers, merged.body, champion.head.reason)
        return 200

    def count_shown(self, merged: Merged) -> None:
        """Count the slots of the draft, and who won its first coin."""
        self.counters.slots.add(merged.teams)
        winner = find_first_winner(merged.teams)
        if winner is not None:
            self.votes.toss(self.lot.hash, CANDIDATE_LABEL if winner is CANDIDATE else CHAMPION_LABEL)

    def issue(self, items: list[Identity], teams: list[Team]) -> bytes:
        """The token of this answer."""
        return issue(self.votes, self.force, self.trial, self.lot.hash, self.router.wall_clock(), items, teams)

    def serve_failure(self, champion: Outcome) -> int:
        assert isinstance(champion, Failure)
        self.exchange.refuse(STATUSES[champion], WORDS[champion])
        return STATUSES[champion]
