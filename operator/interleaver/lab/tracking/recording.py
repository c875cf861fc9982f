"""Keeps an evaluation in MLflow: a run for every model, so that its own page compares them under the same names.

The champion's and the candidates' runs have the same metrics. A candidate's run has the report, the documents, the
verdict and the table of slices, too.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .choosing import choose, read_values
from .comparing import list_roles
from .describing import describe_data, describe_settings, describe_tags
from .faults import explained
from .library import connect
from .place import Store, hide_password
from .registry import register
from .runs import find_experiment, open_run
from .tables import TAG, TAGGED, write_table

if TYPE_CHECKING:
    from mlflow import MlflowClient

FILES: Final = ("report.html", "evaluation.json", "verdict*.json", "junit*.xml", "plots/*.svg")
"""Of the output folder; answers are not among them, for they may be of people."""


@dataclass(frozen=True)
class Tracked:
    """What was kept, by MLflow's ids."""

    store: Store
    experiment: str
    runs: Mapping[str, str] = field(default_factory=dict)
    """Run by role: champion, candidate, candidate-2 …"""
    registered: str | None = None
    """`NAME/VERSION` that now has the alias `candidate`."""

    @property
    def page(self) -> str | None:
        """MLflow's own page with all models side by side; a database has none."""
        if not self.store.is_remote:
            return None
        runs, experiments = json.dumps(list(self.runs.values())), json.dumps([self.experiment])
        uri = hide_password(self.store.uri, self.store.uri).rstrip("/")
        return f"{uri}/#/compare-runs?runs={runs}&experiments={experiments}".replace(" ", "")


def log_evaluation(
    document: Mapping[str, Any], folder: Path, store: Store, *, experiment: str, now: datetime, model: str | None = None
) -> Tracked:
    """Keep the evaluation of this document, whose files are in `folder`; `model` is registered if the gate passed.
    Raises NotTracked with words; runs that were begun are then marked as failed."""
    with explained(store.uri):
        recorder = Recorder(connect(store.uri), document, int(now.timestamp() * 1000))
        place = find_experiment(recorder.client, experiment, store.artifacts)
        runs = {role: recorder.record(place, role, trial, folder) for role, (trial, _) in list_roles(document).items()}
        passed = bool(document["gate"] and document["gate"]["passed"])
        registered = recorder.register(model, runs["candidate"]) if model and passed else None
        return Tracked(store, place, runs, registered)


@dataclass(frozen=True)
class Recorder:
    """Writes runs through one client; all of them have one time."""

    client: "MlflowClient"
    document: Mapping[str, Any]
    milliseconds: int

    def record(self, experiment: str, role: str, trial: Mapping[str, Any], folder: Path) -> str:
        """One model's run, from its first to its last word; returns its id."""
        tags = describe_tags(self.document, role, trial)
        name = f"{self.document['suite']['name']}: {role}"
        with open_run(self.client, experiment, self.milliseconds, tags, name) as run:
            self.write(run, role, trial)
            if role != "champion":
                self.write_files(run, trial, folder)
        return run

    def write(self, run: str, role: str, trial: Mapping[str, Any]) -> None:
        """Metrics, settings and the suite."""
        from mlflow.entities import DatasetInput, InputTag, Metric, Param

        values = read_values(choose(trial), role.partition("-")[0])
        metrics = [Metric(name, value, self.milliseconds, 0) for name, value in values.items()]
        settings = [Param(name, value) for name, value in describe_settings(self.document, role, trial).items()]
        self.client.log_batch(run, metrics, settings)
        context = InputTag("mlflow.data.context", "evaluation")
        digest = InputTag("interleaver.suite.sha256", self.document["suite"]["digest"])
        self.client.log_inputs(run, [DatasetInput(describe_data(self.document), [context, digest])])

    def write_files(self, run: str, trial: Mapping[str, Any], folder: Path) -> None:
        """The table of slices and the files of the evaluation."""
        with tempfile.TemporaryDirectory() as temporary:
            self.client.log_artifact(run, str(write_table(trial, Path(temporary))))
        for file in list_files(folder):
            self.client.log_artifact(run, str(file), file.parent.name if file.parent != folder else None)
        self.client.set_tag(run, TAG, TAGGED)

    def register(self, model: str, run: str) -> str:
        """The candidate as a version of a model."""
        source = self.client.get_run(run).info.artifact_uri
        tags = {"interleaver.url": self.document["candidate"], "interleaver.verdict": "passed"}
        return register(self.client, model, run, source, tags)


def list_files(folder: Path) -> Sequence[Path]:
    """What of the output folder is kept: documents, page and plots."""
    return [file for pattern in FILES for file in sorted(folder.glob(pattern)) if file.is_file()]
