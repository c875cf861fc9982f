"""What cannot be tracked or compared, row by row of docs/reference/lab-bad-input.md, before a model is asked."""

import argparse
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from interleaver.lab.commands import tracking
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.tracking.checking import check_tracking
from interleaver.lab.tracking.comparing import read_side
from tests.unit.lab.bad_input import Told, list_told
from tests.unit.lab.builders import make_evaluation_document

pytestmark = pytest.mark.timeout(300)  # the library takes long to load

# What real servers say: MLflow 3.17.2 to a name that it was not told (test_mlflow.py has the server itself), MLflow
# with basic-auth, and a server of something else.
ANSWERS: Final = {
    "is a server that was not told this name": (403, "Invalid Host header - possible DNS rebinding attack detected"),
    "is a server that wants credentials": (401, "You are not authenticated. Please see https://mlflow.org"),
    "is a server of another kind": (200, "<!doctype html><title>Welcome</title>"),
}
REFUSED: Final = {
    "is a folder": "./mlruns",
    "names no server": "http:///mlflow",
    "is of a kind that MLflow does not know": "ftp://mlflow/runs",
    "is a database in a folder that is not there": "sqlite:////not/there/mlflow.db",
    "is a server that is not running": "http://127.0.0.2:9",
}
ALONE: Final = ("comes without `--tracking`",)
MODELS: Final = {"is no name of a model": ("films:1", True), "comes without a gate": ("films", False)}
SIDES: Final = {
    "is neither": "{folder}/none",
    "is a run, and no MLflow is named": "0123456789abcdef0123456789abcdef",
    "is a model that the folder does not have": "{folder}#candidate-2",
}


class Canned(BaseHTTPRequestHandler):
    """Gives one answer to whatever it is asked."""

    status, text = 200, ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.text)))
        self.end_headers()
        self.wfile.write(self.text.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def serve() -> Iterator[Callable[[int, str], str]]:
    """Starts servers that give one answer; returns their URLs."""
    servers = []

    def start(status: int, text: str) -> str:
        handler = type("Answer", (Canned,), {"status": status, "text": text})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("row", list_told("Tracking and comparing"), ids=lambda row: row.wrong)
def test_bad_input_is_told_as_its_row_says(row: Told, serve: Callable[[int, str], str], tmp_path: Path) -> None:
    with pytest.raises(Unusable) as raised:
        do(row, serve, tmp_path)
    assert row.said in str(raised.value)
    assert row.code == "2"


def do(row: Told, serve: Callable[[int, str], str], folder: Path) -> None:
    """Do what the row is about."""
    if row.file == "--tracking":
        uri = REFUSED[row.wrong] if row.wrong in REFUSED else serve(*ANSWERS[row.wrong])
        check_tracking(uri, folder)
    elif row.wrong in ALONE:
        told = {"tracking": None, "register": None, "experiment": None, row.file.removeprefix("--"): "films"}
        tracking.check_tracking(argparse.Namespace(**told), has_gate=True)
    elif row.file == "--register":
        model, has_gate = MODELS[row.wrong]
        check_tracking(None, folder, model=model, has_gate=has_gate)
    elif row.file == "evaluation.json":
        (folder / "evaluation.json").write_text("[1, 2]")
        read_side(str(folder), None)
    else:
        (folder / "evaluation.json").write_text(json.dumps(make_evaluation_document()))
        read_side(SIDES[row.wrong].format(folder=folder), None)


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    rows = {row.wrong for row in list_told("Tracking and comparing")}
    assert rows == {*ANSWERS, *REFUSED, *ALONE, *MODELS, *SIDES, "is something else"}
