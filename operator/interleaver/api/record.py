"""The evidence record of a run: plan, counts, evidence and verdict, enough to come to the same verdict again.

It is drawn up from the status, which holds all of it until the record is stored.
"""

import hashlib
import json
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


def second_name(experiment: str, run_id: str, digest: str) -> str:
    """Its name where somebody else has the first: nobody knows it before the verdict."""
    return f"{record_name(experiment, run_id)}-{digest.rpartition(':')[2][:10]}"


def draw_up(experiment: Experiment) -> Record | None:
    """The record of the run that has had its verdict; None while there is none."""
    run, decision, metadata = experiment.status.run, experiment.status.decision, experiment.metadata
    if run is None or decision is None or decision.run_id != run.id:
        return None
    if run.stage != "Reverting":
        # It goes on after the verdict, and decided nothing of it: a record that is stored again must be the same.
        run = run.model_copy(update={"probation": None})
    return Record(namespace=metadata.namespace, experiment=metadata.name, decision=decision, run=run)


def write(record: Record) -> str:
    """The text that the ConfigMap holds, readable as it stands."""
    return render(seal(record.to_dict()))


def render(document: dict[str, Any]) -> str:
    """A record as its ConfigMap holds it, whatever form it was kept in since."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def fingerprint(text: str) -> str:
    """The digest of the text, as `sha256sum` computes it. The status has it, so that the true record is known."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def seal(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a digest of all the rest. It shows slips and clumsy changes; it is no signature."""
    content = {key: value for key, value in document.items() if key != "digest"}
    return content | {"digest": digest(content)}
