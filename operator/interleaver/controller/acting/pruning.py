"""Pruning: what belongs to a revision that is no longer desired is deleted, and nothing else ever is."""

import logging
from collections.abc import Iterable
from typing import Final

from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.acting.applying import name_object
from interleaver.controller.cluster.children import Children
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import is_made_for, is_ours
from interleaver.controller.cluster.pods import is_terminating, revision_hash

log: Final = logging.getLogger(__name__)

# Only a revision's own objects ever go; the entry Service, the ConfigMap and the key Secret live with the experiment.
PRUNED: Final = ("Deployment", "Service", "ControllerRevision")


def find_superfluous(experiment: Experiment, wanted: Iterable[Manifest], children: Children) -> list[Manifest]:
    """Live objects of revisions that nothing desired belongs to any more, without their content.

    Only objects with all our labels, and the uid of this very experiment; never what serves; and nothing at all when
    nothing is desired, for then something is wrong.
    """
    kept = {hash_ for manifest in wanted if (hash_ := revision_hash(manifest))}
    if not kept:
        return []
    if experiment.status.serving:
        kept.add(experiment.status.serving.hash)
    return [
        live
        for live in children.labelled
        if live["kind"] in PRUNED
        and is_made_for(live, experiment)
        and is_ours(live, experiment)
        and revision_hash(live) not in {*kept, None}
        and live["metadata"]["name"] != experiment.spec.service.name
        and not is_terminating(live)
    ]


async def prune(cluster: Cluster, superfluous: Iterable[Manifest]) -> int:
    """Delete objects that are no longer desired; returns how many. Raises ClusterError."""
    count = 0
    for live in superfluous:
        await cluster.delete(live)
        count += 1
        log.info("deleted object=%s", name_object(live))
    return count
