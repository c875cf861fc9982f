"""Taking over: an experiment that is made again has what the former one of its name has left behind for it.

All that changes is the uid in the marks, object by object, so that no pod restarts. What says that it was kept goes
last: whoever goes on after a crash finds the rest by it.
"""

import logging
from collections.abc import Iterable
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.controller.acting.announcements import post
from interleaver.controller.acting.applying import identity, name_object
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import find_left_for, is_kept
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement
from interleaver.resources.metadata import list_shared_names

log: Final = logging.getLogger(__name__)


async def take_over(cluster: Cluster, experiment: Experiment, left: Iterable[Manifest], around: Surroundings) -> None:
    """Make what was left behind the experiment's own, with the records of former runs. Raises ClusterError."""
    meta = experiment.metadata
    await make_sure(cluster, experiment)
    maps = await cluster.list("ConfigMap", meta.namespace, names.OF_EXPERIMENT + meta.name)
    found = {identity(one): one for one in (*maps, *left, *await find_secrets(cluster, meta))}.values()
    ours = find_left_for(experiment, found)
    for live in sorted(ours, key=is_kept):
        mark = {names.ANNOTATION_KEPT: meta.uid} if is_kept(live) else {}
        labels = {names.LABEL_EXPERIMENT_UID: meta.uid}
        await cluster.patch(live, {"metadata": {"labels": labels, "annotations": mark}})
        log.info("took over object=%s", name_object(live))
    words = ", ".join(f"{one['kind']} {one['metadata']['name']}" for one in ours)
    message = f"took over what the former experiment of this name had left behind, as it is: {words}"
    await post(cluster, [Announcement("Normal", "TookOver", message)], meta, around)


async def find_secrets(cluster: Cluster, meta: Metadata) -> list[Manifest]:
    """The Secrets that routers mount, without what they hold; none for whoever may not look at them. Raises
    ClusterError.

    That of the keys is then known by the routers' configuration, which remembers that it was made.
    """
    found = []
    for name in list_shared_names(meta.name):
        try:
            found.append(await cluster.get_metadata("Secret", meta.namespace, name))
        except ClusterError as error:
            if error.code != 403:
                raise
    return [one for one in found if one is not None]


async def make_sure(cluster: Cluster, experiment: Experiment) -> None:
    """Raise a conflict unless this experiment is still there: who is late takes nothing from its successor."""
    meta = experiment.metadata
    live = await cluster.get_metadata(kinds.EXPERIMENT, meta.namespace, meta.name)
    if live is None or live["metadata"]["uid"] != meta.uid:
        raise ClusterError(409, f"the experiment {meta.name!r} is another one by now")
