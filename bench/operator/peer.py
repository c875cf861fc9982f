"""Argo Rollouts beside the operator: the same number of Rollouts, each paused at a step, on the same API server.

A Rollout that waits for a person is what an experiment at rest is to us: something that serves, and is watched.
"""

import copy
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.cluster import ROOT, Cluster

from bench.hostile.process import Operator
from bench.hostile.storing import Gateway
from bench.operator.account import Account
from bench.operator.measuring import Process
from bench.operator.scene import PATIENCE, Scene, persist
from bench.router.processes import find_port

MODULE: Final = ROOT / "bench" / "operator" / "rollouts"
PACKAGE: Final = "github.com/argoproj/argo-rollouts"
FIRST, SECOND = "localhost/interleaver-bench:none", "localhost/interleaver-bench:next"


def build() -> Path:
    """The program, compiled if it is not there yet."""
    done = subprocess.run([ROOT / "hack" / "rollouts"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@contextmanager
def serve_definitions(cluster: Cluster) -> Iterator[None]:
    """The definitions of its resources, which go again unless they were there before."""
    command = ["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", PACKAGE]
    folder = subprocess.run(command, cwd=MODULE, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    files = sorted(Path(folder, "manifests", "crds").glob("*-crd.yaml"))
    before = cluster.kubectl("get", "crd", "--output=name").split()
    ours = [file for file in files if f"customresourcedefinition.apiextensions.k8s.io/{name(file)}" not in before]
    try:
        for file in ours:
            cluster.kubectl("create", "--filename", str(file))
        for file in ours:
            wait_until_served(cluster, name(file))
        yield
    finally:
        for file in ours:
            cluster.kubectl("delete", "--wait=false", "--ignore-not-found", "--filename", str(file))


def wait_until_served(cluster: Cluster, definition: str) -> None:
    """Wait until the API server serves a definition; kubectl fails where there are no conditions yet."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{definition}")
            return
        except subprocess.CalledProcessError:
            if time.monotonic() > end:
                raise
            time.sleep(1.0)


def name(file: Path) -> str:
    """The name of the definition in a file."""
    words = file.name.removesuffix("-crd.yaml").replace("-", "")
    return f"{words}s.argoproj.io"


class Rollouts(Scene):
    """So many Rollouts."""

    kind = "Rollout"

    def __init__(self, api: Gateway, namespace: str) -> None:
        super().__init__(api, namespace)
        self.image = FIRST

    def make(self, namespace: str, number: int) -> dict[str, Any]:
        """A Rollout of one pod that waits for a person after its first step."""
        labels = {"app": f"r{number}"}
        pod = {"schedulerName": "nobody", "containers": [{"name": "model", "image": FIRST}]}
        spec = {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
            "strategy": {"canary": {"steps": [{"setWeight": 50}, {"pause": {}}]}},
        }
        meta = {"name": f"r{number}", "namespace": namespace}
        return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": meta, "spec": spec}

    async def change(self) -> None:
        """Give all of them another image, at which they pause."""
        self.image = SECOND
        for number in range(self.made):
            template = copy.deepcopy(self.make(self.namespace, number)["spec"]["template"])
            template["spec"]["containers"][0]["image"] = SECOND
            patch = {"spec": {"template": template}}
            await persist(partial(self.api.patch, "Rollout", self.namespace, f"r{number}", patch))

    def is_at_rest(self, live: dict[str, Any]) -> bool:
        """Whether it serves; or, once it has been changed, whether it is paused."""
        status = live.get("status", {})
        seen = str(status.get("observedGeneration")) == str(live["metadata"]["generation"])
        return bool(seen and status.get("phase") == ("Healthy" if self.image == FIRST else "Paused"))


@contextmanager
def run_rollouts(program: Path, account: Account, log: Any) -> Iterator[Process]:
    """Its controller while the block lasts, for one namespace."""
    ports = [find_port() for _ in range(2)]
    command = [program, "--namespaced", "--namespace", account.namespace, "--kubeconfig", account.kubeconfig]
    command += ["--leader-elect=false", "--loglevel=warn", f"--metricsPort={ports[0]}", f"--healthzPort={ports[1]}"]
    started = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd="/")
    process = Process(Operator(started), account)
    try:
        yield process
    finally:
        process.operator.stop()
