"""A console as a process, as a person starts it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests.router.ports import find_port

DEADLINE: Final = 100.0


class Console:
    """`interleaver lab console` in an empty folder, with what is given and nothing else of this machine."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.port = find_port()
        self.words = words
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Console":
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "interleaver", "lab", "console", *self.words, "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KUBE")}
        environment |= {"HOME": str(self.folder), "PYTHONPATH": os.pathsep.join(sys.path)}
        with (self.folder / "console.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait()
        return self

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                return
            time.sleep(0.1)
        raise TimeoutError(self.log)

    @property
    def log(self) -> str:
        return (self.folder / "console.log").read_text()

    def stop(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)
