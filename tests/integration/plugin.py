"""The plugin as a person starts it, and experiments whose status a test writes in the operator's place."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from interleaver.plugin.program import main
from tests.builders import World
from tests.cluster import ROOT, Cluster
from tests.integration.documents import change, load
from tests.integration.kubectl import Result


class Person:
    """Somebody with a kubeconfig and a namespace."""

    def __init__(self, cluster: Cluster, namespace: str, kubeconfig: str | None = None) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.kubeconfig = kubeconfig or str(cluster.kubeconfig)

    def run(self, *words: str) -> tuple[int, Result]:
        """A command in this process, in the namespace unless it names one: its exit code, and what it said."""
        out, error = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(error):
            code = main(["--kubeconfig", self.kubeconfig, "--namespace", self.namespace, *words])
        return code, Result(code == 0, out.getvalue(), error.getvalue())

    def start(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The same in a process of its own, by the environment."""
        environment = os.environ | {"KUBECONFIG": self.kubeconfig, "PYTHONPATH": str(ROOT / "operator")}
        command = [sys.executable, "-W", "error", "-m", "interleaver.plugin", "--namespace", self.namespace, *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def kubectl(self, *words: str, **options: Any) -> str:
        return self.cluster.kubectl("-n", self.namespace, *words, **options)

    def experiment(self) -> dict[str, Any]:
        words = ("get", "ilx", "home-feed", "--show-managed-fields", "--output=json")
        found: dict[str, Any] = json.loads(self.kubectl(*words))
        return found

    def put(self, world: World) -> None:
        """An experiment with the status of a world's, as if its operator had written it."""
        document = change(load(), "metadata.namespace", self.namespace)
        self.kubectl("apply", "-f", "-", stdin=json.dumps(document))
        self.tell(world)

    def tell(self, world: World) -> None:
        """Write the world's status."""
        status = world.status.to_dict() | {"observedGeneration": self.experiment()["metadata"]["generation"]}
        empty = {name: None for name in ("run", "decision", "underway") if name not in status}
        patch = json.dumps({"status": empty | status})
        self.kubectl("patch", "ilx", "home-feed", "--subresource=status", "--type=merge", f"-p={patch}")
