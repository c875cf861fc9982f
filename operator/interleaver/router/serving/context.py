"""What a request is served with: all that the requests of one router share, and no behaviour."""

import asyncio
import socket
import time
from collections.abc import Callable

from interleaver.router.client.collecting import Shelf
from interleaver.router.client.tunnels import Tunnels
from interleaver.router.config.in_force import InForce
from interleaver.router.models.upstreams import Route, Upstreams
from interleaver.router.samples.samples import make_samples
from interleaver.router.system.counters import Counters
from interleaver.router.system.sampling import Sampling
from interleaver.router.votes.store import Store

from .books import Books
from .deadlines import Deadlines
from .stores import Stores
from .witness import Witnesses


class Context:
    """What requests are served with, as of the configuration in force."""

    def __init__(self, upstreams: Upstreams, counters: Counters, wall_clock: Callable[[], float] = time.time) -> None:
        self.loop = asyncio.get_running_loop()
        self.upstreams = upstreams
        self.counters = counters
        self.wall_clock = wall_clock
        self.clock = time.monotonic  # for durations: the loop's own clock counts in milliseconds
        self.deadlines = Deadlines(self.loop)
        self.tunnels = Tunnels(self.loop)
        self.shelf = Shelf()
        self.log = Sampling()
        self.witnesses = Witnesses(self.log)
        self.books = Books(counters.request_seconds)
        self.stores = Stores(counters)
        self.votes: Store = self.stores.current
        self.samples = make_samples(socket.gethostname())
        self.force: InForce | None = None
        self.serving: Route | None = None  # to the models of `force`
        self.candidate: Route | None = None

    def find_routes(self, force: InForce) -> None:
        """The routes to the models, once for all requests."""
        self.upstreams.keep_only([target for target in (force.serving, force.candidate) if target is not None])
        self.serving = self.upstreams.find_route(force.serving)
        self.candidate = self.upstreams.find_route(force.candidate) if force.candidate is not None else None
