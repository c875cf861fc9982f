"""Requests with feedback: their bodies gathered, their events put to the votes of the run in force."""

from typing import Final

from interleaver.router.client.collecting import Collecting
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.config.mounted import is_trusted
from interleaver.router.feedback.ballot import Ballot
from interleaver.router.feedback.events import NotFeedback, TooMany, split_events
from interleaver.router.feedback.postings import Postings
from interleaver.router.http1.coding import BOUNDS, open_body
from interleaver.router.http1.message import Header
from interleaver.router.system.log import record
from interleaver.router.votes.store import VOTERS

from .context import Context

ALLOW: Final = Header(b"Allow", b"POST")
ACCEPTED: Final = Header(b"Accept-Encoding", b"gzip")  # RFC 9110 section 15.5.16


class Reporting:
    """POST /feedback: 202 with what became of the events."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.postings = Postings(context.loop, context.shelf, self.report_full)
        self.full: set[str | None] = set()  # runs in which no further unit can vote

    def handle(self, exchange: Exchange) -> None:
        """Serve one request."""
        if exchange.request.method != b"POST":
            exchange.refuse(405, "feedback is sent by POST", ALLOW)
            return
        Collecting(
            self.context.shelf,
            exchange,
            lambda collecting, body: self.count(exchange, body),
            lambda collecting: refuse_feedback(exchange, collecting.is_long()),
        ).begin()

    def count(self, exchange: Exchange, body: bytes) -> None:
        """Count by what is in force now: a token of a run that ended while the body came earns nothing in the next."""
        context, force = self.context, self.context.force
        assert force is not None
        text, packed = open_body(exchange.request.fields, body)
        try:
            events = split_events(text)
        except NotFeedback as error:
            refuse_unread(exchange, packed, str(error))
        except TooMany as excess:  # another name: compiled, a name has one type
            exchange.refuse(413, str(excess))
        else:
            trusted = self.trusts(exchange, force)
            closed, peer = force.config.feedback_needs_token is True, exchange.wire.peer
            seconds, overall = force.config.attribution_seconds, force.config.overall
            ballot = Ballot(force.trial, seconds, overall, trusted, closed, peer, context.samples)
            self.postings.post(exchange, ballot, context.votes, events, len(text), context.wall_clock())

    def trusts(self, exchange: Exchange, force: InForce) -> bool:
        """Whether these events may name units, and count where nobody else's do."""
        return is_trusted(exchange.request.headers, force.mounted.feedback_token)

    def report_full(self) -> None:
        """Say once that further units have no vote any more."""
        force, votes = self.context.force, self.context.votes
        run = force.config.run if force is not None else None
        if votes.count_voters() >= VOTERS and run not in self.full:
            self.full.add(run)
            record("votes-full", run=run, voters=votes.count_voters())


def refuse_unread(exchange: Exchange, packed: str, error: str) -> None:
    """It is none, or compressed in a way that is not read."""
    if packed:
        exchange.refuse(415, f"the feedback {packed}: send it plain, or as {BOUNDS}", ACCEPTED)
    else:
        exchange.refuse(400, f"not feedback: {error}")


def refuse_feedback(exchange: Exchange, long: bool) -> None:
    """There is no room for a body: for one as long as it, or for any more now."""
    if long:
        exchange.refuse(413, "feedback of more than 1 MB")
    else:
        exchange.refuse(503, "too many bodies are on their way: send it again")
