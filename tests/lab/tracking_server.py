"""A real MLflow server on an address that it takes for no name of its own machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests.router.ports import find_port

HOST: Final = "127.0.0.2"
"""On loopback, and to MLflow a name as strange as that of a Service."""
KNOWN: Final = "127.0.0.3"
UNKNOWN: Final = "127.0.0.4"
"""Other names of the same server: one that it was told, and one that it was not."""
DEADLINE: Final = 400.0
"""Seconds: it makes its tables first, in as many steps as it had versions."""


class TrackingServer:
    """`mlflow server` as a process, with its database and files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = find_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> "TrackingServer":
        command = [str(Path(sys.executable).parent / "mlflow"), "server", "--host", HOST, "--port", str(self.port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db"]
        command += ["--artifacts-destination", str(self.folder / "artifacts")]
        # As docs/how-to/track-with-mlflow.md says: the second is what its own pages need under such a name.
        command += ["--allowed-hosts", f"{HOST}:{self.port},{KNOWN}:*,localhost:*", "--cors-allowed-origins", self.uri]
        environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
        with (self.folder / "mlflow.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait()
        return self

    def wait(self) -> None:
        """Until it says that it is well."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.uri}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.5)
        raise AssertionError(f"MLflow did not start:\n{(self.folder / 'mlflow.log').read_text()[-3000:]}")

    def stop(self) -> None:
        """End it, and the workers that it has started."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


class Detour:
    """Another address of the same server, as a second Service would be: bytes go through, names are not changed."""

    def __init__(self, server: TrackingServer, host: str) -> None:
        self.server = server
        self.listener = socket.create_server((host, 0))
        self.uri = f"http://{host}:{self.listener.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            upstream = socket.create_connection((HOST, self.server.port))
            self.connections += [client, upstream]
            for source, target in ((client, upstream), (upstream, client)):
                threading.Thread(target=self.pass_on, args=(source, target), daemon=True).start()

    def pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with source, target:
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        """Hang up, and refuse whoever comes from now on; twice is no fault."""
        for one in (self.listener, *self.connections):
            if one.fileno() >= 0:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.listener.close()
