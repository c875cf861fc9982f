"""`interleaver lab evaluate --tracking` from end to end: two running models, and a real MLflow."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interleaver.lab.commands.program import main
from interleaver.lab.tracking.library import connect
from tests.lab.tracking_server import KNOWN, Detour, TrackingServer
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.unit.lab.suites.folders import make_ranking

pytestmark = pytest.mark.timeout(600)  # the server takes long to start, and so does the library
QUERIES = 60


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


def rank(right: Callable[[int], bool], then: Callable[[], None] = lambda: None) -> Callable[[Seen], Reply]:
    """A model that puts the relevant item first where it is right, and does something else whenever it is asked."""

    def answer(seen: Seen) -> Reply:
        then()
        items = [1, 2, 3] if right(json.loads(seen.body)["row"]) else [2, 3, 1]
        return Reply(json.dumps({"items": [{"id": item} for item in items]}).encode())

    return answer


@pytest.fixture
def models(loop: Loop) -> Iterator[tuple[Model, Model]]:
    """A champion that is right every other time, and a candidate that always is."""
    champion, candidate = Model(loop).start(), Model(loop).start()
    champion.answer, candidate.answer = rank(lambda row: row % 2 == 0), rank(lambda row: True)
    yield champion, candidate
    champion.stop()
    candidate.stop()


@pytest.fixture
def words(tmp_path: Path, models: tuple[Model, Model]) -> list[str]:
    """The command, but for what is tracked where."""
    queries = [{"query": f"q{row}", "request": {"row": row}, "source": "production"} for row in range(QUERIES)]
    judgments = [{"query": f"q{row}", "item": item, "gain": item == 1} for row in range(QUERIES) for item in (1, 2, 3)]
    suite = make_ranking(tmp_path, queries=queries, judgments=[{**one, "gain": int(one["gain"])} for one in judgments])
    (tmp_path / "gate.yaml").write_text("version: 1\nrules: [{metric: nDCG@5, betterBy: 0.01}]")
    champion, candidate = models
    asked = ["evaluate", str(suite), "--champion", champion.url, "--candidate", candidate.url]
    return [
        *asked,
        "--gate",
        str(tmp_path / "gate.yaml"),
        "--output",
        str(tmp_path / "out"),
        "--resamples",
        "100",
        "--json",
    ]


def test_an_evaluation_that_passed_is_kept_and_registered(
    words: list[str], mlflow_server: TrackingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--tracking", mlflow_server.uri, "--register", "evaluated"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["gate"]["passed"], "MLflow prints nothing where the document goes"
    assert f"tracked, registered as evaluated/1: {mlflow_server.uri}/#/compare-runs" in said.err
    client = connect(mlflow_server.uri)
    run = client.get_model_version_by_alias("evaluated", "candidate").run_id
    assert run is not None
    assert client.get_run(run).data.metrics["nDCG_5"] == 1
    files = {file.path for file in client.list_artifacts(run)}
    assert {"report.html", "evaluation.json", "verdict.json", "junit.xml", "slices.json"} <= files


def test_a_server_that_goes_away_in_the_middle_costs_no_evaluation(
    words: list[str],
    models: tuple[Model, Model],
    mlflow_server: TrackingServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    detour = Detour(mlflow_server, KNOWN)
    models[1].answer = rank(lambda row: True, then=detour.close)
    assert main([*words, "--tracking", detour.uri]) == 2
    said = capsys.readouterr()
    assert "not tracked: http://127.0.0.3" in said.err
    assert "the server cannot be reached (connection refused)" in said.err
    assert json.loads(said.out)["gate"]["passed"]
    assert {"report.html", "evaluation.json", "verdict.json"} <= {file.name for file in (tmp_path / "out").iterdir()}


def test_a_server_that_is_not_there_is_told_before_a_model_is_asked(
    words: list[str], models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--tracking", "http://127.0.0.2:9"]) == 2
    assert "cannot be reached (connection refused)" in capsys.readouterr().err
    assert [model.seen for model in models] == [[], []]
