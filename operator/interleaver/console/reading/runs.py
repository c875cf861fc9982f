"""Runs of MLflow, a page at a time: which there are, and two of them side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interleaver.console.reading.missing import Missing
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.faults import NotTracked, explained
from interleaver.lab.tracking.library import connect
from interleaver.lab.tracking.place import FOLDER, check_uri

MOST: Final = 50
"""Runs that are asked for at once."""


@dataclass(frozen=True)
class Runs:
    """A page of an experiment's runs, newest first; `following` asks for the next one, empty at the end."""

    runs: Sequence["Run"]
    following: str = ""


@dataclass(frozen=True)
class Run:
    """One run."""

    id: str
    name: str
    started: datetime
    url: str
    suite: str
    metrics: Mapping[str, float]

    def describe(self) -> str:
        return f"{self.name}, {self.started:%Y-%m-%d %H:%M} UTC, {self.id[:8]}"


def find_tracking(given: str | None, evaluation: Path) -> str:
    """The store that is named, or the one that an evaluation keeps beside itself. Raises Missing and Unusable."""
    if given:
        check_uri(given)
        return given
    database = evaluation.resolve() / FOLDER / "mlflow.db"
    if not database.is_file():
        raise Missing(
            "There is no MLflow to compare runs of.",
            f"Start the console with --tracking URI, or run interleaver lab evaluate with --tracking: {database} is "
            "not there.",
        )
    return f"sqlite:///{database}"


def list_experiments(uri: str) -> dict[str, str]:
    """Names of experiments by their ids, those changed last first. Raises Unusable."""
    try:
        with explained(uri):
            found = connect(uri).search_experiments(max_results=MOST, order_by=["last_update_time DESC"])
    except NotTracked as problem:
        raise Unusable("MLflow", str(problem)) from None
    return {each.experiment_id: each.name for each in found}


def list_runs(uri: str, experiment: str, following: str = "") -> Runs:
    """A page of the runs of an experiment. Raises Unusable."""
    try:
        with explained(uri):
            found = connect(uri).search_runs(
                [experiment], max_results=MOST, order_by=["attributes.start_time DESC"], page_token=following or None
            )
    except NotTracked as problem:
        raise Unusable("MLflow", str(problem)) from None
    return Runs([read_run(run) for run in found], found.token or "")


def read_run(found: object) -> Run:
    """A run as MLflow's client has it."""
    info, data = found.info, found.data  # type: ignore[attr-defined]
    started = datetime.fromtimestamp((info.start_time or 0) / 1000, UTC)
    suite = data.tags.get("interleaver.suite.sha256", "")
    return Run(info.run_id, info.run_name or info.run_id, started, data.params.get("url", ""), suite, data.metrics)
