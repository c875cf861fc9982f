"""An operator in memory: the production reconciler over a fake cluster."""

import asyncio
import atexit
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from interleaver.api import names
from interleaver.controller.cluster.bodies import Bodies
from interleaver.controller.cluster.passing import Passing
from interleaver.controller.cluster.store import Store
from interleaver.controller.observing.gates import GateWatch
from interleaver.controller.observing.observe import Observer
from interleaver.controller.observing.selecting import Selecting
from interleaver.controller.observing.templates import Templates
from interleaver.controller.secrets.supply import Supplier
from interleaver.controller.settings import Pace
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.telling.messenger import Messenger
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.reconcile import Reconciler
from interleaver.controller.visits.rounds import make_rounds
from interleaver.controller.visits.visit import Key, Visit
from tests.builders import ROUTER_IMAGE, make_spec
from tests.unit.controller.fakes import FakeCluster, FakeRouters, FakeUnready

KEY = Key("shop", "feed")
LOOP = asyncio.new_event_loop()  # for all visits: to make one takes as long as a tenth of a visit
atexit.register(LOOP.close)


def make_resource(**spec: Any) -> dict[str, Any]:
    """The experiment as somebody applied it."""
    return {
        "apiVersion": f"{names.GROUP}/{names.VERSION}",
        "kind": names.KIND,
        "metadata": {"name": "feed", "namespace": "shop", "uid": "u-1", "generation": 1},
        "spec": make_spec(**spec),
    }


@dataclass
class FakeOperator:
    """One operator process; `restart` is its successor, which remembers nothing."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    supplier: Supplier = field(default_factory=Supplier)
    bodies: Bodies = field(default_factory=Bodies)  # what this process was answered
    passing: Passing = field(default_factory=Passing)  # what it heard
    store: Store | None = None  # of watches, from which visits begin; None: every visit asks
    routers: FakeRouters = field(init=False)
    unready: FakeUnready = field(default_factory=FakeUnready)
    messenger: Messenger = field(default_factory=Messenger)
    may_run_gates: bool = False
    reconciler: Any = field(init=False)  # or rounds of it

    def __post_init__(self) -> None:
        self.routers = FakeRouters(self.cluster)
        self.restart()

    def branch(self) -> "FakeOperator":
        """Another process and cluster that have come to the same point. Metrics begin anew, for they hold locks."""
        return deepcopy(self, {id(self.metrics): Metrics(lambda: 0)})

    def restart(self) -> None:
        clock, self.bodies, self.passing = self.cluster.clock, Bodies(), Passing()
        self.metrics = Metrics(lambda: 0)
        templates = Templates(clock, 60.0)
        observer = Observer(
            self.cluster,  # type: ignore[arg-type]
            self.routers,  # type: ignore[arg-type]
            templates,
            Selecting(clock, 60.0),
            ROUTER_IMAGE,
            supplier=self.supplier,
            unready=self.unready,  # type: ignore[arg-type]
            gates=GateWatch(clock, 60.0) if self.may_run_gates else None,
        )
        around = Surroundings(clock.now, clock, token=self._token, instance="operator-0")
        parts: Any = (self.cluster, observer, around, Pace(), self.metrics, self.messenger)
        rounds: Any = (self.store, *parts, self.bodies, self.passing)
        memory: Any = {"passing": self.passing}
        alone = Reconciler(*parts, **memory)
        self.reconciler = alone if self.store is None else make_rounds(*rounds)
        self._tokens = getattr(self, "_tokens", 0)

    def _token(self, size: int) -> str:
        self._tokens += 1
        return f"{self._tokens:0{2 * size}x}"

    def visit(self) -> Visit:
        visit: Visit = LOOP.run_until_complete(self.reconciler.visit(KEY))
        return visit

    @property
    def status(self) -> dict[str, Any]:
        live = self.cluster.find(names.KIND, "feed")
        assert live is not None
        found: dict[str, Any] = live.get("status", {})
        return found

    def live_on(self, visits: int, seconds: float = 1.0) -> None:
        """So many visits, with pods that come up in between."""
        for _ in range(visits):
            self.visit()
            self.cluster.run_pods()
            self.cluster.clock.pass_by(seconds)


def make_serving(**spec: Any) -> FakeOperator:
    """An operator whose experiment serves its champion; no candidate unless one is given."""
    operator = FakeOperator()
    operator.cluster.put(make_resource(**({"candidate": None} | spec)))
    operator.live_on(6)
    assert operator.status["serving"]["revision"] == "v41"
    return operator


def make_running(**spec: Any) -> FakeOperator:
    """An operator whose experiment is on the first step of a run; the usual one branches off from one that began."""
    return start_running(**spec) if spec else start_usual().branch()


@cache
def start_usual() -> FakeOperator:
    return start_running()


def start_running(**spec: Any) -> FakeOperator:
    operator = FakeOperator()
    operator.cluster.put(make_resource(**spec))
    operator.live_on(12)
    assert operator.status["run"]["stage"] == "Running"
    assert "steppedAt" in operator.status["run"]
    return operator
