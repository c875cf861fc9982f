"""The operator as it is installed: the CRD and the very manifest that users apply."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import ROOT, Cluster
from tests.e2e.scene import Scene

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="session")
def installed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A cluster on which the operator of this checkout runs: installed once, whichever process comes first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with Path(shared, "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := Path(shared, "installed")).exists():
            install(cluster)
            done.touch()
    return cluster


def install(cluster: Cluster) -> None:
    """Apply the CRD and the operator, and let it start anew, for its image may be another one of the same name."""
    cluster.kubectl("apply", "-f", str(ROOT / "crds"), "-f", str(ROOT / "deploy/operator.yaml"))
    cluster.kubectl("-n", "interleaver-system", "rollout", "restart", "deployment/interleaver-operator")
    cluster.kubectl(
        "-n", "interleaver-system", "rollout", "status", "deployment/interleaver-operator", "--timeout=90s", seconds=100
    )


@pytest.fixture
def scene(installed: Cluster, namespace: str) -> Iterator[Scene]:
    """An empty namespace that enforces restricted pod security."""
    installed.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    yield Scene(installed, namespace)
    installed.kubectl("-n", namespace, "delete", "ilx", "--all", "--wait=false")
