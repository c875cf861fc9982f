"""Remembering: what the API server answers is kept, by the version that it is of, for whoever begins with what is kept.

A version of an object never changes, so that nothing here can get old: it is of no use once a watch tells of another.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.bodies import Bodies, Name
from interleaver.controller.cluster.gateway import Cluster, ClusterError, Manifests
from interleaver.controller.cluster.store import Store

log: Final = logging.getLogger(__name__)

PODS: Final = "pods of"  # the kind under which all pods of an experiment are kept together
# What a first visit asks for one by one, and a list has a hundred of.
ASKED: Final = (kinds.EXPERIMENT, "Service", "ConfigMap", "Deployment", "ControllerRevision")
MOST: Final = 4000  # objects of a kind that are listed in advance; whoever has more of them has them read at visits


class RememberingCluster:
    """The API server, whose answers are kept."""

    def __init__(self, cluster: Cluster, bodies: Bodies) -> None:
        self._cluster = cluster
        self._bodies = bodies

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when there is none of that name."""
        live = await self._cluster.get(kind, namespace, name)
        if live is not None:
            self._keep(live)
        return live

    async def list_pods(self, namespace: str, labels: str) -> Manifests:
        """The pods that match the label selector, with what matters of them."""
        pods = await self._cluster.list_pods(namespace, labels)
        if (owner := find_owner(labels)) is not None:
            keep_pods(self._bodies, namespace, owner, pods)
        return pods

    async def apply(self, manifest: Manifest, dry_run: bool = False) -> Manifest:
        """Server-side apply."""
        stored = await self._cluster.apply(manifest, dry_run)
        if not dry_run:
            self._keep(stored)
        return stored

    async def patch_status(self, namespace: str, name: str, version: str, patch: Manifest) -> Manifest:
        """Merge a patch into the status."""
        stored = await self._cluster.patch_status(namespace, name, version, patch)
        self._keep(stored)
        return stored

    def __getattr__(self, name: str) -> Any:
        """Whatever else a cluster can do answers nothing that is kept."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._cluster, name)

    def _keep(self, live: Manifest) -> None:
        """Keep an object, unless it came without its content."""
        if live.keys() - {"apiVersion", "kind", "metadata", "status"}:
            keep(self._bodies, live)


async def read_ahead(cluster: Cluster, store: Store, bodies: Bodies, scopes: Iterable[str | None]) -> None:
    """List what the first visits will ask for, a hundred objects at a time. What cannot be had is asked for there."""
    for scope in scopes:
        try:
            for kind in (kind for kind in ASKED if len(store.shelves[kind].heads) <= MOST):
                labels = None if kind == kinds.EXPERIMENT else names.LABEL_EXPERIMENT
                async for page in cluster.read_objects(kind, scope, labels):
                    for live in page:
                        keep(bodies, live)
            if len(store.shelves["Pod"].heads) <= MOST:
                for (namespace, owner), pods in sort_by_owner(await cluster.list_pods(scope, names.LABEL_EXPERIMENT)):
                    keep_pods(bodies, namespace, owner, pods)
        except ClusterError as error:
            log.warning("not read in advance scope=%s error=%s", scope or "all", error)


def sort_by_owner(pods: Iterable[Manifest]) -> Iterable[tuple[tuple[str, str], Manifests]]:
    """Pods by namespace and by the experiment that the label names."""
    found: dict[tuple[str, str], Manifests] = defaultdict(list)
    for pod in pods:
        meta = pod["metadata"]
        found[meta["namespace"], meta["labels"][names.LABEL_EXPERIMENT]].append(pod)
    return found.items()


def keep(bodies: Bodies, live: Manifest) -> None:
    """Keep an object."""
    meta = live["metadata"]
    bodies.keep(Name(live["kind"], meta["namespace"], meta["name"]), meta["resourceVersion"], live)


def keep_pods(bodies: Bodies, namespace: str, owner: str, pods: Manifests) -> None:
    """Keep the pods of an experiment."""
    metadata = (pod["metadata"] for pod in pods)
    bodies.keep(Name(PODS, namespace, owner), sum_up((one["uid"], one["resourceVersion"]) for one in metadata), pods)


def find_owner(labels: str | None) -> str | None:
    """The experiment that a selector names, and nothing besides; None where it asks for something else."""
    if labels is None or not labels.startswith(names.OF_EXPERIMENT) or "," in labels:
        return None
    return labels.removeprefix(names.OF_EXPERIMENT)


def sum_up(versions: Any) -> str:
    """Which objects they are, in which version."""
    return ",".join(sorted(f"{uid}@{version}" for uid, version in versions))
