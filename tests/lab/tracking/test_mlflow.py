"""Evaluations in a real MLflow, over HTTP and under another name than localhost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.commands.program import run
from interleaver.lab.report.writing import write_report
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.checking import check_tracking
from interleaver.lab.tracking.comparing import read_side
from interleaver.lab.tracking.faults import NotTracked
from interleaver.lab.tracking.library import connect
from interleaver.lab.tracking.place import Store
from interleaver.lab.tracking.recording import Tracked, log_evaluation
from tests.lab.browser import Browser
from tests.lab.tracking_server import UNKNOWN, Detour, TrackingServer
from tests.unit.lab.builders import make_evaluation, make_evaluation_document, make_gate_result

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
pytestmark = pytest.mark.timeout(600)  # the server takes long to start, and so does the library


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What evaluate leaves: the document and the page, with a plot beside them."""
    folder = tmp_path_factory.mktemp("output")
    write_report(make_evaluation(), [make_gate_result()], folder, now=NOW)
    (folder / "evaluation.json").write_text(json.dumps(make_evaluation_document(make_gate_result())))
    (folder / "plots").mkdir()
    (folder / "plots" / "cost.svg").write_text("<svg/>")
    return folder


@pytest.fixture(scope="module")
def tracked(mlflow_server: TrackingServer, output: Path) -> Tracked:
    """An evaluation whose candidate passed its gate and was registered."""
    store = check_tracking(mlflow_server.uri, output, model="ranker", has_gate=True)
    document = make_evaluation_document(make_gate_result())
    return log_evaluation(document, output, store, experiment="films", now=NOW, model="ranker")


def read_run(server: TrackingServer, run_id: str) -> Any:
    return connect(server.uri).get_run(run_id)


def test_both_models_have_the_same_metrics_under_the_same_names(
    mlflow_server: TrackingServer, tracked: Tracked
) -> None:
    champion, candidate = (read_run(mlflow_server, tracked.runs[role]).data for role in ("champion", "candidate"))
    assert set(champion.metrics) == set(candidate.metrics)
    assert (champion.metrics["nDCG_10"], candidate.metrics["nDCG_10"]) == (0.3, pytest.approx(0.33))
    assert candidate.metrics["slice/age_group:60 plus gender:f/nDCG_10"] == pytest.approx(0.21)


def test_a_run_says_what_was_measured_and_how(mlflow_server: TrackingServer, tracked: Tracked) -> None:
    data = read_run(mlflow_server, tracked.runs["candidate"]).data
    assert data.params["url"] == "http://candidate-0:8000"
    assert (data.params["at"], data.params["seed"], data.params["resamples"]) == ("5,10", "0", "1000")
    assert data.tags["interleaver.verdict"] == "passed"


def test_the_suite_is_the_data_set_with_our_own_digest(mlflow_server: TrackingServer, tracked: Tracked) -> None:
    (given,) = read_run(mlflow_server, tracked.runs["champion"]).inputs.dataset_inputs
    digest = make_evaluation().suite.digest
    assert (given.dataset.name, given.dataset.digest) == ("films", digest[:36])
    assert {tag.key: tag.value for tag in given.tags} == {
        "mlflow.data.context": "evaluation",
        "interleaver.suite.sha256": digest,
    }


def test_the_report_the_documents_and_the_plots_are_there(
    mlflow_server: TrackingServer, tracked: Tracked, output: Path, tmp_path: Path
) -> None:
    client, candidate = connect(mlflow_server.uri), tracked.runs["candidate"]
    assert {file.path for file in client.list_artifacts(candidate)} == {
        "evaluation.json",
        "plots",
        "report.html",
        "slices.json",
    }
    page = Path(client.download_artifacts(candidate, "report.html", str(tmp_path)))
    assert page.read_bytes() == (output / "report.html").read_bytes()


def test_the_table_of_slices_has_the_form_of_mlflows_own_tables(
    mlflow_server: TrackingServer, tracked: Tracked, tmp_path: Path
) -> None:
    client, candidate, champion = connect(mlflow_server.uri), tracked.runs["candidate"], tracked.runs["champion"]
    client.log_table(champion, {"n": [1]}, "own.json")
    own, ours = (
        json.loads(Path(client.download_artifacts(run, file, str(tmp_path))).read_text())
        for run, file in ((champion, "own.json"), (candidate, "slices.json"))
    )
    assert ours.keys() == own.keys()
    assert all(len(row) == len(ours["columns"]) for row in ours["data"])
    tags = [
        json.loads(read_run(mlflow_server, run).data.tags["mlflow.loggedArtifacts"]) for run in (champion, candidate)
    ]
    assert [entry[0]["type"] for entry in tags] == ["table", "table"]
    assert tags[1][0]["path"] == "slices.json"


def test_a_candidate_that_passed_is_a_version_with_the_alias(mlflow_server: TrackingServer, tracked: Tracked) -> None:
    version = connect(mlflow_server.uri).get_model_version_by_alias("ranker", "candidate")
    assert f"ranker/{version.version}" == tracked.registered
    assert version.run_id == tracked.runs["candidate"]
    assert version.tags["interleaver.url"] == "http://candidate-0:8000"


def test_a_version_that_is_there_gets_the_alias(mlflow_server: TrackingServer, tracked: Tracked, output: Path) -> None:
    client = connect(mlflow_server.uri)
    client.create_registered_model("served")
    client.create_model_version("served", "s3://models/ranker")
    document, store = make_evaluation_document(make_gate_result()), Store(mlflow_server.uri)
    again = log_evaluation(document, output, store, experiment="films", now=NOW, model="served/1")
    assert again.registered == "served/1"
    assert client.get_model_version_by_alias("served", "candidate").version == "1"


@pytest.mark.parametrize("gate", [None, make_gate_result(passed=False)])
def test_a_candidate_that_did_not_pass_is_kept_and_never_registered(
    mlflow_server: TrackingServer, output: Path, gate: Any
) -> None:
    document, store = make_evaluation_document(gate), Store(mlflow_server.uri)
    told = log_evaluation(document, output, store, experiment="others", now=NOW, model="never")
    assert told.registered is None
    assert connect(mlflow_server.uri).search_registered_models("name = 'never'") == []
    verdict = read_run(mlflow_server, told.runs["candidate"]).data.tags["interleaver.verdict"]
    assert verdict == ("no gate" if gate is None else "failed")


def test_many_slices_with_odd_names_are_taken_and_stay_below_sixty(mlflow_server: TrackingServer, output: Path) -> None:
    names = ["a/b", "a,b", "..", ".", "", "é" * 300, "x=y", "60+", "日本", "a\nb", *map(str, range(100))]
    document = make_evaluation_document(slices=tuple((("city", name),) for name in names))
    told = log_evaluation(document, output, Store(mlflow_server.uri), experiment="others", now=NOW)
    assert len(read_run(mlflow_server, told.runs["candidate"]).data.metrics) == 60


@pytest.fixture
def detour(mlflow_server: TrackingServer) -> Iterator[Detour]:
    """The server under a name that it was not told."""
    detour = Detour(mlflow_server, UNKNOWN)
    yield detour
    detour.close()


def test_a_server_that_does_not_know_its_name_says_what_to_start_it_with(detour: Detour, output: Path) -> None:
    with pytest.raises(Unusable, match=r"^--tracking: .* does not answer to the name .*start it with --allowed-hosts"):
        check_tracking(detour.uri, output)


def test_a_server_that_goes_away_costs_no_evaluation(detour: Detour, output: Path) -> None:
    before = {file: file.read_bytes() for file in output.rglob("*") if file.is_file()}
    with pytest.raises(NotTracked, match="does not answer to the name"):
        log_evaluation(make_evaluation_document(), output, Store(detour.uri), experiment="films", now=NOW)
    assert {file: file.read_bytes() for file in output.rglob("*") if file.is_file()} == before


def test_a_server_that_is_not_there_is_said_before_anything_is_asked(output: Path) -> None:
    with pytest.raises(Unusable, match=r"cannot be reached \(connection refused\); is it running"):
        check_tracking("http://127.0.0.2:9", output)


def test_a_name_that_mlflow_refuses_is_said(mlflow_server: TrackingServer, output: Path) -> None:
    with pytest.raises(NotTracked, match="exceeds the maximum length of 500"):
        log_evaluation(make_evaluation_document(), output, Store(mlflow_server.uri), experiment="x" * 600, now=NOW)


# SQLAlchemy, of how MLflow 3.17 asks it; nothing of ours.
@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")
def test_without_a_server_runs_are_in_the_folder(tmp_path: Path) -> None:
    write_report(make_evaluation(), [None], tmp_path, now=NOW)
    store = check_tracking(None, tmp_path)
    told = log_evaluation(make_evaluation_document(), tmp_path, store, experiment="films", now=NOW)
    assert connect(store.uri).get_run(told.runs["candidate"]).info.status == "FINISHED"
    (page,) = tmp_path.glob(f"mlflow/artifacts/{told.runs['candidate']}/artifacts/report.html")
    assert page.read_bytes() == (tmp_path / "report.html").read_bytes()
    assert told.page is None


def test_compare_shows_the_runs_of_a_server(
    mlflow_server: TrackingServer,
    tracked: Tracked,
    output: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert run("compare", [*tracked.runs.values(), "--tracking", mlflow_server.uri]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["nDCG_10", "0.3000", "0.3300", "+0.0300"] in lines
    assert read_side(tracked.runs["candidate"], mlflow_server.uri).metrics == read_side(str(output), None).metrics


def test_a_run_that_is_not_there_exits_with_2(
    mlflow_server: TrackingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compare", ["0" * 32, "0" * 32, "--tracking", mlflow_server.uri]) == 2
    assert "not found" in capsys.readouterr().err


def test_mlflows_own_page_shows_both_models_side_by_side(
    mlflow_server: TrackingServer, tracked: Tracked, browser: Browser, pictures: Path
) -> None:
    assert tracked.page is not None
    browser.open(tracked.page, width=1100)
    text = browser.wait_for_text("slice/age_group:60 plus gender:f/nDCG_10")
    assert "Comparing 2 Runs from 1 Experiment" in text
    assert "films: champion" in text
    assert "films: candidate" in text
    lines = text.split("Show diff only")[-2].split("Artifacts")[0].split("\n")
    names = [line for line in lines if "_" in line and not line.startswith("slice/")]
    values = [line for line in lines if line.replace(".", "").isdigit()]
    # In alphabetic order, with three digits: the champion's, then the candidate's.
    assert names == ["P_5", "RR_10", "latency_p99_ms", "nDCG_10"]
    assert values[:8] == ["0.3", "0.33", "0.3", "0.33", "12", "10.8", "0.3", "0.33"]
    browser.take_picture(pictures / "mlflow.png", width=1100)
