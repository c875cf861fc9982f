"""The data port: where each request goes."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from interleaver.api.names import FEEDBACK_PATH
from interleaver.interleaving.coins import is_interleaved

from .collecting import Collecting
from .comparison import Comparison
from .counters import Counters
from .deadlines import Deadlines
from .exchange import Exchange
from .feedback import Ballot, NotFeedback, TooMany, split_events
from .in_force import InForce
from .passing import Passing
from .upstreams import Upstreams
from .votes import Votes

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
        self.votes = Votes()
        self.force: InForce | None = None

    def adopt(self, force: InForce) -> None:
        """Take a configuration into force."""
        if self.force is None or force.config.run != self.force.config.run:
            self.votes = Votes()
        self.force = force
        self.counters.open_run(force.config.run)
        self.counters.generation = force.config.generation
        targets = [force.config.serving, *([force.config.candidate] if force.config.candidate else [])]
        self.upstreams.keep_only(targets)

    def handle(self, exchange: Exchange) -> None:
        """Serve one request."""
        force, request = self.force, exchange.request
        if force is None:
            exchange.refuse(503, "the router has no valid configuration yet")
        elif request.path == FEEDBACK:
            self.take_feedback(exchange, force)
        elif request.path == force.path and request.method in RANKING_METHODS:
            self.handle_ranking(exchange, force)
        else:
            self.pass_on(exchange, force, ranking=False)

    def pass_on(self, exchange: Exchange, force: InForce, ranking: bool = True, counted: bool = False) -> None:
        Passing(self, exchange, force, ranking, counted).begin()

    # Ranking requests.

    def handle_ranking(self, exchange: Exchange, force: InForce) -> None:
        """Find the unit, in the headers or in the body, and let it decide."""
        request = exchange.request
        if force.trial is None or force.is_excluded(request.headers):
            self.pass_on(exchange, force)
        elif force.unit.header is None:
            self.collect(exchange, force, force.unit.from_body)
        else:
            unit = force.unit.from_headers(request.headers)
            if unit is None:
                self.pass_on(exchange, force)
            elif self.is_in(force, unit):
                self.collect(exchange, force, lambda body: unit)
            else:
                self.pass_on(exchange, force, counted=True)

    def is_in(self, force: InForce, unit: str) -> bool:
        """Whether a unit's requests are interleaved."""
        config, trial = force.config, force.trial
        return config.candidate is not None and trial is not None and is_interleaved(trial.salt, unit, config.percent)

    def collect(self, exchange: Exchange, force: InForce, find_unit: Callable[[bytes], str | None]) -> None:
        """Gather the body, then interleave; a body beyond the limit is passed on instead."""

        def decide(body: bytes) -> None:
            unit = find_unit(body)
            candidate, trial = force.config.candidate, force.trial
            if unit is not None and candidate is not None and trial is not None and self.is_in(force, unit):
                Comparison(self, exchange, force, trial, unit).begin(body, candidate)
            else:
                collecting.give_back()
                self.pass_on(exchange, force, counted=unit is not None)

        collecting = Collecting(exchange, decide, lambda: self.pass_on(exchange, force))
        collecting.begin()

    # Feedback.

    def take_feedback(self, exchange: Exchange, force: InForce) -> None:
        """POST /feedback: 202 with what became of the events."""
        if exchange.request.method != b"POST":
            exchange.refuse(405, "feedback is sent by POST", (b"Allow", b"POST"))
            return
        Collecting(
            exchange,
            lambda body: self.count_feedback(exchange, force, body),
            lambda: exchange.refuse(413, "feedback of more than 1 MB"),
        ).begin()

    def count_feedback(self, exchange: Exchange, force: InForce, body: bytes) -> None:
        try:
            events = split_events(body)
        except NotFeedback as error:
            exchange.refuse(400, f"not feedback: {error}")
        except TooMany as error:
            exchange.refuse(413, str(error))
        else:
            ballot = Ballot(force.trial, force.config.attribution_seconds, self.votes, self.counters.run)
            now = self.wall_clock()
            accepted = sum(ballot.count(event, now) for event in events)
            exchange.answer_json(202, {"accepted": accepted, "ignored": len(events) - accepted})
