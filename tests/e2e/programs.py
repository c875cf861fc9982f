"""Programs that an end-to-end test runs beside the cluster, in its network: pods reach them at the node's address."""

import os
import signal
import subprocess
import sys
from typing import Final

from tests.cluster import PROGRAM, ROOT, Cluster

FREE_PORT: Final = "import socket; s = socket.socket(); s.bind(('', 0)); print(s.getsockname()[1])"
NODE: Final = "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}"


class Program:
    """A process of ours in the cluster's network, ended by its own pid."""

    def __init__(self, *command: str) -> None:
        self.command = command
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}/operator:{ROOT}"}
        self.process = subprocess.Popen(
            [PROGRAM, "exec", *self.command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def stop(self, number: int = signal.SIGTERM) -> str:
        """Stop it; returns what it printed."""
        if self.process is None:
            return ""
        process, self.process = self.process, None
        process.send_signal(number)
        return process.communicate(timeout=30)[0]


def find_host(cluster: Cluster) -> str:
    """The node's address."""
    return cluster.kubectl("get", "nodes", "-o", NODE)


def find_port(cluster: Cluster) -> int:
    """A port that is free on the node."""
    return int(cluster.exec(sys.executable, "-c", FREE_PORT))
