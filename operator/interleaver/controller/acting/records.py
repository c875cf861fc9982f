"""Evidence records in the cluster: whether each is there, and the true one, and room for the next.

One is looked for at every visit while its run is in the status, for then it can be stored again; the others in turn.
"""

from dataclasses import replace
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import FoundRecord
from interleaver.api.record import RECORD_FILE, draw_up, fingerprint, record_name, second_name, write
from interleaver.controller.acting.pruning import prune
from interleaver.controller.cluster.gateway import Cluster, TooLarge
from interleaver.controller.cluster.ownership import is_made_for
from interleaver.resources.record import list_expired, list_known

KIND: Final = "ConfigMap"


async def look_for_records(cluster: Cluster, experiment: Experiment, turn: int | None) -> tuple[FoundRecord, ...]:
    """What is found of the record of the run that has had its verdict, and of the one of the history whose `turn` it is
    (None: nobody's). Raises ClusterError."""
    history, record = experiment.status.history, draw_up(experiment)
    digests = {past.run_id: past.digest for past in history}
    found = []
    if record is not None:
        digest = digests.pop(record.run.id, None) or fingerprint(write(record))
        found.append(replace(await look_for(cluster, experiment, record.run.id, digest), awaited=True))
    told = [(run_id, digest) for run_id, digest in digests.items() if digest]
    if turn is not None and told:
        found.append(await look_for(cluster, experiment, *told[turn % len(told)]))
    return tuple(found)


async def look_for(cluster: Cluster, experiment: Experiment, run_id: str, digest: str) -> FoundRecord:
    """What is found at the names that a run's record may have. Raises ClusterError."""
    owner, taken = experiment.metadata, list[str]()
    for name in (record_name(owner.name, run_id), second_name(owner.name, run_id, digest)):
        found = await read_digest(cluster, owner.namespace, name)
        if found == digest:
            return FoundRecord(run_id, "Kept", name, tuple(taken))
        taken += [name] if found is not None else []
    return FoundRecord(run_id, "Changed" if taken else "Missing", taken=tuple(taken))


async def read_digest(cluster: Cluster, namespace: str, name: str) -> str | None:
    """The digest of the record in a ConfigMap, empty when that holds none; None when there is no ConfigMap."""
    try:
        live = await cluster.get(KIND, namespace, name)
    except TooLarge:
        return ""
    if live is None:
        return None
    text = (live.get("data") or {}).get(RECORD_FILE)
    return fingerprint(text) if text else ""


async def find_records(cluster: Cluster, experiment: Experiment, which: str) -> list[Manifest]:
    """The records of this very experiment without their content, by a further selector. Raises ClusterError."""
    meta = experiment.metadata
    found = await cluster.list(KIND, meta.namespace, f"{names.OF_EXPERIMENT}{meta.name},{which}")
    return [live for live in found if is_made_for(live, experiment)]


async def make_room(cluster: Cluster, experiment: Experiment, wanted: list[Manifest]) -> int:
    """Delete the oldest records when a new one is about to be stored, so that historyLimit holds with it.

    The newest is always kept, for its run may still need it. Returns how many went. Raises ClusterError.
    """
    if not any(names.LABEL_RUN in manifest["metadata"]["labels"] for manifest in wanted):
        return 0
    records = await find_records(cluster, experiment, names.LABEL_RUN)
    return await prune(
        cluster, list_expired(records, max(0, experiment.spec.history_limit - 1), list_known(experiment))
    )
