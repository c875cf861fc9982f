"""A cluster in memory in which all is well: both revisions are Ready, and the one router takes a configuration at once.

What is left out is the network and the time that Kubernetes takes. `advance` and the router's configuration are the
production code; the status is what it returned.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.names import ANNOTATION_PROMOTE
from interleaver.api.observed import Deployed, Entry, Observed, Reading
from interleaver.api.once import once
from interleaver.api.revision import Snapshot, resolve, snapshot
from interleaver.api.routing import Config
from interleaver.api.status import Run
from interleaver.experiment.deciding.decision import Facts
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.run import advance
from interleaver.experiment.view import View
from interleaver.resources.desired import entry_hash
from interleaver.resources.routing import router_config
from interleaver.simulate.router import Router
from interleaver.simulate.scenario import Scenario

START: Final = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday; nothing depends on it
PREPARATION: Final = 20  # reconciles within which a run without hindrance is running


def make_experiment(scenario: Scenario) -> Experiment:
    """The resource with the scenario's plan."""
    interval = f"{scenario.rules.interval}s"
    stale = max(seconds("10m"), scenario.rules.interval)
    spec = {
        "service": {"name": "simulated"},
        "champion": make_source("champion"),
        "candidate": make_source("candidate"),
        "contract": {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items"},
        "metrics": {"interval": interval, "staleAfter": f"{stale:.0f}s"},
        **scenario.spec,
    }
    metadata = {"name": "simulated", "namespace": "simulated", "uid": "simulated", "generation": 1}
    return Experiment.model_validate({"metadata": metadata, "spec": spec})


def make_source(revision: str) -> dict[str, Any]:
    """A champion or candidate."""
    template = {"spec": {"containers": [{"name": "model", "image": f"simulated:{revision}"}]}}
    return {"revision": revision, "port": 9000, "source": {"template": template}}


def list_snapshots(experiment: Experiment) -> list[Snapshot]:
    """Champion and candidate as they are deployed."""
    spec = experiment.spec
    revisions = [resolve(each) for each in (spec.champion, spec.candidate) if each is not None]
    return [snapshot(each, spec.router, "simulated") for each in revisions if each is not None]


class Cluster:
    """One experiment, from its first reconcile on."""

    def __init__(self, scenario: Scenario) -> None:
        self.experiment = make_experiment(scenario)
        self.people = scenario.people
        self.mixture = scenario.mixture
        self.snapshots = list_snapshots(self.experiment)
        self.router = Router(has_store=scenario.faults.store)
        self.config: Config | None = None
        self.now = START

    @property
    def run(self) -> Run | None:
        """The run, if there is one."""
        return self.experiment.status.run

    def start(self) -> Run:
        """Reconcile until the first units are interleaved. Raises RuntimeError when that does not happen."""
        for _ in range(PREPARATION):
            self.reconcile()
            self.begin_with_mixture()
            if self.run and self.run.stage == "Running" and self.run.stepped_at:
                return self.run
        raise RuntimeError(f"the run does not start: {self.experiment.status.conditions}")

    def begin_with_mixture(self) -> None:
        """The run is one that was started with the scenario's mixture: the operator itself would take the newest."""
        if self.run and self.run.plan.mixture != self.mixture:
            plan = self.run.plan.model_copy(update={"mixture": self.mixture})
            run = self.run.model_copy(update={"plan": plan, "plan_hash": plan.hash})
            status = self.experiment.status.model_copy(update={"run": run})
            self.experiment = self.experiment.model_copy(update={"status": status})

    def pass_time(self, interval: int) -> None:
        """`interval` seconds go by."""
        self.now += timedelta(seconds=interval)

    def look(self) -> None:
        """Reconcile until the ramp stays where it is: in between the router takes what it is told."""
        self.give_orders()
        former = None
        while self.run and self.experiment.status.decision is None and former != read_ramp(self.run):
            former = read_ramp(self.run)
            self.reconcile()

    def give_orders(self) -> None:
        """What people have ordered by now stands in the resource."""
        elapsed = (self.now - START).total_seconds()
        metadata, spec = self.experiment.metadata, self.experiment.spec
        if self.run and self.people.has_confirmed(elapsed):
            metadata = metadata.model_copy(update={"annotations": {ANNOTATION_PROMOTE: self.run.id}})
        if spec.suspend != self.people.is_paused(elapsed):
            spec = spec.model_copy(update={"suspend": not spec.suspend})
        self.experiment = self.experiment.model_copy(update={"metadata": metadata, "spec": spec})

    def reconcile(self) -> None:
        """One decision, and the router's configuration that follows from it."""
        observed = self.observe()
        status = advance(self.experiment, observed, self.now)
        self.experiment = self.experiment.model_copy(update={"status": status})
        self.config = router_config(self.experiment, observed, entry_hash(self.experiment) or self.snapshots[0].hash)

    def observe(self) -> Observed:
        """What the operator sees at this moment."""
        hash_ = entry_hash(self.experiment) or self.snapshots[0].hash
        generation = self.config.generation if self.config else None
        return Observed(
            router_image="simulated",
            deployed={
                each.hash: Deployed(each, size=1, pods=1, ready=1, address="10.96.0.5") for each in self.snapshots
            },
            entry=Entry(ours=True, hash=hash_, address="10.96.0.4"),
            config=self.config,
            readings=(self.router.show(hash_, generation), *show_others(self.snapshots, hash_)),
        )

    def branch(self) -> "Cluster":
        """Another cluster that has come to the same point; what happens to either is nothing to the other."""
        other = copy(self)
        other.router = replace(self.router)  # what it counts is added up in new dicts
        return other


@once
def start_cluster(scenario: Scenario) -> Cluster:
    """The scenario's cluster at its first look, to branch off from: all runs of a scenario begin alike."""
    cluster = Cluster(scenario)
    cluster.start()
    return cluster


def show_others(snapshots: Iterable[Snapshot], serving: str) -> Iterator[Reading]:
    """The routers beside which nothing serves yet: they count nothing, and have reached their models."""
    for each in snapshots:
        if each.hash != serving:
            yield Reading(f"beside-{each.name}", each.hash, ready=True, counts={}, reached=True)


def read_ramp(run: Run) -> tuple[int, int, str | None]:
    """Where the ramp stands."""
    return run.step, run.percent, run.stepped_at


def start_run(scenario: Scenario) -> tuple[Run, Facts]:
    """A run at its first look, and the facts of a verdict as production gathers them while all is well."""
    cluster = start_cluster(scenario).branch()
    run = cluster.run
    assert run is not None
    return run, gather(View(cluster.experiment, cluster.observe(), cluster.now), run)
