"""The data port: where each request goes, decided once from its head, or once its body is there."""

import time
from collections.abc import Callable
from typing import Final

from interleaver.api.names import FEEDBACK_PATH, PREVIEW_HEADER
from interleaver.api.routing import Sampling
from interleaver.interleaving.coins import Lot
from interleaver.router.client.collecting import BODY_BYTES, Collecting
from interleaver.router.client.exchange import NOBODY, Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.coding import CONTENT_ENCODING, open_body
from interleaver.router.http1.message import Fields, Request
from interleaver.router.models.upstreams import Upstreams
from interleaver.router.samples.rule import Rule
from interleaver.router.system.counters import Counters

from .comparison import ask_both
from .context import Context
from .handshake import Handshake
from .pages import ask_for_page
from .passing import Passing
from .reporting import Reporting
from .unitless import name_fault, name_header_fault, name_unread

FEEDBACK: Final = FEEDBACK_PATH.encode()
PREVIEW_KEY: Final = PREVIEW_HEADER.lower().encode()
RANKING_METHODS: Final = frozenset({b"POST", b"GET"})

NOTED: Final = 17  # one in so many requests: a prime, so that no client's rounds of requests keep step with it


class Router(Context):
    """The handler of the data port."""

    def __init__(self, upstreams: Upstreams, counters: Counters, wall_clock: Callable[[], float] = time.time) -> None:
        super().__init__(upstreams, counters, wall_clock)
        self.reporting = Reporting(self)
        self.preview: Callable[[Exchange], None] = refuse_preview  # serves who asks to see what nobody is shown yet
        self.since_noted = 0  # requests since the last one whose unit was noted

    def adopt(self, force: InForce) -> None:
        """Take a configuration into force."""
        self.force = force
        self.counters.open_run(force.config.run)
        self.votes = self.stores.open(force)
        if force.compares_arms:
            self.counters.run.open_percent(force.percent)
        self.counters.generation = force.config.generation
        self.find_routes(force)
        self.witnesses.adopt(force.config)
        self.samples.follow(make_rule(force))

    def call_own_model_at(self, url: str) -> None:
        """The model in our own pod is reached at this URL and at no other."""
        self.upstreams.model = url
        if self.force is not None:
            self.find_routes(self.force)

    def handle(self, exchange: Exchange) -> None:
        """Serve one request."""
        force, request = self.force, exchange.request
        if force is None:
            exchange.refuse(503, "the router has no valid configuration yet")
        elif PREVIEW_KEY in request.fields:
            self.preview(exchange)
        elif request.path == FEEDBACK:
            self.reporting.handle(exchange)
        elif request.switches:
            self.shake_hands(exchange, force)
        elif request.path == force.path and request.method in RANKING_METHODS:
            self.rank(exchange, force)
        else:
            self.counters.run.passed[("method" if request.path == force.path else "path",)] += 1
            self.pass_on(exchange, force, ranking=False)

    def shake_hands(self, exchange: Exchange, force: InForce) -> None:
        """Websockets are the serving model's affair."""
        if self.tunnels.is_full():
            exchange.refuse(503, "too many websockets are open")
        elif self.serving is not None:
            Handshake(self, exchange, force).begin(self.serving)

    # Ranking requests.

    def rank(self, exchange: Exchange, force: InForce) -> None:
        """Gather the body of a request that may be interleaved; pass every other on as it comes.

        A body for which there is no room is passed on as well.
        """
        request = exchange.request
        if force.trial is None:
            return self.pass_on(exchange, force)
        if is_excluded(force, request):
            return self.pass_excluded(exchange, force)
        if force.unit.header is not None and not force.excludes_bodies:
            lot = draw(force, read_unit(force, request.fields))
            if lot is None:
                return self.pass_unitless(exchange, force, name_header_fault(request, force.unit))
            if not is_in(force, lot):
                self.note(lot)
                return self.pass_on(exchange, force, lot=lot)
            if exchange.complete and request.length is not None and request.length <= BODY_BYTES:
                exchange.receiver = NOBODY  # the body is here, and until the models answer their own deadlines count
                self.note(lot)
                return interleave(self, exchange, force, lot, b"".join(exchange.early))
        Collecting(
            self.shelf,
            exchange,
            lambda collecting, body: self.decide(exchange, collecting, body),
            lambda collecting: self.pass_unread(exchange, self.force or force, collecting.is_long()),
        ).begin()

    def decide(self, exchange: Exchange, collecting: Collecting, body: bytes) -> None:
        """Interleave or pass on, by what is in force now: another run may have begun while the body came."""
        force, request = self.force, exchange.request
        assert force is not None
        text, fault = body, ""
        if force.reads_bodies and CONTENT_ENCODING in request.fields:
            text, fault = open_body(request.fields, body)
        unit = force.unit.from_body(text) if force.unit.header is None else read_unit(force, request.fields)
        if force.excludes_bodies and force.trial is not None and force.exclusion.takes_body(text):
            collecting.give_back()
            return self.pass_excluded(exchange, force)
        lot = draw(force, unit)
        if lot is not None:
            self.note(lot)
        if lot is not None and is_in(force, lot):
            return interleave(self, exchange, force, lot, body)
        collecting.give_back()
        if unit is None and force.trial is not None:
            self.pass_unitless(exchange, force, name_fault(request, force.unit, text, fault))
        else:
            self.pass_on(exchange, force, lot=lot)

    def note(self, lot: Lot) -> None:
        """Note the unit of some requests: all of them would cost more and tell no more."""
        self.since_noted += 1
        if self.since_noted == NOTED:
            self.since_noted = 0
            self.counters.run.heavy.note(lot.unit, lot.hash)

    def pass_unread(self, exchange: Exchange, force: InForce, long: bool) -> None:
        """Pass on a request whose body finds no room.

        One whose body is too long is in neither arm, nor is one whose body would say whether it is excluded. One that
        comes in a crowd is in the arm of its unit, where the head names that: or else conversions would be missing in
        one arm, whose bodies alone are gathered.
        """
        fields = exchange.request.fields
        if force.trial is None:
            return self.pass_on(exchange, force)
        if is_excluded(force, exchange.request):
            return self.pass_excluded(exchange, force)
        if force.excludes_bodies and not long:
            return self.pass_unitless(exchange, force, "body-crowded")
        lot = draw(force, read_unit(force, fields)) if not long else None
        if lot is None:
            reason = "body-long" if long else name_unread(exchange.request, force.unit)
            return self.pass_unitless(exchange, force, reason)
        self.pass_on(exchange, force, lot=lot, arm="interleaved" if is_in(force, lot) else "champion")

    def pass_excluded(self, exchange: Exchange, force: InForce) -> None:
        """The contract leaves the request out."""
        self.counters.run.passed[("excluded",)] += 1
        self.pass_on(exchange, force)

    def pass_unitless(self, exchange: Exchange, force: InForce, reason: str) -> None:
        """Nobody can be told from the request: say by what, for a run without units gets no votes."""
        self.counters.run.unitless[(reason,)] += 1
        self.pass_on(exchange, force)

    def pass_on(
        self, exchange: Exchange, force: InForce, ranking: bool = True, lot: Lot | None = None, arm: str = "champion"
    ) -> None:
        """Ask the serving model alone."""
        serving = self.serving
        assert serving is not None
        Passing(self, exchange, force, ranking, lot, arm).begin(serving)


def refuse_preview(exchange: Exchange) -> None:
    """Within a preview there is none."""
    exchange.refuse(400, f"{PREVIEW_HEADER} is not understood here")


def make_rule(force: InForce) -> Rule | None:
    """What is sampled: nothing outside a run, where no list is merged."""
    sampling = force.config.sampling
    if force.trial is None or not isinstance(sampling, Sampling):
        return None
    return Rule(force.config, sampling, force.trial.keys.root)


def interleave(context: Context, exchange: Exchange, force: InForce, lot: Lot, body: bytes) -> None:
    """Ask both models: for the request's page, where the contract says how requests name one."""
    if force.paging is None:
        ask_both(context, exchange, force, lot, body)
    else:
        ask_for_page(context, exchange, force, lot, body, force.paging)


def is_excluded(force: InForce, request: Request) -> bool:
    """Whether the contract leaves a request out, as far as its head says."""
    return force.excludes and force.exclusion.takes(request)


def read_unit(force: InForce, fields: Fields) -> str | None:
    """The unit in the headers; None if there is none, or it stands in the body."""
    value = fields.get(force.unit.header) if force.unit.header is not None else None
    return value.decode("utf-8", "surrogateescape") if value else None


def draw(force: InForce, unit: str | None) -> Lot | None:
    """What a unit draws in the run; None without either."""
    return Lot(force.trial.salt, unit) if unit is not None and force.trial is not None else None


def is_in(force: InForce, lot: Lot) -> bool:
    """Whether the unit's requests are interleaved."""
    return force.candidate is not None and lot.is_in(force.percent)
