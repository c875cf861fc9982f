"""Programs of a tool that run beside the cluster and reach it as its administrator."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cluster import Cluster

SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.5


@contextmanager
def running(
    cluster: Cluster, log: Path, *command: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, whose output goes to a file, until the block ends."""
    known = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**known, "KUBECONFIG": str(cluster.kubeconfig), **(environment or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def definitions(cluster: Cluster, folder: Path, *names: str) -> Iterator[None]:
    """A tool's CRDs, each as its file and its name. Those that are there already are somebody's, and stay."""
    there = cluster.kubectl("get", "crds", "-o", "name")
    pairs = [name.split("=") for name in names]
    made = [(str(folder / file), kind) for file, kind in pairs if kind not in there]
    try:
        for file, kind in made:
            cluster.kubectl("create", "-f", file)
            await_kind(cluster, kind)
        yield
    finally:
        for file, _ in made:
            cluster.kubectl("delete", "-f", file, "--wait=false", "--ignore-not-found")


def await_kind(cluster: Cluster, kind: str) -> None:
    """Wait until it is served. `kubectl wait` fails on a CRD that has no conditions yet."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            cluster.kubectl("get", kind)
        except subprocess.CalledProcessError:
            if time.monotonic() > end:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return
