"""One request with feedback: its events on their way through the store, and the answer once all are accounted for."""

from collections.abc import Sequence

import msgspec

from .counters import RunCounters
from .exchange import Exchange
from .feedback import Ballot, Claim
from .store import Conversion, Outcome, Store, count


class Posting:
    """Answers 202 when each event is counted, ignored, kept for later, or dropped."""

    def __init__(self, exchange: Exchange, events: int) -> None:
        self.exchange = exchange
        self.outstanding = events
        self.counts = {"accepted": 0, "ignored": 0, "buffered": 0, "dropped": 0}

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

    __slots__ = ("ballot", "claim", "counters", "posting", "question", "unit")

    def __init__(self, posting: Posting, ballot: Ballot, counters: RunCounters, question: Conversion | Claim) -> None:
        self.posting: Posting | None = posting  # None once it is accounted for
        self.ballot = ballot
        self.counters = counters
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

    def settle(self, outcome: Outcome) -> None:
        """The store has counted it."""
        assert self.question is not None
        self.conclude(*count(self.question, outcome, self.counters))

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


def post(exchange: Exchange, ballot: Ballot, store: Store, events: Sequence[msgspec.Raw], now: float) -> None:
    """Take the events of a request, at unix time `now`."""
    posting, counters = Posting(exchange, len(events)), store.counters
    posting.answer_if_done()
    for event in events:
        question = ballot.judge(event, now)
        if isinstance(question, str):
            counters.feedback[(question,)] += 1
            posting.account("ignored")
        else:
            store.submit(Pending(posting, ballot, counters, question))
