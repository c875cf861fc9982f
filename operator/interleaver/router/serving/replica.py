"""A handler like the router's own, for previews: the same way through the same code, and nothing that lasts."""

from typing import Final

from interleaver.api.routing import Config
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.message import Answer
from interleaver.router.models.call import Failure
from interleaver.router.system.counters import Counters
from interleaver.router.votes.memory import Votes

from .breaker import Breaker
from .reporting import Reporting
from .service import Router
from .stores import find_seconds
from .witness import Witness, Witnesses

UNITS: Final = 1000  # that are remembered of each kind: those who preview are few


class Replica(Router):
    """Serves previews of one kind, by one configuration, until another comes into force.

    Routes, deadlines, tunnels and room for bodies are the router's own; counters, votes and witnesses are not.
    """

    def __init__(self, router: Router, force: InForce) -> None:
        super().__init__(router.upstreams, Counters(router.counters.started), router.wall_clock)
        self.deadlines, self.tunnels, self.shelf = router.deadlines, router.tunnels, router.shelf
        self.witnesses = Deaf(self.log)
        self.reporting = Believing(self)
        self.adopt(force)

    def adopt(self, force: InForce) -> None:
        """Take a configuration into force."""
        self.force = force
        run = self.counters.open_run(force.config.run)
        self.votes = Votes(run, UNITS, UNITS, UNITS, float(find_seconds(force)))
        self.find_routes(force)
        self.witnesses.adopt(force.config)

    def find_routes(self, force: InForce) -> None:
        """The routes to the models. Pools are the router's: none is given up here."""
        self.serving = self.upstreams.find_route(force.serving)
        self.candidate = self.upstreams.find_route(force.candidate) if force.candidate is not None else None


class Believing(Reporting):
    """Feedback of who has shown the preview token already."""

    def trusts(self, exchange: Exchange, force: InForce) -> bool:
        return True


class Patient(Breaker):
    """Lets every call pass, whatever became of others: a preview is to show how the candidate is now."""

    def admit(self, now: float) -> int | None:
        return self.ticket

    def note(self, ticket: int, failed: bool | None, now: float) -> None:
        """Nothing is learnt."""


class Mute(Witness):
    """Tells nobody: who previews sees what became of the request."""

    def note(self, outcome: Answer | Failure, ticket: int, now: float, excused: bool = False) -> None:
        """Nothing is told."""


class Deaf(Witnesses):
    """The witnesses of previews."""

    def adopt(self, config: Config) -> None:
        self.breaker = Patient()
        self.champion = Mute("champion", config.serving.revision, self.log)
        self.candidate = Mute("candidate", "", self.log, self.breaker)
