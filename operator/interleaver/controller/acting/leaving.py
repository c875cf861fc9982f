"""Leaving: what an experiment that is gone leaves behind.

What it had adopted is given back. What it has kept serves on: its routers are told that no run is going on, for the
candidate goes with the experiment. Nothing is lost by an operator that is away when the experiment is deleted: when it
starts, kopf lists every Service with our label, and the visit finds the experiment gone.
"""

import logging
from collections.abc import Iterable
from typing import Final

import msgspec

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.routing import Config, decode, encode
from interleaver.controller.acting.announcements import post
from interleaver.controller.acting.applying import name_object
from interleaver.controller.acting.giving_back import find_adopter, give_back_all
from interleaver.controller.acting.touching import find_untouched, touch
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import find_left
from interleaver.controller.cluster.replicas import find_set, find_sets
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement
from interleaver.resources.metadata import router_object_name

log: Final = logging.getLogger(__name__)

PASSING: Final = (
    "the experiment is gone and what served was kept: routers pass all requests to {serving}, and the run, if "
)
PASSING_END: Final = "there was one, is over. To remove what was kept: interleaver cleanup -n {namespace} {name}"


async def leave(cluster: Cluster, namespace: str, experiment: str, around: Surroundings) -> None:
    """See to what an experiment that is gone has left behind. Raises ClusterError.

    An API server that does not know the kind, as for a moment when the CRD changes, does not say that it is gone.
    """
    services = await cluster.list("Service", namespace, names.OF_EXPERIMENT + experiment)
    if services:
        await cluster.is_served(kinds.EXPERIMENT, namespace)
    kept = find_left(services)
    await give_back_all(cluster, [one for one in services if one not in kept], around)
    if kept:
        await let_pass(cluster, find_adopter(kept[0]), around)


async def let_pass(cluster: Cluster, former: Metadata, around: Surroundings) -> None:
    """Tell the routers that were kept that no run is going on. Raises ClusterError."""
    live = await cluster.get("ConfigMap", former.namespace, router_object_name(former.name))
    config = read_config(live) if live and find_left([live]) else None
    if live is None or config is None:
        return
    passing = pass_through(config)
    if passing != config:
        await cluster.patch(live, describe(passing))
        log.info("let pass object=%s", name_object(live))
        message = PASSING.format(serving=config.serving.revision)
        message += PASSING_END.format(namespace=former.namespace, name=former.name)
        await post(cluster, [Announcement("Normal", "KeptServing", message)], former, around)
    pods = await find_pods(cluster, former)
    await touch(cluster, find_untouched(pods, passing.generation), passing.generation)


def read_config(live: Manifest) -> Config | None:
    """The routers' configuration; None when it cannot be read, and is no router's either."""
    try:
        return decode((live.get("data") or {}).get(names.CONFIG_FILE, ""))
    except (msgspec.MsgspecError, RecursionError):
        return None


def pass_through(config: Config) -> Config:
    """The configuration without run and candidate; the same one if it has neither."""
    passing = msgspec.structs.replace(config, run=None, candidate=None, percent=0, overall=False)
    return config if passing == config else msgspec.structs.replace(passing, generation=config.generation + 1)


def describe(config: Config) -> Manifest:
    """The patch that puts it into the ConfigMap, which then is not as it was applied any more."""
    return {
        "data": {names.CONFIG_FILE: encode(config) + "\n"},
        "metadata": {"annotations": {names.ANNOTATION_APPLIED: None}},
    }


async def find_pods(cluster: Cluster, former: Metadata) -> Iterable[Manifest]:
    """The pods of the Deployments that were kept. Raises ClusterError."""
    selector = names.OF_EXPERIMENT + former.name
    deployments = find_left(await cluster.list("Deployment", former.namespace, selector))
    sets = await find_sets(cluster, former, {one["metadata"]["uid"] for one in deployments})
    return [pod for pod in await cluster.list_pods(former.namespace, selector) if find_set(pod) in sets]
