"""Servers that people run their models behind: however they end a connection, no other request suffers for it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.cluster import ROOT
from tests.router.ports import find_port
from tests.router.programs import Client, Program, wait_until

HEADER: Final = "X-Interleaver-Impression"
PATIENCE: Final = {"championMilliseconds": 20_000, "candidateMilliseconds": 20_000}  # on a machine that does much else
APP: Final = "tests.router.ranking_app"

# By what is odd about the way in which they end connections.
COMMANDS: Final = {
    "uvicorn, which closes without a word when the model raises": ["uvicorn", f"{APP}:asgi", "--port={port}"],
    "uvicorn that keeps no connection": ["uvicorn", f"{APP}:asgi", "--port={port}", "--timeout-keep-alive=0"],
    "gunicorn, which closes after each answer": ["gunicorn", f"{APP}:wsgi", "--bind=127.0.0.1:{port}"],
    "gunicorn with threads": ["gunicorn", f"{APP}:wsgi", "--bind=127.0.0.1:{port}", "--threads=4", "--keep-alive=1"],
    "gunicorn whose workers end": [
        "gunicorn", f"{APP}:wsgi", "--bind=127.0.0.1:{port}", "--threads=4", "--workers=2", "--max-requests=7"
    ],
    "waitress": ["waitress", "--listen=127.0.0.1:{port}", f"{APP}:wsgi"],
}  # fmt: skip


class Server(Program):
    """One of them."""

    def __init__(self, command: list[str], revision: str, log: Path) -> None:
        super().__init__()
        self.port = find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "REVISION": revision, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", *(word.replace("{port}", str(self.port)) for word in command)]
        with log.open("wb") as file:
            self.process = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=file, stderr=file)

    def answers(self) -> bool:
        try:
            with Client(self.port) as client:
                return client.request("POST", "/recommend", {}, b"{}").status == 200
        except (OSError, EOFError):
            return False


class Pair(NamedTuple):
    """A router's stage whose models are two of these servers."""

    stage: Any
    champion: Server
    candidate: Server


@pytest.fixture(params=COMMANDS.values(), ids=list(COMMANDS))
def pair(request: pytest.FixtureRequest, make_stage: Callable[..., Any], tmp_path: Path) -> Iterator[Pair]:
    servers: list[Server] = []
    try:
        servers += (Server(request.param, revision, tmp_path / f"{revision}.log") for revision in ("v41", "v42"))
        for server in servers:
            wait_until(server.answers, f"{request.param[0]} answers")
        yield Pair(start(make_stage(), *servers), *servers)
    finally:
        for server in servers:
            stop(server)


def start(stage: Any, champion: Server, candidate: Server) -> Any:
    stage.router.model = champion.url
    return stage.start(
        serving={"revision": "v41", "hash": "aaaaaa", "url": champion.url},
        candidate={"revision": "v42", "hash": "bbbbbb", "url": candidate.url},
        timeouts=PATIENCE,
    )


def stop(server: Server) -> None:
    """As a kubelet would, for gunicorn's workers end with it only then."""
    process, server.process = server.process, None
    assert process is not None
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def ask(pair: Pair, units: range, lost: list[Any]) -> None:
    """Requests one after another on one connection; those that were not merged go to `lost`."""
    with pair.stage.router.client() as client:
        for number in units:
            answer = client.request("POST", "/recommend", {"X-User-Id": f"u{number}"}, b"{}")
            if answer.status != 200 or answer.header(HEADER) is None:
                lost.append(answer)


def test_every_request_is_merged(pair: Pair) -> None:
    lost: list[Any] = []
    threads = [threading.Thread(target=ask, args=(pair, range(k, k + 25), lost)) for k in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    assert pair.stage.router.counts("fallbacks", "reason") == {}
    assert {"error", "timeout"}.isdisjoint(pair.stage.router.counts("model_calls", "outcome"))


def test_after_a_model_has_raised_the_next_request_is_merged(pair: Pair) -> None:
    lost: list[Any] = []
    for number in range(4):  # as a fifth in a row would open the breaker, each is followed by one that goes well
        failed = pair.stage.router.rank(f"failed{number}", b'{"fail": "v42"}')
        assert failed.json()["items"][0]["id"] == "v41-0"
        ask(pair, range(number, number + 1), lost)
    assert lost == []
    assert pair.stage.router.counts("fallbacks", "reason") == {"status": 4}
