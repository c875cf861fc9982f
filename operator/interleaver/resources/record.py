"""The ConfigMap that keeps the evidence record of a run, and which of them are too many (decision 6)."""

from collections.abc import Collection, Iterable
from itertools import islice

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.record import RECORD_FILE, draw_up, fingerprint, record_name, second_name, write
from interleaver.resources.metadata import child, stamp


def record_map(experiment: Experiment, taken: Collection[str] = ()) -> Manifest | None:
    """The record of the run that has had its verdict; None while there is none.

    Where its name is `taken` by something else, which is left alone, it gets another one.
    """
    record = draw_up(experiment)
    if record is None:
        return None
    owner, run_id, text = experiment.metadata, record.run.id, write(record)
    name = record_name(owner.name, run_id)
    name = second_name(owner.name, run_id, fingerprint(text)) if name in taken else name
    head = child(owner, "v1", "ConfigMap", name, labels={names.LABEL_RUN: run_id})
    body = head | {"immutable": True, "data": {RECORD_FILE: text}}
    return stamp(body, kept=experiment.spec.deletion_policy == "KeepServing")


def list_expired(live: Iterable[Manifest], kept: int, known: Collection[str] = ()) -> list[Manifest]:
    """The records beyond the newest `kept`. A run's id ends in its start, by which records are told old from new.

    Those that the history knows by name are kept before all others: whoever plants later ones pushes out none of them.
    """
    newest_first = sorted(live, key=lambda one: (one["metadata"].get("name") in known, *start_of(one)), reverse=True)
    return list(islice(newest_first, kept, None))


def list_known(experiment: Experiment) -> set[str]:
    """Names of the records that the status knows."""
    name, history = experiment.metadata.name, experiment.status.history
    return {past.record or record_name(name, past.run_id) for past in history}


def start_of(record: Manifest) -> tuple[str, str]:
    """When the run started, as its id says, and the id."""
    run_id = str(record["metadata"]["labels"][names.LABEL_RUN])
    return run_id.rpartition("-")[2], run_id
