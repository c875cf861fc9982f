"""The models and the routers as processes, with what a node can do to them."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.cluster import ROOT
from tests.router.ports import find_port
from tests.router.programs import Client, Program, RouterProcess, wait_until
from tests.soak.mounts import Mount

HASH: Final = "aaaaaa"  # of the champion's revision, beside which the routers are


class ModelProcess(Program):
    """A model server at an address that stays the same."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model
        self.port = find_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "ModelProcess":
        command = [sys.executable, "-m", "tests.soak.model", self.model, str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        wait_until(self.answers, f"the {self.model} answers")
        return self

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def give_trouble(self, name: str) -> None:
        """Begin a trouble; `none` ends all of them."""
        with Client(self.port) as client:
            assert client.request("POST", "/trouble", body=name.encode()).status == 200


class Replica(RouterProcess):
    """One router's pod: a name of its own, and the mounts that all of them share."""

    def __init__(self, name: str, folder: Path, model: str, config: Mount, keys: Mount) -> None:
        folder.mkdir()
        super().__init__(folder, model, HASH)
        self.name = name
        self.keys = keys.folder
        self.config_file = config.folder / "router.json"

    def await_ready(self) -> "Replica":
        wait_until(lambda: self.admin("GET", "/readyz").status == 200, "the router is ready")
        return self

    def kill(self) -> None:
        """As a node that fails does."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def show(self) -> str:
        """The text of /metrics."""
        return self.admin("GET", "/metrics").body.decode()
