"""The evidence record of a run: plan, counts, evidence and verdict, enough to come to the same verdict again.

It is drawn up from the status, which holds all of it until the record is stored.
"""

from typing import Any, Final, Literal

from interleaver.api.experiment import Experiment
from interleaver.api.fields import Line, Model
from interleaver.api.revision import digest
from interleaver.api.status import Decision, Run

RECORD_FILE: Final = "record.json"  # the key of the ConfigMap


class Record(Model):
    """One run, as it stood when it was decided."""

    version: Literal[1] = 1
    """Version of this form."""
    namespace: Line
    """Where the experiment is."""
    experiment: Line
    """Its name."""
    decision: Decision
    """The verdict."""
    run: Run
    """The run: frozen plan, ledger, tally, evidence, trail, steps up, gaps and guardrails."""


def record_name(experiment: str, run_id: str) -> str:
    """Name of the ConfigMap with a run's record."""
    return f"{experiment}-{run_id}"


def draw_up(experiment: Experiment) -> Record | None:
    """The record of the run that has had its verdict; None while there is none."""
    run, decision, metadata = experiment.status.run, experiment.status.decision, experiment.metadata
    if run is None or decision is None or decision.run_id != run.id:
        return None
    return Record(namespace=metadata.namespace, experiment=metadata.name, decision=decision, run=run)


def seal(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a digest of all the rest. It shows slips and clumsy changes; it is no signature."""
    content = {key: value for key, value in document.items() if key != "digest"}
    return content | {"digest": digest(content)}
