"""Keeps in MLflow what stressing or attacking models came to: a run for every model, whose curves MLflow draws.

The step of a metric is what its curve is over: the strength of a corruption, the requests of an attack, or how much
it forged.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .choosing import is_number
from .describing import show
from .faults import explained
from .library import connect
from .names import clean
from .place import Store
from .recording import Tracked
from .runs import find_experiment, open_run

if TYPE_CHECKING:
    from mlflow import MlflowClient

Kind = Literal["stress", "attack"]


class Point(NamedTuple):
    """One value of a metric."""

    name: str
    value: float
    step: int


def log_robust(
    document: Mapping[str, Any], folder: Path, store: Store, *, kind: Kind, experiment: str, now: datetime
) -> Tracked:
    """Keep this document, whose files are in `folder`. Raises NotTracked with words; a run that was begun has failed
    then."""
    milliseconds = int(now.timestamp() * 1000)
    with explained(store.uri):
        client = connect(store.uri)
        place = find_experiment(client, experiment, store.artifacts)
        runs = {}
        for model in document["models"]:
            name, tags = f"{document['suite']['name']}: {kind} {model['name']}", describe(document, model, kind)
            with open_run(client, place, milliseconds, tags, name) as run:
                write(client, run, document, model, kind, milliseconds)
                for file in (folder / f"{kind}.html", folder / f"{kind}.json"):
                    client.log_artifact(run, str(file))
            runs[model["name"]] = run
        return Tracked(store, place, runs)


def describe(document: Mapping[str, Any], model: Mapping[str, Any], kind: Kind) -> Mapping[str, str]:
    """The run's tags: by the suite's digest it is found beside evaluations of the same suite."""
    return {
        "interleaver.kind": kind,
        "interleaver.role": model["name"],
        "interleaver.suite.sha256": document["suite"]["digest"],
        "interleaver.partial": str(model["partial"]).lower(),
    }


def write(
    client: "MlflowClient", run: str, document: Mapping[str, Any], model: Mapping[str, Any], kind: Kind, now: int
) -> None:
    """Metrics and settings."""
    from mlflow.entities import Metric, Param

    points = list_held(model) if kind == "stress" else list_rates(model, document["forged"])
    metrics = [Metric(point.name, point.value, now, point.step) for point in points if is_number(point.value)]
    settings = {"suite": document["suite"]["name"], "url": model["model"], **document["settings"]}
    client.log_batch(run, metrics, [Param(name, show(value)) for name, value in settings.items()])


def list_held(model: Mapping[str, Any]) -> Iterator[Point]:
    """Of each kind of disturbance the share of cases in which all held, of those of which it can be told; of each
    corruption of pictures what the whole suite's figures are at each strength."""
    for kind in model["kinds"]:
        if told := kind["held"] + kind["broken"]:
            yield Point(f"stress/{clean(kind['kind'])}/held", kind["held"] / told, 0)
    for curve in model["curves"]:
        for at in curve["strengths"]:
            for figure in (each for each in at["figures"] if each["slice"] is None):
                name = f"stress/{clean(curve['corruption'])}/{clean(figure['metric'])}"
                yield Point(name, figure["disturbed"], at["strength"])


def list_rates(model: Mapping[str, Any], forged: str | None) -> Iterator[Point]:
    """Of each attack the share that has succeeded, by requests and by what was forged."""
    for attack in model["attacks"]:
        size = f"/{clean(str(attack['size']))}" if attack["size"] is not None else ""
        name = f"attack/{clean(attack['attack'])}{size}"
        yield from (Point(f"{name}/by requests", each["rate"], each["requests"]) for each in attack["byRequests"])
        yield from (Point(f"{name}/by {forged}", each["rate"], each["forged"]) for each in attack["byForged"])
