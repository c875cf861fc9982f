"""Everything one decision may look at, in one frozen value. The clock is an argument, like all the rest."""

from dataclasses import dataclass
from datetime import datetime

from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.fields import instant, seconds
from interleaver.api.observed import Deployed, Observed, Reading
from interleaver.api.sizes import candidate_size, serving_size
from interleaver.api.status import Run
from interleaver.api.v1alpha1 import Spec


@dataclass(frozen=True)
class View:
    """The resource as it was read, what was seen of the cluster, and when."""

    experiment: Experiment
    observed: Observed
    now: datetime

    @property
    def spec(self) -> Spec:
        return self.experiment.spec

    @property
    def metadata(self) -> Metadata:
        return self.experiment.metadata

    @property
    def replicas(self) -> int:
        """Pods of the serving revision."""
        return serving_size(self.spec, self.experiment.status.run)

    def deployed(self, hash_: str) -> Deployed | None:
        """The revision's objects, if it has any."""
        return self.observed.deployed.get(hash_)

    def is_ready(self, hash_: str, size: int) -> bool:
        """Whether the revision can take the traffic of `size` pods."""
        deployed = self.deployed(hash_)
        return deployed is not None and deployed.is_ready_at(size)

    def attained(self, hash_: str) -> int:
        """Pods that the cluster has room for now, by a revision that is to have as many as serve; at least one.

        Who is scaled up by an autoscaler may find no room, or not yet. Nobody is to blame for what all of them lack.
        """
        deployed = self.deployed(hash_)
        return self.replicas if deployed is None else min(self.replicas, max(1, deployed.ready))

    def due(self, run: Run) -> int:
        """Pods of the candidate that must be Ready: its share of those that the champion has."""
        return candidate_size(run, self.attained(run.plan.champion.hash))

    def has_half(self, hash_: str, size: int) -> bool:
        """Whether at least half of the `size` pods that a revision should have are Ready."""
        deployed = self.deployed(hash_)
        return deployed is not None and deployed.ready * 2 >= size

    def is_set_free(self, hash_: str) -> bool:
        """Whether the revision may serve: it outlives the experiment already, with all it needs, where it is to.

        One that serves and still has an owner would go with an experiment that is deleted in that moment.
        """
        if self.spec.deletion_policy == "Delete":
            return True
        deployed, entry = self.deployed(hash_), self.observed.entry
        shared_owned = self.observed.config_owned or (entry is not None and entry.owned)
        return deployed is not None and not deployed.owned and not shared_owned

    def ready_routers(self, hash_: str) -> list[Reading]:
        """The Ready routers beside a revision, as read at this look; empty when there was none.

        Of what serves, they are those behind the entry Service.
        """
        readings = self.observed.readings or ()
        return [reading for reading in readings if reading.hash == hash_ and reading.ready and not reading.terminating]

    def routers_read(self, hash_: str) -> list[Reading]:
        """Those of a revision's Ready routers that could be read at this look."""
        return [router for router in self.ready_routers(hash_) if router.counts is not None]

    def has_read_all(self, hash_: str) -> bool:
        """Whether every router behind the entry Service was read at this look, and there is one."""
        routers = self.ready_routers(hash_)
        return bool(routers) and all(router.counts is not None for router in routers)

    def is_in_force(self, hash_: str) -> bool:
        """Whether every Ready router behind the entry Service reports the configuration as it stands; False without."""
        config, routers = self.observed.config, self.ready_routers(hash_)
        if config is None or not routers:
            return False
        return all((router.generation or 0) >= config.generation for router in routers)

    def has_passed(self, since: str | None, duration: str) -> bool:
        """Whether `duration` has gone by since the timestamp; False when there is none."""
        return since is not None and self.elapsed(since) >= seconds(duration)

    def elapsed(self, since: str) -> float:
        """Seconds since a timestamp."""
        return (self.now - instant(since)).total_seconds()
