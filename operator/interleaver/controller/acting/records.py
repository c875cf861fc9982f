"""Evidence records in the cluster. They are asked for only when a run has been decided: all else can do without."""

from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.record import draw_up, record_name
from interleaver.controller.acting.pruning import prune
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import is_made_for, is_ours
from interleaver.resources.record import list_expired

KIND: Final = "ConfigMap"


async def is_recorded(cluster: Cluster, experiment: Experiment) -> bool:
    """Whether the run that has had its verdict is on record; False while there is none. Raises ClusterError."""
    record = draw_up(experiment)
    if record is None:
        return False
    meta = experiment.metadata
    live = await cluster.get_metadata(KIND, meta.namespace, record_name(meta.name, record.run.id))
    return live is not None and is_ours(live, experiment)


async def find_records(cluster: Cluster, experiment: Experiment, which: str) -> list[Manifest]:
    """The records of this very experiment without their content, by a further selector. Raises ClusterError."""
    meta = experiment.metadata
    found = await cluster.list(KIND, meta.namespace, f"{names.LABEL_EXPERIMENT}={meta.name},{which}")
    return [live for live in found if is_made_for(live, experiment)]


async def make_room(cluster: Cluster, experiment: Experiment, wanted: list[Manifest]) -> int:
    """Delete the oldest records when a new one is about to be stored, so that historyLimit holds with it.

    The newest is always kept, for its run may still need it. Returns how many went. Raises ClusterError.
    """
    if not any(names.LABEL_RUN in manifest["metadata"]["labels"] for manifest in wanted):
        return 0
    records = await find_records(cluster, experiment, names.LABEL_RUN)
    return await prune(cluster, list_expired(records, max(0, experiment.spec.history_limit - 1)))
