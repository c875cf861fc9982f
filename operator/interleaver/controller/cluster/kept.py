"""The cluster as it is kept: reads are answered from what the watches told, and nothing is written by it.

A watch may lag, break or lie. So a visit begins here, and as long as it finds nothing to do it has asked nothing.
Whoever wants to write begins again with the API server itself (visits/rounds.py): what is kept decides only whether
there is something to do, and never what. Only words may follow from it, in conditions and Events, for the kubelet has
others for the same trouble every few seconds; and what a look at a run counted, as long as nothing follows from that.
They are for the version of the experiment that they were found for, and a look is at pods that were asked for just now.
"""

from collections.abc import Callable
from typing import Any, Final, NoReturn, cast

import msgspec

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.answers import Metadata
from interleaver.controller.cluster.bodies import Bodies, Name
from interleaver.controller.cluster.claiming import ABSENT
from interleaver.controller.cluster.gateway import Cluster, ClusterError, Manifests
from interleaver.controller.cluster.remembering import PODS, RememberingCluster, find_owner, sum_up
from interleaver.controller.cluster.store import Store
from interleaver.controller.settings import Requests

# An experiment may name these of somebody's, without a label of ours: its entry, or where a template is copied from.
OF_OTHERS: Final = ("Service", "Deployment")


class SomethingToDo(Exception):
    """There is something to do, which is no affair of what is kept."""


class KeptCluster:
    """Reads as the gateway has them. What is not kept is asked for, and kept from then on."""

    def __init__(
        self,
        cluster: Cluster,
        store: Store,
        bodies: Bodies,
        only_tells: Callable[[Manifest], bool],
        most: int = Requests.most,
    ) -> None:
        self._cluster = cast(Cluster, RememberingCluster(cluster, bodies))
        self._store = store
        self._bodies = bodies
        self._only_tells = only_tells  # whether a patch of the status decides nothing
        self._most = most  # objects of one kind with an experiment's label; of more the gateway says what is wrong

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when there is none of that name that is one of ours."""
        if not self._store.is_told(kind, namespace):
            return await self._cluster.get(kind, namespace, name)
        head = self._store.find(kind, namespace, name)
        if head is None:
            return await self._cluster.get(kind, namespace, name) if kind in OF_OTHERS else None
        kept: Manifest | None = self._bodies.find(Name(kind, namespace, name), head.resource_version)
        # What is asked for may be later than what the watch has told.
        return kept if kept is not None else await self._cluster.get(kind, namespace, name)

    async def get_metadata(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object without its content, or None when there is none of that name."""
        return await self._cluster.get_metadata(kind, namespace, name)

    async def list(self, kind: str, namespace: str | None, labels: str | None = None) -> Manifests:
        """All objects of a kind that match the label selector, without their content."""
        owner = find_owner(labels)
        if namespace is None or owner is None or not self._store.is_told(kind, namespace):
            return await self._cluster.list(kind, namespace, labels)
        heads = self._store.select(kind, namespace, owner)
        if len(heads) > self._most:
            return await self._cluster.list(kind, namespace, labels)
        return [write(kind, head) for head in heads]

    async def list_pods(self, namespace: str, labels: str) -> Manifests:
        """The pods that match the label selector, with what matters of them."""
        owner = find_owner(labels)
        if owner is None or not self._store.is_told("Pod", namespace):
            return await self._cluster.list_pods(namespace, labels)
        name = Name(PODS, namespace, owner)
        heads = self._store.select("Pod", namespace, owner)
        known = sum_up((head.uid, head.resource_version) for head in heads)
        kept: Manifests | None = self._bodies.find(name, known)
        if kept is not None:
            return kept
        return await self._cluster.list_pods(namespace, labels)

    async def confirm_pods(self, experiment: Experiment) -> None:
        """Ask for the pods of a run that is looked at. Raises SomethingToDo if they are others than those kept, whose
        addresses others may have by now, or if the look brings the run forward, whatever it shows."""
        run, meta = experiment.status.run, experiment.metadata
        if run is None or run.stage != "Running" or run.stepped_at is None:
            raise SomethingToDo
        live = await self._cluster.list_pods(meta.namespace, names.OF_EXPERIMENT + meta.name)
        heads = self._store.select("Pod", meta.namespace, meta.name)
        asked = sum_up((pod["metadata"]["uid"], pod["metadata"]["resourceVersion"]) for pod in live)
        if asked != sum_up((head.uid, head.resource_version) for head in heads):
            raise SomethingToDo

    async def list_services(self, namespace: str) -> Manifests:
        """The Services of a namespace that select pods, with their names and selectors, whoever made them."""
        return await self._cluster.list_services(namespace)

    async def is_served(self, kind: str, namespace: str | None) -> bool:
        """Whether the API server knows the kind."""
        return await self._cluster.is_served(kind, namespace)

    async def apply(self, manifest: Manifest, dry_run: bool = False) -> Manifest:
        """Only what is no write: a dry run, and what is refused because something is there already."""
        if dry_run:
            return await self._cluster.apply(manifest, dry_run=True)
        meta = manifest["metadata"]
        if meta.get("resourceVersion") == ABSENT["resourceVersion"]:
            found = await self._cluster.get_metadata(manifest["kind"], meta["namespace"], meta["name"])
            if found is not None:
                raise ClusterError(409, f"{manifest['kind']} {meta['name']} is there")
        raise SomethingToDo

    async def patch_status(self, namespace: str, name: str, version: str, patch: Manifest) -> Manifest:
        """Only what tells, and decides nothing."""
        if not self._only_tells(patch):
            raise SomethingToDo
        try:
            return await self._cluster.patch_status(namespace, name, version, patch)
        except ClusterError as error:
            if error.code == 409:  # what is kept is old
                raise SomethingToDo from None
            raise

    async def create(self, manifest: Manifest, dry_run: bool = False) -> bool:
        """Only what tells, likewise, and what only asks."""
        if dry_run:
            return await self._cluster.create(manifest, dry_run=True)
        if manifest["kind"] != "Event":
            raise SomethingToDo
        return await self._cluster.create(manifest)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a cluster can do is a write."""
        if name.startswith("_"):
            raise AttributeError(name)
        return refuse


async def refuse(*_: Any, **__: Any) -> NoReturn:
    """Refuse to write."""
    raise SomethingToDo


def write(kind: str, head: Metadata) -> Manifest:
    """A head as the plain document that everybody knows."""
    return kinds.head(kind) | {"metadata": msgspec.to_builtins(head)}
