"""Replicas: which pods are those of our Deployments, and which only carry the labels.

Whoever may create pods can give one the labels that a Service selects by. It then gets requests, which nobody here can
prevent; but it has no vote, it is not asked for anything, and it is told.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.pods import is_over, is_terminating, revision_hash

PATIENCE: Final = 30.0  # seconds; a Deployment that was deleted, or is made anew, leaves pods alone for a moment


@dataclass
class Lineage:
    """What this process knows of the way from pods to our Deployments. A uid is never given again, so a ReplicaSet that
    was ours once stays ours, even when its Deployment is gone and its pods say farewell."""

    sets: set[str] = field(default_factory=set)  # uids of ReplicaSets of ours
    strangers: dict[str, float] = field(default_factory=dict)  # since when, by the pod's uid, on the monotonic clock

    def note(self, strangers: Iterable[Manifest], monotonic: float) -> None:
        """Who the strangers are now."""
        self.strangers = {
            pod["metadata"]["uid"]: self.strangers.get(pod["metadata"]["uid"], monotonic) for pod in strangers
        }

    def name_settled(self, strangers: Iterable[Manifest], monotonic: float) -> tuple[str, ...]:
        """Names of those who have been strangers for so long that they will stay so."""
        settled = {uid for uid, since in self.strangers.items() if monotonic - since >= PATIENCE}
        return tuple(sorted(pod["metadata"]["name"] for pod in strangers if pod["metadata"]["uid"] in settled))


async def sort_pods(
    cluster: Cluster,
    experiment: Experiment,
    pods: Iterable[Manifest],
    deployments: Collection[Manifest],
    lineage: Lineage,
) -> tuple[tuple[Manifest, ...], tuple[Manifest, ...]]:
    """The pods of our Deployments, and those that are selected like them all the same. Raises ClusterError.

    ReplicaSets are asked for only while there is a pod whose one is not known yet.
    """
    by_set = [(find_set(pod), pod) for pod in pods]
    if any(uid and uid not in lineage.sets for uid, _ in by_set):
        lineage.sets |= await find_sets(cluster, experiment.metadata, {live["metadata"]["uid"] for live in deployments})
    lineage.sets &= {uid for uid, _ in by_set if uid}
    hashes = {revision_hash(live) for live in deployments} - {None}
    others = [pod for uid, pod in by_set if uid not in lineage.sets and revision_hash(pod) in hashes]
    strangers = (pod for pod in others if not is_over(pod) and not is_terminating(pod))
    return tuple(pod for uid, pod in by_set if uid in lineage.sets), tuple(strangers)


async def find_sets(cluster: Cluster, meta: Metadata, deployments: set[str]) -> set[str]:
    """The ReplicaSets that these Deployments control, by their uids. Raises ClusterError."""
    listed = await cluster.list("ReplicaSet", meta.namespace, names.OF_EXPERIMENT + meta.name)
    return {live["metadata"]["uid"] for live in listed if find_controller(live, "Deployment") in deployments}


def find_set(pod: Manifest) -> str | None:
    """The ReplicaSet that controls a pod, by its uid; None when none does."""
    return find_controller(pod, "ReplicaSet")


def find_controller(live: Manifest, kind: str) -> str | None:
    """The uid of what controls an object, if it is of that kind."""
    owners = live["metadata"].get("ownerReferences") or []
    return next((one["uid"] for one in owners if one.get("controller") and one.get("kind") == kind), None)
