"""One request with feedback: its events, judged and on their way through the store, and the answer once all are
accounted for.
"""

from collections.abc import Sequence

import msgspec

from interleaver.router.client.exchange import Exchange
from interleaver.router.votes.store import Conversion, Novelty, Store, count

from .ballot import PREVIEWED, Ballot, Claim


class Posting:
    """Answers 202 when each event is counted, ignored, kept for later, or dropped."""

    def __init__(
        self, exchange: Exchange, ballot: Ballot, store: Store, events: Sequence[msgspec.Raw], size: int, now: float
    ) -> None:
        self.exchange = exchange
        self.ballot = ballot
        self.store = store
        self.events = events  # that are not judged yet
        self.size = size  # of the body that holds them, in bytes
        self.now = now  # unix time at which the body was complete
        self.outstanding = len(events)
        self.counts = {"accepted": 0, "ignored": 0, "buffered": 0, "dropped": 0}
        self.answer_if_done()

    def judge(self, most: int) -> None:
        """Judge so many further events at most, and put to the store what may count."""
        events, self.events = self.events[:most], self.events[most:]
        counters = self.store.counters
        for event in events:
            question = self.ballot.judge(event, self.now)
            if isinstance(question, str):
                if question != PREVIEWED:
                    counters.feedback[(question,)] += 1
                self.account("ignored")
            else:
                self.store.submit(Pending(self, self.ballot, self.store, question))

    def account(self, kind: str) -> None:
        """One event is accounted for."""
        self.counts[kind] += 1
        self.outstanding -= 1
        self.answer_if_done()

    def answer_if_done(self) -> None:
        """The first two are always said, the others when there are any."""
        if self.outstanding == 0:
            said = {kind: n for kind, n in self.counts.items() if n or kind in ("accepted", "ignored")}
            self.exchange.answer_json(202, said)


class Pending:
    """An event of a posting, until a store has counted it."""

    __slots__ = ("ballot", "claim", "counters", "posting", "question", "store", "unit")

    def __init__(self, posting: Posting, ballot: Ballot, store: Store, question: Conversion | Claim) -> None:
        self.posting: Posting | None = posting  # None once it is accounted for
        self.ballot = ballot
        self.store = store
        self.counters = store.counters
        self.unit = question.unit
        self.claim = question if isinstance(question, Claim) else None
        self.question = question if isinstance(question, Conversion) else None

    def look_up(self, tokens: Sequence[bytes]) -> None:
        """Find out what a unit's event is, given its latest impressions."""
        assert self.claim is not None
        chosen = self.ballot.choose(self.claim, tokens)
        if isinstance(chosen, Conversion):
            self.question = chosen
        else:
            self.conclude(chosen, accepted=False)

    def confirm(self, novelty: Novelty) -> None:
        """The store has counted it."""
        assert self.question is not None
        self.conclude(*count(self.question, novelty, self.counters))
        if novelty.voted and not self.ballot.trusted:
            self.watch(self.question)

    def watch(self, vote: Conversion) -> None:
        """Count how the vote looks: anybody may have sent it."""
        watched = self.counters.watched_votes
        if vote.prompt:
            watched["prompt", vote.vote] += 1
        if vote.unit in self.store.seen_once:
            watched["single", vote.vote] += 1
        if self.counters.sources.add(self.ballot.peer):
            watched["crowded", vote.vote] += 1

    def conclude(self, result: str, accepted: bool) -> None:
        """Count the event's result."""
        self.counters.feedback[(result,)] += 1
        self.account("accepted" if accepted else "ignored")

    def keep(self) -> None:
        """The store is away: the client need not wait. Harmless when said twice."""
        self.account("buffered")

    def drop(self) -> None:
        """It is lost."""
        self.counters.dropped[()] += 1
        self.account("dropped")

    def account(self, kind: str) -> None:
        posting, self.posting = self.posting, None
        if posting is not None:
            posting.account(kind)
