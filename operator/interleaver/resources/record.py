"""The ConfigMap that keeps the evidence record of a run, and which of them are too many (decision 6)."""

import json
from collections.abc import Iterable
from itertools import islice

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.record import RECORD_FILE, draw_up, record_name, seal
from interleaver.resources.metadata import child, stamp


def record_map(experiment: Experiment) -> Manifest | None:
    """The record of the run that has had its verdict; None while there is none. It is readable as it stands."""
    record = draw_up(experiment)
    if record is None:
        return None
    owner, run_id = experiment.metadata, record.run.id
    head = child(owner, "v1", "ConfigMap", record_name(owner.name, run_id), labels={names.LABEL_RUN: run_id})
    text = json.dumps(seal(record.to_dict()), indent=1, ensure_ascii=False)
    return stamp(head | {"immutable": True, "data": {RECORD_FILE: text + "\n"}})


def list_expired(live: Iterable[Manifest], kept: int) -> list[Manifest]:
    """The records beyond the newest `kept`. A run's id ends in its start, by which records are told old from new."""
    newest_first = sorted(live, key=start_of, reverse=True)
    return list(islice(newest_first, kept, None))


def start_of(record: Manifest) -> tuple[str, str]:
    """When the run started, as its id says, and the id."""
    run_id = str(record["metadata"]["labels"][names.LABEL_RUN])
    return run_id.rpartition("-")[2], run_id
