"""The operator as it is installed: the CRD and the very manifest that users apply."""

from collections.abc import Iterator

import pytest

from tests.cluster import ROOT, Cluster
from tests.e2e.scene import Scene

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="session")
def installed(cluster: Cluster) -> Cluster:
    """A cluster on which the operator of this checkout runs."""
    cluster.kubectl("apply", "-f", str(ROOT / "crds"), "-f", str(ROOT / "deploy/operator.yaml"))
    cluster.kubectl("-n", "interleaver-system", "rollout", "restart", "deployment/interleaver-operator")
    cluster.kubectl(
        "-n", "interleaver-system", "rollout", "status", "deployment/interleaver-operator", "--timeout=90s", seconds=100
    )
    return cluster


@pytest.fixture
def scene(installed: Cluster, namespace: str) -> Iterator[Scene]:
    """An empty namespace that enforces restricted pod security."""
    installed.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    yield Scene(installed, namespace)
    installed.kubectl("-n", namespace, "delete", "ilx", "--all", "--wait=false")
