"""Giving back: an adopted Service leads again to where it did before, and is the experiment's no more.

It has no owner reference, so that it outlives the experiment; that it was adopted stands on the Service itself. Nothing
is lost by an operator that is away when the experiment is deleted: the Service is found when it starts (decision 27).
"""

import logging
from collections.abc import Iterable
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.controller.acting.announcements import post
from interleaver.controller.acting.applying import identity, name_object
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import is_adopted_by, is_kept
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement
from interleaver.resources.adoption import give_back, read_former

log: Final = logging.getLogger(__name__)


def find_returned(experiment: Experiment, adopted: Iterable[Manifest]) -> list[Manifest]:
    """Services to give back though an experiment of that name is there: by order, or of one before this that has not
    kept them."""
    underway = experiment.status.underway
    is_ordered = underway is not None and underway.reason == conditions.GIVING_BACK_SERVICE
    return [live for live in adopted if is_ordered or not (is_adopted_by(live, experiment) or is_kept(live))]


async def give_back_all(cluster: Cluster, heads: Iterable[Manifest], around: Surroundings) -> None:
    """Give back those of the Services, known by their metadata, that were adopted, and tell. Raises ClusterError."""
    for head in heads:
        live = await give_back_one(cluster, head)
        former = read_former(live) if live else None
        if live is None or former is None:
            continue
        log.info("gave back object=%s", name_object(live))
        selector = ",".join(f"{key}={value}" for key, value in sorted(former.selector.items()))
        message = (
            f"the Service {live['metadata']['name']!r} leads again to pods with {selector}, as before its adoption"
        )
        await post(cluster, [Announcement("Normal", "ServiceGivenBack", message)], find_adopter(live), around)


async def give_back_one(cluster: Cluster, head: Manifest) -> Manifest | None:
    """Give back a Service, known by its metadata, if it was adopted; returns it as it was, None when there is none to
    give back, or it is gone by now. Raises ClusterError.
    """
    live = await cluster.get("Service", *identity(head)[1:]) if read_former(head) else None
    former = read_former(live) if live else None
    if live is None or former is None:
        return None
    try:
        await cluster.patch(live, give_back(live, former))
    except ClusterError as error:
        if error.code != 404:
            raise
        return None
    return live


def find_adopter(live: Manifest) -> Metadata:
    """The experiment that adopted a Service, as its labels name it; it may be gone."""
    labels, namespace = live["metadata"].get("labels") or {}, live["metadata"]["namespace"]
    uid, name = labels.get(names.LABEL_EXPERIMENT_UID, ""), labels.get(names.LABEL_EXPERIMENT, "")
    return Metadata.model_validate({"name": name, "namespace": namespace, "uid": uid})
