"""Runs in MLflow from their first to their last word, and the experiments that they lie in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient


def find_experiment(client: "MlflowClient", name: str, artifacts: str | None) -> str:
    """The id of the experiment, which is made where there is none."""
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found else str(client.create_experiment(name, artifacts))


@contextmanager
def open_run(
    client: "MlflowClient", experiment: str, milliseconds: int, tags: Mapping[str, str], name: str
) -> Iterator[str]:
    """A new run's id. When the block ends the run is finished, or failed where something was raised."""
    run: str = client.create_run(experiment, milliseconds, dict(tags), name).info.run_id
    done = False
    try:
        yield run
        done = True
    finally:
        client.set_terminated(run, "FINISHED" if done else "FAILED")
