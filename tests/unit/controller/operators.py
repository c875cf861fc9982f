"""An operator in memory: the production reconciler over a fake cluster."""

import asyncio
import atexit
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from interleaver.api import names
from interleaver.controller.observing.observe import Observer
from interleaver.controller.observing.templates import Templates
from interleaver.controller.secrets.supply import Supplier
from interleaver.controller.settings import Pace
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.reconcile import Reconciler
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
    routers: FakeRouters = field(init=False)
    unready: FakeUnready = field(default_factory=FakeUnready)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        self.routers = FakeRouters(self.cluster)
        self.restart()

    def branch(self) -> "FakeOperator":
        """Another process and cluster that have come to the same point. Metrics begin anew, for they hold locks."""
        return deepcopy(self, {id(self.metrics): Metrics(lambda: 0)})

    def restart(self) -> None:
        clock = self.cluster.clock
        self.metrics = Metrics(lambda: 0)
        templates = Templates(clock, 60.0)
        observer = Observer(
            self.cluster,  # type: ignore[arg-type]
            self.routers,  # type: ignore[arg-type]
            templates,
            ROUTER_IMAGE,
            supplier=self.supplier,
            unready=self.unready,  # type: ignore[arg-type]
        )
        around = Surroundings(clock.now, clock, token=self._token, instance="operator-0")
        self.reconciler = Reconciler(self.cluster, observer, around, Pace(), self.metrics)  # type: ignore[arg-type]
        self._tokens = getattr(self, "_tokens", 0)

    def _token(self, size: int) -> str:
        self._tokens += 1
        return f"{self._tokens:0{2 * size}x}"

    def visit(self) -> Visit:
        return LOOP.run_until_complete(self.reconciler.visit(KEY))

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
