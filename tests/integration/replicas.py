"""Operator processes that stand for the same namespace, each behind a proxy of its own, and one Lease between them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cluster import ROOT, Cluster
from tests.integration.test_controller_outage import Watched
from tests.integration.wire import Wire, Write
from tests.router.ports import find_port

SECONDS = 60.0


def until(holds: Callable[[], Any], what: str) -> Any:
    """Wait until something is true and return it."""
    end = time.monotonic() + SECONDS
    while not (found := holds()):
        assert time.monotonic() < end, f"{what} did not come within {SECONDS} s"
        time.sleep(0.05)
    return found


class Replica:
    """One operator process, which waits or leads."""

    def __init__(self, cluster: Cluster, namespace: str, folder: Path, kubeconfig: str, wire: Wire) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.wire = wire
        self.log = folder / "operator.log"
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(kubeconfig)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> Watched:
        """Start it and wait until it answers."""
        port = find_port()
        environment = os.environ | {
            "KUBECONFIG": str(self.kubeconfig),
            "PYTHONPATH": str(ROOT / "operator"),
            "INTERLEAVER_ROUTER_IMAGE": self.cluster.image("router"),
            "INTERLEAVER_NAMESPACES": self.namespace,
            "INTERLEAVER_LEASE_NAMESPACE": self.namespace,
            "INTERLEAVER_HOST": "127.0.0.1",
            "INTERLEAVER_PORT": str(port),
        }
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "interleaver", "operator"]
            self.process = subprocess.Popen(command, env=environment | settings, stderr=log)
        watched = Watched(self.process, port)
        until(lambda: self.ready(watched), "an operator that is ready")
        return watched

    def ready(self, watched: Watched) -> bool:
        """Whether it would be counted in a rollout."""
        try:
            return watched.fetch("/readyz") == "ok\n" and watched.fetch("/healthz") == "ok\n"
        except OSError:
            return False

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        """End it, whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def writes(self) -> list[Write]:
        """What it has tried to write, but for the Lease."""
        return [write for write in self.wire.writes if "/leases" not in write.path]
