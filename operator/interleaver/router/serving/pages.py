"""An interleaved request for a later page of a list: three calls, and one answer with a slice of the merge.

All pages of a unit are cut out of one draft, since its coins are always the same: no item comes twice, and none is
missing. The rest of the answer is the champion's to the request as it came, for only that knows the page.
"""

from interleaver.interleaving.coins import Lot
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import CANDIDATE, FILL, Team
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.config.paging import Later, Paging
from interleaver.router.config.places import Asking
from interleaver.router.http1.coding import CONTENT_ENCODING, open_body, pack
from interleaver.router.http1.message import Answer, AnswerHead, Header, Request
from interleaver.router.http1.sending import keep_end_to_end, make_request_head
from interleaver.router.models.upstreams import Route
from interleaver.router.rankings.merge import merge
from interleaver.router.tokens.sealing import LATER_PAGE

from .comparison import CANDIDATE_LABEL, CHAMPION_LABEL, REPLACED, Comparison, RankingCall, ask_both
from .context import Context
from .marking import IMPRESSION
from .settle import Settlement
from .settle_page import PageSettlement, settle_page


class PageComparison(Comparison):
    """One such request. `champion` is the call with the request as it came."""

    def __init__(self, context: Context, exchange: Exchange, force: InForce, lot: Lot, page: Later) -> None:
        super().__init__(context, exchange, force, lot)
        self.version = LATER_PAGE  # its slots have no rank
        self.page = page
        self.whole = RankingCall("champion", context, context.witnesses.champion, self)

    def ask(self, body: bytes, champion: Route, candidate: Route) -> None:
        """Send all requests at once.

        The champion is asked for its page alone where that cannot be cut out of a merge, or the breaker says that the
        candidate is to be left alone.
        """
        request, asking, seconds = self.exchange.request, self.page.asking, self.force.champion_seconds
        as_it_came = write_request(request, request.target, body)
        ticket = self.context.witnesses.breaker.admit(self.candidate.started) if asking is not None else None
        if asking is None or ticket is None:
            self.whole.leave_out()
            self.candidate.leave_out()
            return self.champion.ask(as_it_came, champion, seconds)
        widened = write_request(request, asking.target, asking.body)
        self.candidate.ticket = ticket
        self.champion.ask(as_it_came, champion, seconds)
        self.whole.ask(widened, champion, seconds)
        self.candidate.ask(widened, candidate, self.force.candidate_seconds)

    def hear(self, now: float) -> None:
        """Let the outcomes be heard; the candidate's failure once it is known what the champion made of the same."""
        self.champion.testify(now, excused=False)
        self.whole.testify(now, excused=False)
        if self.whole.outcome is not None or not self.candidate.has_failed():
            self.candidate.testify(now, excused=self.whole.has_failed())

    def proceed(self) -> None:
        """Answer as soon as the outcomes that are known allow it; count each call once its outcome is known."""
        force, own, candidate = self.force, self.champion.outcome, self.candidate.outcome
        if not self.settled:
            settlement = settle_page(own, self.whole.outcome, candidate, force.lists, self.page, force.depth)
            if settlement is None:
                return
            self.settled, self.blame = True, settlement.blames_candidate
            self.serve(settlement, own, candidate)
        self.champion.count(self.counters, force.slow_seconds, wrong=False)
        self.whole.count(self.counters, force.slow_seconds, wrong=False)
        self.candidate.count(self.counters, force.slow_seconds, wrong=self.blame)

    def serve_unmerged(self, chosen: Answer) -> int:
        """Send one model's answer as it is; of the candidate's, which is for all items down to the end, the page."""
        return super().serve_unmerged(self.cut(chosen) if chosen is self.candidate.outcome else chosen)

    def cut(self, answer: Answer) -> Answer:
        """An answer with nothing but the page in its list."""
        ranking = self.force.lists.read(answer.body)
        body = ranking.splice(answer.body, list(ranking.items.values())[self.page.offset : self.page.end])
        head = answer.head  # its headers say how long the body is no more
        return Answer(AnswerHead(head.status, head.reason, keep_end_to_end(head.headers, REPLACED), None), body)

    def serve_merged(self, champion: Answer, settlement: Settlement) -> list[Team]:
        """Send the page of the merge in the champion's answer; the teams of those of its slots that were drafted."""
        assert isinstance(settlement, PageSettlement)
        ours, theirs, own = settlement.champion, settlement.candidate, settlement.own
        assert ours is not None
        assert theirs is not None
        merged = merge(b"", ours, theirs, self.force.depth, self.lot.toss())
        if merged.first is not None:
            self.votes.toss(self.lot.hash, CANDIDATE_LABEL if merged.first is CANDIDATE else CHAMPION_LABEL)
        start, end = self.page.offset, self.page.end
        items = (merged.items + merged.tail)[start:end]
        teams = (merged.teams + [FILL] * len(merged.tail))[start:end]
        texts = [(theirs if team is CANDIDATE else ours).items[item] for item, team in zip(items, teams, strict=True)]
        self.send(champion, own.splice(champion.body, texts), items, teams, drafted=settlement.reason is None)
        return merged.teams[start:end]

    def send(self, champion: Answer, body: bytes, items: list[Identity], teams: list[Team], drafted: bool) -> None:
        """Send a page. One without a drafted slot earns nothing: it has a token only where arms are compared."""
        headers = keep_end_to_end(champion.head.headers, REPLACED)
        if drafted:
            headers.append(Header(IMPRESSION, self.issue(self.lot.hash, items, teams)))
        elif self.force.compares_arms:
            headers.append(Header(IMPRESSION, self.issue(self.lot.hash, [], [])))
        self.exchange.answer(200, headers, body, champion.head.reason)


def write_request(request: Request, target: bytes, body: bytes) -> bytes:
    """The request for models, with this target and body."""
    return make_request_head(request, len(body), drop_encoding=True, target=target) + body


def find_page(paging: Paging, request: Request, body: bytes) -> Later | None:
    """The later page that a request names. What asks for it goes as compressed as the request came."""
    if not paging.reads_bodies or CONTENT_ENCODING not in request.fields:
        return paging.find_later(request.target, body)
    text = open_body(request.fields, body).text
    page = paging.find_later(request.target, text)
    if page is None or page.asking is None or text is body:
        return page
    return Later(page.offset, page.end, Asking(page.asking.target, pack(page.asking.body)))


def ask_for_page(context: Context, exchange: Exchange, force: InForce, lot: Lot, body: bytes, paging: Paging) -> None:
    """Ask for the page that a request names: for a first one as for any list."""
    page = find_page(paging, exchange.request, body)
    if page is None:
        return ask_both(context, exchange, force, lot, body)
    PageComparison(context, exchange, force, lot, page).begin(body)
