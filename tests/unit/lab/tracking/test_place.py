"""Where runs are kept."""

from pathlib import Path

import pytest

from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.faults import tell
from interleaver.lab.tracking.place import Store, check_uri, find_store
from interleaver.lab.tracking.recording import Tracked


def test_by_default_runs_are_in_the_folder_of_the_evaluation(tmp_path: Path) -> None:
    store = find_store(None, tmp_path)
    assert store.uri == f"sqlite:///{tmp_path}/mlflow/mlflow.db"
    assert store.artifacts == f"file://{tmp_path}/mlflow/artifacts"
    assert store.how_to_look() == f"look at it with: mlflow ui --backend-store-uri {store.uri}"


def test_a_server_decides_itself_where_files_go(tmp_path: Path) -> None:
    store = find_store("http://mlflow:5000", tmp_path)
    assert store.artifacts is None
    assert store.how_to_look() == "look at http://mlflow:5000"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("uri", ["postgresql://runs:s3cret@db/mlflow", "http://ann:s3cret@mlflow:5000"])
def test_a_password_is_never_shown(uri: str) -> None:
    store = Store(uri)
    tracked = Tracked(store, "1", {"candidate": "ab"})
    said = [store.how_to_look(), str(tracked.page), tell(uri, f"API request to {uri}/api failed", 500)]
    assert not any("s3cret" in words for words in said)
    assert ":***@" in said[0]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("./mlruns", "is a folder, and MLflow keeps runs in none"),
        ("file:///tmp/mlruns", "give sqlite:////tmp/mlruns/mlflow.db"),
        ("http:///mlflow", "names no server"),
        ("sqlite:////not/there/mlflow.db", "is in the folder /not/there, which is not there"),
    ],
)
def test_what_mlflow_would_take_minutes_to_refuse_is_refused_at_once(uri: str, words: str) -> None:
    with pytest.raises(Unusable, match=f"^--tracking: .*{words}"):
        check_uri(uri)


@pytest.mark.parametrize("uri", ["http://mlflow:5000", "https://mlflow", "postgresql://db/mlflow"])
def test_servers_and_databases_are_taken(uri: str) -> None:
    check_uri(uri)


def test_a_database_in_a_folder_that_is_there_is_taken(tmp_path: Path) -> None:
    check_uri(f"sqlite:///{tmp_path}/new.db")
