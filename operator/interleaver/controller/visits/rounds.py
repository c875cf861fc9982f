"""Rounds: a visit begins with what is kept, and begins anew with the API server as soon as there is something to do.

What is kept may be old. So it decides only that nothing has to be done, which is what nearly all visits find; what is
done is decided by what was asked for there and then, as if nothing were kept. A look at a run whose counts decide
nothing asks for the pods and writes the counts down.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from interleaver.api.experiment import Experiment
from interleaver.api.observed import Attempt
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.bodies import Bodies
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.kept import KeptCluster, SomethingToDo
from interleaver.controller.cluster.passing import Passing
from interleaver.controller.cluster.remembering import RememberingCluster
from interleaver.controller.cluster.store import Store
from interleaver.controller.observing.looks import PastLooks
from interleaver.controller.observing.observe import Observer
from interleaver.controller.settings import Pace
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.telling.messenger import Messenger, Place
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.reconcile import Reconciler
from interleaver.controller.visits.visit import Key, Notes, Visit
from interleaver.controller.visits.worth import only_tells


class Patient(Messenger):
    """A messenger who neither sets out nor forgets: the status may be an old one, which does not know yet what was
    told."""

    def __init__(self, messenger: Messenger) -> None:
        self.__dict__ = messenger.__dict__  # what is on its way, and what came of it, is the same to both

    def send(self, experiment: Experiment, now: datetime) -> None:
        """Nothing, unless something is due."""
        if self.find_ready(experiment, now):
            raise SomethingToDo

    def forget(self, place: Place, written: Iterable[Attempt]) -> None:
        """Nothing: that an old status leaves nothing to write does not say that the latest has them."""


@dataclass
class Rounds:
    """Visits of experiments. Both ways share what is remembered of them."""

    store: Store
    kept: Reconciler
    asking: Reconciler
    notes: dict[Key, Notes]

    async def visit(self, key: Key) -> Visit:
        """Bring one experiment forward. Raises ClusterError when the API server would not let us."""
        if not self.store.is_told(kinds.EXPERIMENT, key.namespace) or self.is_new(key):
            return await self.asking.visit(key)
        before = replace(self.notes[key].looks) if key in self.notes else PastLooks()
        try:
            return await self.kept.visit(key)
        except SomethingToDo:
            if key in self.notes:
                self.notes[key].looks.take_back(before)
        return await self.asking.visit(key)

    def is_new(self, key: Key) -> bool:
        """Whether nothing has been done for it yet, so that there is something to do."""
        is_there = self.store.find(kinds.EXPERIMENT, *key) is not None
        return is_there and key not in self.notes and not self.store.select("ControllerRevision", *key)

    def forget(self) -> None:
        """Forget what both remember, as a new process would."""
        self.asking.forget()

    def list_visited(self) -> list[Key]:
        """Experiments that were there at their last visit."""
        return list(self.notes)


def make_rounds(
    store: Store,
    cluster: Cluster,
    observer: Observer,
    around: Surroundings,
    pace: Pace,
    metrics: Metrics,
    messenger: Messenger | None = None,
    bodies: Bodies | None = None,
    passing: Passing | None = None,
) -> Rounds:
    """Rounds of visits; `observer` asks `cluster`. In `bodies` is what was asked for before."""
    bodies, notes = Bodies() if bodies is None else bodies, dict[Key, Notes]()
    keeping = KeptCluster(cluster, store, bodies, only_tells)
    kept = cast(Cluster, keeping)
    asked = cast(Cluster, RememberingCluster(cluster, bodies))
    # A Secret tells nobody when it is gone, and pods that are Ready have what was in it.
    calm = replace(pace, secret=pace.missing_secret, settled_secret=float("inf"))
    looking_on = replace(observer, cluster=kept, before_look=keeping.confirm_pods)
    messenger = messenger or Messenger()
    shared: dict[str, Any] = {"metrics": metrics, "notes": notes, "passing": passing or Passing()}
    return Rounds(
        store,
        Reconciler(kept, looking_on, around, calm, messenger=Patient(messenger), **shared),
        Reconciler(asked, replace(observer, cluster=asked), around, pace, messenger=messenger, **shared),
        notes,
    )
