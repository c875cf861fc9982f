"""The chart's Valkey, started as its StatefulSet says, with its users: routers vote by the URL that they are handed."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from tests.helm import find_helm, set_all
from tests.router.conftest import Stage
from tests.router.ports import find_port
from tests.router.programs import Program, wait_until
from tests.router.redis import SERVER, install

from .test_shared_votes import await_up, await_votes, read, show, shows

MakeStage = Callable[..., Stage]

VALUES: Final = ("valkey.enabled=true", "valkey.sharedWith={shop}")
SERVICE: Final = "interleaver-valkey.interleaver-system.svc:6379"


class ChartStore(Program):
    """The container of the StatefulSet, on the loopback and with its volumes in a folder."""

    def __init__(self, chart: list[dict[str, Any]], folder: Path) -> None:
        super().__init__()
        install()
        found = {(one["kind"], one["metadata"]["name"]): one for one in chart}
        handed = found["Secret", "interleaver-store"]["stringData"]["url"]
        self.port, self.folder = find_port(), folder
        assert SERVICE in handed
        self.url = handed.replace(SERVICE, f"127.0.0.1:{self.port}")
        users = found["Secret", "interleaver-valkey"]["stringData"]["users.acl"]
        (folder / "users.acl").write_text(users)
        (container,) = found["StatefulSet", "interleaver-valkey"]["spec"]["template"]["spec"]["containers"]
        places = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert places == {"/data", "/etc/valkey"}
        self.words = [
            word.replace("/etc/valkey", str(folder)).replace("/data", str(folder)) for word in container["args"]
        ]

    def start(self) -> None:
        with (self.folder / "valkey.log").open("ab") as log:
            command = [SERVER, "--port", str(self.port), "--bind", "127.0.0.1", *self.words]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: "NOAUTH" in self.ask("PING"), "it answers, and nobody without a password")

    def ask(self, *words: str) -> str:
        """What it says to somebody without a password."""
        command = ["redis-cli", "-p", str(self.port), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout + done.stderr

    def replace(self) -> None:
        """Its pod is deleted, and another one gets its volume."""
        assert self.process is not None
        self.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0
        self.start()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChartStore]:
    (home := tmp_path / "home").mkdir()
    (folder := tmp_path / "volume").mkdir()
    store = ChartStore(find_helm("helm4", home).render(*set_all(VALUES)), folder)
    store.start()
    yield store
    store.kill()


def test_votes_are_counted_there_and_outlive_its_pod(make_stage: MakeStage, store: ChartStore) -> None:
    stage = make_stage().start(store={"url": store.url})
    await_up(stage.router, True)
    event = {"impression": show(stage, "u"), "item": "a"}
    assert stage.router.feed_back(event).json() == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 1)
    epoch = read(stage.router, "epoch")
    store.replace()
    wait_until(lambda: stage.router.feed_back(event).json() == {"accepted": 0, "ignored": 1}, "it knows that event")
    wait_until(partial(shows, stage.router, "votes", 1), "the vote is still there, and there once")
    assert read(stage.router, "epoch") == epoch, "the store remembers the run by itself"
    assert "NOPERM" not in (store.folder / "valkey.log").read_text()


def test_whoever_has_no_password_gets_nothing(store: ChartStore) -> None:
    for words in (("GET", "interleaver:x"), ("CONFIG", "GET", "*"), ("FLUSHALL",)):
        assert "NOAUTH" in store.ask(*words)
