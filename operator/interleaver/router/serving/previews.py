"""Previews: requests of people and tests who look at the endpoint before users do, or as one model alone would be.

Who carries the experiment's preview token is served by a replica: a handler like the router's own, with the same
models, routes, contract, keys and coins, but with a percent, books and a memory of its own. So a preview goes the whole
way of a user's request and reaches nothing that is counted, sampled, learnt by a breaker or told to the operator.
"""

from typing import Final

from msgspec import UNSET, structs

from interleaver.api.names import PREVIEW_HEADER, PREVIEWS
from interleaver.api.routing import Config
from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce, Trial, put_in_force
from interleaver.router.config.mounted import AUTHORIZATION, bears
from interleaver.router.http1.message import Header, Request, index_headers
from interleaver.router.models.upstreams import Route

from .replica import Replica
from .service import PREVIEW_KEY, Router

CHALLENGE: Final = Header(b"WWW-Authenticate", b'Bearer realm="interleaver preview"')
REFUSED: Final = "refused"
FORMS: Final = ", ".join(PREVIEWS)


class Previews:
    """Lets in who carries the token, and has a replica for each kind of preview of the configuration in force."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self.counts = router.counters.previews
        self.force: InForce | None = None  # that the replicas were made for
        self.route: Route | None = None  # to what serves, which changes once the model in our own pod is found
        self.replicas: dict[str, Replica] = {}

    def handle(self, exchange: Exchange) -> None:
        """Serve a request that says that it is a preview."""
        force, request = self.router.force, exchange.request
        assert force is not None
        wanted = request.fields[PREVIEW_KEY].decode("latin-1").strip().lower()
        exchange.preview = Header(PREVIEW_HEADER.encode(), REFUSED.encode())
        obstacle = find_obstacle(request, force, wanted)
        if obstacle is not None:
            self.counts[(REFUSED,)] += 1
            status, words = obstacle
            return exchange.refuse(status, words, *([CHALLENGE] if status == 401 else []))
        self.counts[(wanted,)] += 1
        exchange.preview = Header(PREVIEW_HEADER.encode(), wanted.encode())
        strip(request, force.mounted.preview_token)
        self.find_replica(wanted, force).handle(exchange)

    def find_replica(self, wanted: str, force: InForce) -> Replica:
        """The replica for one kind of preview, made when it is asked for first."""
        if self.force is not force or self.route is not self.router.serving:
            self.force, self.route, self.replicas = force, self.router.serving, {}
        if wanted not in self.replicas:
            self.replicas[wanted] = Replica(self.router, make_force(wanted, force))
        return self.replicas[wanted]


def find_obstacle(request: Request, force: InForce, wanted: str) -> tuple[int, str] | None:
    """Why a preview is refused, as a status and words; None if it is not. Who has no token learns nothing else."""
    token = force.mounted.preview_token
    given = [header.value for header in request.headers if header.key == AUTHORIZATION]
    if not given:
        return 401, f"a request with {PREVIEW_HEADER} needs the experiment's preview token as Authorization: Bearer"
    if not any([bears(each, token) for each in given]):  # all are compared, whichever it is
        return 403, "this is not the preview token of this experiment: kubectl interleaver preview-token prints it"
    if wanted not in PREVIEWS or sum(header.key == PREVIEW_KEY for header in request.headers) > 1:
        return 400, f"{PREVIEW_HEADER} must be one of {FORMS}, once"
    if wanted != "champion" and (force.trial is None or force.candidate is None):
        return 409, "no candidate is on trial: there is none to preview"
    return None


def strip(request: Request, token: bytes | None) -> None:
    """Take the header and the token out of a request: models get what a user would have sent."""
    request.headers = [
        header
        for header in request.headers
        if header.key != PREVIEW_KEY and not (header.key == AUTHORIZATION and bears(header.value, token))
    ]
    request.fields = index_headers(request.headers)


def make_force(wanted: str, force: InForce) -> InForce:
    """What a replica serves by."""
    if wanted == "interleaved":
        assert force.trial is not None
        return put_in_force(interleave_all(force.config), rename(force.trial), force.mounted)
    serving = force.config.serving if wanted == "champion" else force.config.candidate
    assert serving is not None
    alone = structs.replace(interleave_all(force.config), serving=serving, candidate=None, run=None)
    return put_in_force(alone, None, force.mounted)


def interleave_all(config: Config) -> Config:
    """The configuration with everybody interleaved, nothing sampled, no store, and arms that nobody compares."""
    return structs.replace(config, percent=100, store=None, overall=False, sampling=UNSET)


def rename(trial: Trial) -> Trial:
    """The run with the same coins and keys, and another name in tokens: nothing that they show can earn a vote."""
    return Trial(trial.run, trial.preview, trial.salt, trial.keys)
