"""A real Redis: Debian's redis-server, or what REDIS_SERVER names, as a process that can be killed and brought back."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests import packages

from .ports import find_port
from .programs import Program, wait_until

SERVER: Final = os.environ.get("REDIS_SERVER") or "redis-server"  # or a valkey-server


def install() -> None:
    """Have a server and redis-cli, or skip the test, which is a failure where nothing may be skipped."""
    packages.install("redis-server", f"{SERVER}=redis-server", "redis-cli=redis-tools")


class Redis(Program):
    """One server, with its files in `folder`. Everything is written to disk before it is answered."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        url: str | None = None,
        secret: str | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        super().__init__()
        self.folder = folder
        self.host = host  # where it listens, and from where it calls others
        self.port = find_port()
        self.options = options
        self.secret = secret  # of the default user
        self.given_url = url

    @property
    def url(self) -> str:
        """As a router is told."""
        return (self.given_url or "redis://127.0.0.1:{port}/0").format(port=self.port, folder=self.folder)

    def start(self) -> "Redis":
        command = [SERVER, "--port", str(self.port), "--bind", self.host, "--dir", str(self.folder)]
        command += ["--bind-source-addr", self.host, "--protected-mode", "no"]  # which takes 127.0.1.1 for a stranger
        command += ["--unixsocket", str(self.folder / "redis.sock"), "--save", "", "--appendonly", "yes"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--appendfsync", "always", *self.options], stdout=log, stderr=log
            )
        wait_until(lambda: self.ask("PING") == "PONG", f"{SERVER} answers")
        return self

    def ask(self, *words: str) -> str:
        """What redis-cli says, over the Unix socket."""
        login = ["--no-auth-warning", "-a", self.secret] if self.secret else []
        command = ["redis-cli", "-s", str(self.folder / "redis.sock"), *login, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.strip()

    def keys(self, pattern: str = "*") -> Sequence[str]:
        return sorted(self.ask("KEYS", pattern).split())
