"""Children: the live objects of one experiment, as lists and one get found them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.pods import revision_hash

# What is looked for by the experiment's label. A Secret is not: the operator may not list Secrets.
LISTED: Final = ("Deployment", "Service", "ConfigMap", "ControllerRevision")


@dataclass(frozen=True)
class Children:
    """All live objects with the experiment's label, whoever made them, and the Service of the entry's name."""

    objects: Mapping[tuple[str, str], Manifest] = field(default_factory=dict)  # by kind and name
    pods: tuple[Manifest, ...] = ()
    entry: Manifest | None = None
    adopted: tuple[Manifest, ...] = ()  # Services that say of themselves that they were taken over

    def find(self, kind: str, name: str) -> Manifest | None:
        """The live object of that kind and name."""
        return self.objects.get((kind, name))

    def of_kind(self, kind: str) -> Iterator[Manifest]:
        """The live objects of a kind."""
        return (live for (found, _), live in self.objects.items() if found == kind)

    def of_revision(self, kind: str, hash_: str) -> Manifest | None:
        """The live object of a kind that belongs to a revision."""
        return next((live for live in self.of_kind(kind) if revision_hash(live) == hash_), None)

    def pods_of(self, hash_: str) -> tuple[Manifest, ...]:
        """A revision's pods."""
        return tuple(pod for pod in self.pods if revision_hash(pod) == hash_)


async def find_children(cluster: Cluster, experiment: Experiment) -> Children:
    """Read all that belongs to an experiment. Raises ClusterError."""
    meta = experiment.metadata
    selector = f"{names.LABEL_EXPERIMENT}={meta.name}"
    # Records of former runs are large, many, and no concern of a visit.
    selectors = {kind: selector for kind in (*LISTED, "Pod")} | {"ConfigMap": f"{selector},!{names.LABEL_RUN}"}
    lists = asyncio.gather(*(cluster.list(kind, meta.namespace, labels) for kind, labels in selectors.items()))
    entry, (*found, pods) = await asyncio.gather(
        cluster.get("Service", meta.namespace, experiment.spec.service.name), lists
    )
    objects = {(live["kind"], live["metadata"]["name"]): live for lives in found for live in lives}
    marked = [one for one in objects.values() if names.ANNOTATION_ADOPTED in (one["metadata"].get("annotations") or {})]
    return Children(objects=objects, pods=tuple(pods), entry=entry, adopted=tuple(marked))
