"""What stressing and attacking came to is kept in MLflow, with the curves that its pages draw."""

import json
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.commands.exits import DONE, GATE_FAILED, UNUSABLE
from interleaver.lab.commands.program import main
from interleaver.lab.tracking.library import connect
from tests.lab.tracking_server import TrackingServer
from tests.router.model_servers import Model

from .cameras import answer_by, compare_halves, find_peak, make_faces
from .shops import answer_deafly, answer_nearly

pytestmark = pytest.mark.timeout(300)  # the server takes long to start

STRESS = ("--within", "20", "--burst", "4")
FORGED = ("--history", "/history", "--requests", "60", "--events", "3", "--within", "3")


def run(command: str, suite: Path, *words: str) -> int:
    """The command's exit code."""
    return main([command, str(suite), *words, "--output", str(suite.parent / "out")])


def read(suite: Path, file: str) -> Any:
    return json.loads((suite.parent / "out" / file).read_text())


def read_runs(uri: str, experiment: str) -> dict[str, Any]:
    """The runs of an experiment, by the model that they are of."""
    client = connect(uri)
    found = client.get_experiment_by_name(experiment)
    assert found is not None
    return {run.data.tags["interleaver.role"]: run for run in client.search_runs([found.experiment_id])}


def read_curve(uri: str, run: Any, metric: str) -> dict[int, float]:
    """Values by step."""
    return {each.step: each.value for each in connect(uri).get_metric_history(run.info.run_id, metric)}


def test_a_stressed_model_has_a_run_with_what_held_and_how_it_falls_by_strength(
    tmp_path: Path, robust: Model, fragile: Model, mlflow_server: TrackingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    faces, uri = make_faces(tmp_path, 12), mlflow_server.uri
    robust.answer, fragile.answer = answer_by(compare_halves), answer_by(find_peak)
    models = ("--champion", robust.url, "--candidate", fragile.url)
    assert run("stress", faces, *STRESS, *models, "--most-fall", "0.3", "--tracking", uri) == GATE_FAILED
    assert f"tracked: {uri}/#/compare-runs?" in capsys.readouterr().err
    document, runs = read(faces, "stress.json"), read_runs(uri, "faces")
    assert set(runs) == {"champion", "candidate"}
    assert runs["champion"].info.run_name == "faces: stress champion"
    assert runs["candidate"].data.params["url"] == fragile.url
    assert runs["candidate"].data.params["most_fall"] == "0.3"
    assert runs["candidate"].data.tags["interleaver.suite.sha256"] == document["suite"]["digest"]
    assert runs["champion"].data.metrics["stress/burst/held"] == 1
    noise = {each["corruption"]: each for each in document["models"][1]["curves"]}["noise"]
    told = {
        step["strength"]: figure["disturbed"]
        for step in noise["strengths"]
        for figure in step["figures"]
        if (figure["metric"], figure["slice"]) == ("AUC", None)
    }
    assert read_curve(uri, runs["candidate"], "stress/noise/AUC") == pytest.approx(told)
    assert len(told) == 5
    files = {file.path for file in connect(uri).list_artifacts(runs["candidate"].info.run_id)}
    assert files == {"stress.html", "stress.json"}


def test_an_attacked_model_has_a_run_with_its_rates_by_requests_and_by_events(
    shop: Path, robust: Model, fragile: Model, mlflow_server: TrackingServer
) -> None:
    robust.answer, fragile.answer, uri = answer_deafly, answer_nearly, mlflow_server.uri
    models = ("--champion", robust.url, "--candidate", fragile.url)
    assert run("attack", shop, *FORGED, *models, "--tracking", uri, "--experiment", "cheating") == DONE
    document, runs = read(shop, "attack.json"), read_runs(uri, "cheating")
    (search,) = (each for each in document["models"][1]["attacks"] if each["attack"] == "search")
    by_requests = {each["requests"]: each["rate"] for each in search["byRequests"]}
    assert read_curve(uri, runs["candidate"], "attack/search/by requests") == pytest.approx(by_requests)
    assert set(read_curve(uri, runs["candidate"], "attack/search/by events")) == {1, 2, 3}
    assert runs["candidate"].data.metrics["attack/search/by events"] > 0
    assert runs["champion"].data.metrics["attack/search/by events"] == 0


@pytest.mark.parametrize("command", ["stress", "attack"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tracking", "/nowhere/runs"), "is a folder, and MLflow keeps runs in none"),
        (("--experiment", "films"), "--experiment: is of MLflow, which nothing is kept in"),
    ],
)
def test_what_could_not_be_kept_is_refused_before_anything_is_asked(
    command: str, words: tuple[str, ...], said: str, shop: Path, robust: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    own = FORGED if command == "attack" else ()
    assert run(command, shop, "--candidate", robust.url, *own, *words) == UNUSABLE
    assert said in capsys.readouterr().err
    assert robust.seen == []
