"""Children: the live objects of one experiment.

Those that matter are read by the names that they must have, for whoever may write in the namespace may put our label on
anything. What is listed by label is listed without its content.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Identity, resolve
from interleaver.api.status import Serving, Status
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import find_adopted, find_left_for, is_ours, is_owned_by
from interleaver.controller.cluster.pods import revision_hash
from interleaver.controller.cluster.replicas import Lineage, sort_pods
from interleaver.resources.metadata import revision_object_name, router_object_name

# What each revision has, by its name; and what is looked for by label, so that it goes when nothing needs it any more.
OF_REVISIONS: Final = ("Deployment", "Service", "ControllerRevision")


@dataclass(frozen=True)
class Children:
    """The live objects of an experiment, by the names that they must have; the Service of the entry's name, whoever
    made that; the pods; and what carries the experiment's label."""

    objects: Mapping[tuple[str, str], Manifest] = field(default_factory=dict)  # by kind and name
    pods: tuple[Manifest, ...] = ()  # what is read of them, see cluster/pod_answers.py
    strangers: tuple[Manifest, ...] = ()  # pods that are selected as ours are, and are none
    entry: Manifest | None = None
    labelled: tuple[Manifest, ...] = ()  # without their content
    owned: frozenset[tuple[str, str]] = frozenset()  # which of the objects go with the experiment, by kind and name
    left: tuple[Manifest, ...] = ()  # of a former experiment of this name, which is taken over; likewise

    @property
    def adopted(self) -> tuple[Manifest, ...]:
        """Services that say of themselves that they were taken over, without their content."""
        return find_adopted(self.labelled)

    def find(self, kind: str, name: str) -> Manifest | None:
        """The live object of that kind and name."""
        return self.objects.get((kind, name))

    def of_kind(self, kind: str) -> Iterator[Manifest]:
        """The live objects of a kind."""
        return (live for (found, _), live in self.objects.items() if found == kind)

    def pods_of(self, hash_: str) -> tuple[Manifest, ...]:
        """A revision's pods."""
        return tuple(pod for pod in self.pods if revision_hash(pod) == hash_)


async def find_children(cluster: Cluster, experiment: Experiment, lineage: Lineage) -> Children:
    """Read all that belongs to an experiment; `lineage` is what is known of its pods already.

    Raises ClusterError; TooLarge when somebody has blown something up.
    """
    meta = experiment.metadata
    entry = await cluster.get("Service", meta.namespace, experiment.spec.service.name)
    wanted = list_named(experiment, list_hashes(experiment, entry))
    selector = names.OF_EXPERIMENT + meta.name
    objects, pods, labelled = await asyncio.gather(
        asyncio.gather(*(cluster.get(kind, meta.namespace, name) for kind, name in wanted)),
        cluster.list_pods(meta.namespace, selector),
        asyncio.gather(*(cluster.list(kind, meta.namespace, selector) for kind in OF_REVISIONS)),
    )
    named = zip(wanted, objects, strict=True)
    found = {key: live for key, live in named if live is not None and is_ours(live, experiment)}
    heads = tuple(head for heads in labelled for head in heads)
    configs = [live for live in objects if live is not None and live["kind"] == "ConfigMap"]
    # By name, for its labels may have been taken away, and by label, for it may be one that is about to be removed: a
    # pod that is left out by mistake would be counted again when it is back.
    deployments = [live for live in (*found.values(), *heads) if live["kind"] == "Deployment"]
    deployments = [live for live in deployments if is_ours(live, experiment)]
    ours, strangers = await sort_pods(cluster, experiment, pods, deployments, lineage)
    owned = frozenset(key for key, live in found.items() if is_owned_by(live, experiment))
    return Children(found, ours, strangers, entry, heads, owned, find_inheritance(experiment, [*heads, *configs]))


def find_inheritance(experiment: Experiment, live: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """What a former experiment of this name has left behind for this one, while this one serves nothing of its own.

    Where its entry Service has another name than this one's, its users are others as well: nothing is taken.
    """
    if experiment.status.serving:
        return ()
    left = find_left_for(experiment, live)
    entries = {one["metadata"]["name"] for one in left if one["kind"] == "Service" and revision_hash(one) is None}
    return tuple(left) if entries <= {experiment.spec.service.name} else ()


def list_hashes(experiment: Experiment, entry: Manifest | None) -> list[str]:
    """The revisions that may have to exist: those of the status and of the spec, and the one that the entry leads to,
    which is all that is known on the day the status is lost."""
    status, spec = experiment.status, experiment.spec
    selector = (entry["spec"].get("selector") or {}) if entry else {}
    known = [one.hash for one in list_in_use(status)]
    known += [revision.hash for one in (spec.champion, spec.candidate) if one and (revision := resolve(one))]
    return list(dict.fromkeys([*known, *([selector[names.LABEL_HASH]] if names.LABEL_HASH in selector else [])]))


def list_in_use(status: Status) -> list[Identity | Serving]:
    """The revisions that serve, served, or are in the run; one may be among them twice."""
    former = status.serving.former if status.serving else None
    of_run = (status.run.plan.champion, status.run.plan.candidate) if status.run else ()
    return [one for one in (status.serving, former, *of_run) if one]


def list_named(experiment: Experiment, hashes: Iterable[str]) -> list[tuple[str, str]]:
    """What is read by name: the routers' configuration, and what each revision has."""
    owner = experiment.metadata.name
    of_revisions = [(kind, revision_object_name(owner, hash_)) for hash_ in hashes for kind in OF_REVISIONS]
    return [("ConfigMap", router_object_name(owner)), *of_revisions]
