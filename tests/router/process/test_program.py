"""The process: its arguments, and what it loads."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.compiled import find_package

from interleaver.api.names import PORT_TAKEN
from interleaver.router.client.listener import Listener
from interleaver.router.process.admin import Obstacle
from interleaver.router.process.last_words import leave_words
from interleaver.router.process.options import Options
from interleaver.router.process.program import Program
from tests.router.programs import wait_until

HEAVY = {"scipy", "numpy", "pydantic", "kopf", "kubernetes", "prometheus_client", "aiohttp", "yaml"}
STORE = {"redis", "hiredis"}
LISTING = """
import atexit, json, pathlib, sys
from interleaver.cli import main
path = sys.argv.pop(1)
atexit.register(lambda: pathlib.Path(path).write_text(json.dumps(sorted(sys.modules))))
main(sys.argv[1:])
"""


@pytest.mark.parametrize(("store_kind", "of_the_store"), [("memory", set()), ("redis", STORE)])
def test_after_a_merge_and_a_feedback_nothing_heavy_is_loaded(make_stage: Any, of_the_store: set[str]) -> None:
    """The client of the store is loaded by a router that has one, and by no other."""
    stage = make_stage()
    listing = stage.router.folder / "modules.json"
    stage.router.command = ["-c", LISTING, str(listing)]
    stage.start()
    token = stage.router.rank().header("X-Interleaver-Impression")
    assert stage.router.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    stage.router.stop()
    loaded = {name.partition(".")[0] for name in json.loads(listing.read_text())}
    assert "msgspec" in loaded
    assert loaded & (HEAVY | STORE) == of_the_store


def run_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("INTERLEAVER_")}
    return subprocess.run(
        [sys.executable, "-m", "interleaver", *arguments],
        env={**clean, "PYTHONPATH": str(find_package()), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["router", "--port", "http"], {}, "--port: 'http' is not a port between 0 and 65535"),
        (["router"], {"INTERLEAVER_ADMIN_PORT": "70000"}, "--admin-port: '70000' is not a port"),
        (["router", "--model", "127.0.0.1:9000"], {}, "--model: '127.0.0.1:9000' is not of the form http://host:port"),
        (["router"], {"INTERLEAVER_MODEL": "https://x"}, "--model: 'https://x' is not of the form"),
        (["router", "--model", "http://x:99999"], {}, "--model: "),
        (["router", "--surprise"], {}, "unrecognized arguments: --surprise"),
        ([], {}, "required"),
        (["surprise"], {}, "invalid choice"),
    ],
)
def test_a_wrong_argument_is_explained_and_exits_with_2(
    arguments: list[str], environment: dict[str, str], words: str
) -> None:
    done = run_command(*arguments, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_explained_and_exits_with_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_command("router", "--host", "127.0.0.1", "--port", "0", "--admin-port", port)
    assert done.returncode == 1
    assert "address already in use" in json.loads(done.stderr.splitlines()[-1])["error"]
    assert f"{PORT_TAKEN} {port}" in json.loads(done.stderr.splitlines()[-1])["error"], "the operator looks for this"


def test_the_last_words_go_where_the_kubelet_reads_them_and_nowhere_else(tmp_path: Path) -> None:
    log = tmp_path / "termination-log"
    leave_words("why", str(log))
    assert not log.exists(), "outside a pod there is no such file"
    log.write_text("of the former process")
    leave_words("why", str(log))
    assert log.read_text() == "why"


def test_every_flag_has_a_variable_in_the_environment(make_stage: Any) -> None:
    stage = make_stage()
    stage.configure()
    variables = {
        "INTERLEAVER_CONFIG": str(stage.router.config_file),
        "INTERLEAVER_HOST": "127.0.0.1",
        "INTERLEAVER_PORT": "0",
        "INTERLEAVER_ADMIN_PORT": "0",
        "INTERLEAVER_MODEL": stage.champion.url,
        "INTERLEAVER_REVISION_HASH": "aaaaaa",
        "PYTHONPATH": str(find_package()),
    }
    router = stage.router
    with router.log_file.open("wb") as log:
        router.process = subprocess.Popen([sys.executable, "-m", "interleaver", "router"], env=variables, stderr=log)
    listening = wait_until(lambda: router.find_event("listening"), "the router listens")
    router.port = listening["port"]
    assert router.rank().header("X-Interleaver-Impression")
    assert router.rank().header("Connection") is None


def test_a_router_is_not_ready_before_its_port_for_requests_is_open(
    make_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage()
    stage.configure()
    options = Options(str(stage.router.config_file), "127.0.0.1", 0, 0, stage.champion.url, "")
    obstacles: list[Obstacle | None] = []

    async def run() -> None:
        program = Program(options)
        listen = program.listen

        async def look_and_listen(listener: Listener, port: int) -> asyncio.Server:
            assert listener is program.admin or program.router.force is not None, "a configuration is in force"
            obstacles.append(program.find_obstacle())
            return await listen(listener, port)

        monkeypatch.setattr(program, "listen", look_and_listen)
        running = asyncio.create_task(program.run())
        while not program.listening:  # noqa: ASYNC110 - it is no event of its own
            await asyncio.sleep(0.01)
        obstacles.append(program.find_obstacle())
        program.stopping.set()
        await running

    asyncio.run(run())
    assert [each and each.words for each in obstacles] == [
        "no valid configuration yet",  # the admin port is about to open
        "the port for requests is not open yet",
        None,
    ]
