"""The data port: where each request goes."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from interleaver.api.names import FEEDBACK_PATH
from interleaver.interleaving.coins import Lot
from interleaver.router.client.collecting import BODY_BYTES, WAITING, Collecting, Shelf
from interleaver.router.client.exchange import Exchange
from interleaver.router.client.tunnels import Tunnels
from interleaver.router.config.in_force import InForce
from interleaver.router.config.mounted import is_trusted
from interleaver.router.feedback.ballot import Ballot
from interleaver.router.feedback.events import NotFeedback, TooMany, split_events
from interleaver.router.feedback.postings import Postings
from interleaver.router.http1.headers import Header
from interleaver.router.models.upstreams import Upstreams
from interleaver.router.system.counters import Counters
from interleaver.router.system.log import record
from interleaver.router.system.sampling import Sampling
from interleaver.router.votes.store import VOTERS, Store

from .comparison import Comparison
from .deadlines import Deadlines
from .handshake import Handshake
from .passing import Passing
from .stores import Stores
from .traffic import Traffic
from .witness import Witnesses

FEEDBACK: Final = FEEDBACK_PATH.encode()
RANKING_METHODS: Final = frozenset({b"POST", b"GET"})


class Router:
    """All that one router process knows, and the handler of its data port."""

    def __init__(self, upstreams: Upstreams, counters: Counters, wall_clock: Callable[[], float] = time.time) -> None:
        self.loop = asyncio.get_running_loop()
        self.upstreams = upstreams
        self.counters = counters
        self.wall_clock = wall_clock
        self.clock = time.monotonic  # for durations: the loop's own clock counts in milliseconds
        self.deadlines = Deadlines(self.loop)
        self.tunnels = Tunnels(self.loop)
        self.shelf = Shelf()
        self.postings = Postings(self.loop, self.shelf, self.report_full)
        self.log = Sampling()
        self.witnesses = Witnesses(self.log)
        self.traffic = Traffic(counters.request_seconds)
        self.stores = Stores(counters)
        self.votes: Store = self.stores.current
        self.full: set[str | None] = set()  # runs in which no further unit can vote
        self.force: InForce | None = None

    def adopt(self, force: InForce) -> None:
        """Take a configuration into force."""
        self.force = force
        self.counters.open_run(force.config.run)
        self.votes = self.stores.open(force)
        if force.compares_arms:
            self.counters.run.open_percent(force.percent)
        self.counters.generation = force.config.generation
        self.upstreams.keep_only([target for target in (force.serving, force.candidate) if target is not None])
        self.witnesses.adopt(force.config)

    def handle(self, exchange: Exchange) -> None:
        """Serve one request."""
        force, request = self.force, exchange.request
        if force is None:
            exchange.refuse(503, "the router has no valid configuration yet")
        elif request.path == FEEDBACK:
            self.take_feedback(exchange, force)
        elif request.switches:
            self.shake_hands(exchange, force)
        elif request.path == force.path and request.method in RANKING_METHODS:
            self.handle_ranking(exchange, force)
        else:
            self.pass_on(exchange, force, ranking=False)

    def pass_on(self, exchange: Exchange, force: InForce, ranking: bool = True, lot: Lot | None = None) -> None:
        Passing(self, exchange, force, ranking, lot).begin()

    def shake_hands(self, exchange: Exchange, force: InForce) -> None:
        """Websockets are the serving model's affair."""
        if self.tunnels.is_full():
            exchange.refuse(503, "too many websockets are open")
        else:
            Handshake(self, exchange, force).begin()

    # Ranking requests.

    def handle_ranking(self, exchange: Exchange, force: InForce) -> None:
        """Gather the body of a request that may be interleaved; pass every other on as it comes.

        A body for which there is no room is passed on as well.
        """
        request = exchange.request
        if force.trial is None or force.is_excluded(request.fields):
            return self.pass_on(exchange, force)
        if force.unit.header is not None:
            lot = draw(force, force.unit.from_headers(request.fields))
            if lot is None or not is_in(force, lot):
                return self.pass_on(exchange, force, lot=lot)
            if exchange.complete and request.length is not None and request.length <= BODY_BYTES:
                exchange.receiver = WAITING
                return self.compare(exchange, force, lot, exchange.join_early())
        Collecting(
            self.shelf,
            exchange,
            lambda collecting, body: self.decide(exchange, collecting, body),
            lambda collecting: self.pass_unread(exchange, self.force or force, collecting.is_long()),
        ).begin()

    def pass_unread(self, exchange: Exchange, force: InForce, long: bool) -> None:
        """Pass on a request whose body finds no room.

        One whose body is too long is in neither arm. One that comes in a crowd is in the arm of its unit, where the
        head names that: or else conversions would be missing in one arm, whose bodies alone are gathered.
        """
        fields = exchange.request.fields
        apart = long or force.trial is None or force.is_excluded(fields)
        lot = draw(force, force.unit.from_headers(fields)) if not apart else None
        if lot is not None and is_in(force, lot):
            Passing(self, exchange, force, True, lot, arm="interleaved").begin()
        else:
            self.pass_on(exchange, force, lot=lot)

    def decide(self, exchange: Exchange, collecting: Collecting, body: bytes) -> None:
        """Interleave or pass on, by what is in force now: another run may have begun while the body came."""
        force = self.force
        assert force is not None
        fields = exchange.request.fields
        unit = force.unit.from_headers(fields) if force.unit.header is not None else force.unit.from_body(body)
        lot = draw(force, unit)
        if lot is not None and is_in(force, lot):
            self.compare(exchange, force, lot, body)
        else:
            collecting.give_back()
            self.pass_on(exchange, force, lot=lot)

    def compare(self, exchange: Exchange, force: InForce, lot: Lot, body: bytes) -> None:
        """Ask both models."""
        candidate, trial = force.candidate, force.trial
        assert candidate is not None
        assert trial is not None
        Comparison(self, exchange, force, trial, lot).begin(body, candidate)

    # Feedback.

    def take_feedback(self, exchange: Exchange, force: InForce) -> None:
        """POST /feedback: 202 with what became of the events."""
        if exchange.request.method != b"POST":
            exchange.refuse(405, "feedback is sent by POST", Header(b"Allow", b"POST"))
            return
        Collecting(
            self.shelf,
            exchange,
            lambda collecting, body: self.count_feedback(exchange, self.force or force, body),
            lambda collecting: refuse_feedback(exchange, collecting.is_long()),
        ).begin()

    def count_feedback(self, exchange: Exchange, force: InForce, body: bytes) -> None:
        """Count by what is in force now: a token of a run that ended while the body came earns nothing in the next."""
        try:
            events = split_events(body)
        except NotFeedback as error:
            exchange.refuse(400, f"not feedback: {error}")
        except TooMany as excess:  # another name: compiled, a name has one type
            exchange.refuse(413, str(excess))
        else:
            trusted = is_trusted(exchange.request.headers, force.mounted.feedback_token)
            ballot = Ballot(force.trial, force.config.attribution_seconds, force.config.overall, trusted)
            self.postings.post(exchange, ballot, self.votes, events, len(body), self.wall_clock())

    def report_full(self) -> None:
        """Say once that further units have no vote any more."""
        run = self.force.config.run if self.force else None
        if self.votes.count_voters() >= VOTERS and run not in self.full:
            self.full.add(run)
            record("votes-full", run=run, voters=self.votes.count_voters())


def draw(force: InForce, unit: str | None) -> Lot | None:
    """What a unit draws in the run; None without either."""
    return Lot(force.trial.salt, unit) if unit is not None and force.trial is not None else None


def is_in(force: InForce, lot: Lot) -> bool:
    """Whether the unit's requests are interleaved."""
    return force.candidate is not None and lot.is_in(force.percent)


def refuse_feedback(exchange: Exchange, long: bool) -> None:
    """There is no room for a body: for one as long as it, or for any more now."""
    if long:
        exchange.refuse(413, "feedback of more than 1 MB")
    else:
        exchange.refuse(503, "too many bodies are on their way: send it again")
