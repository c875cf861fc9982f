"""The CRD and a namespace of one's own on the test cluster."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.documents import CRD_FILE
from tests.integration.kubectl import Kubectl


@pytest.fixture(scope="session")
def administrator() -> Kubectl:
    home = Path.home() / ".cache/interleaver-cluster"
    kubectl = Kubectl(str(home / "bin/kubectl"), str(home / "state/kubeconfig"))
    kubectl.do("apply", f"--filename={CRD_FILE}")
    kubectl.do("wait", "--for=condition=Established", "--timeout=30s", f"--filename={CRD_FILE}")
    return kubectl


@pytest.fixture
def kubectl(administrator: Kubectl) -> Iterator[Kubectl]:
    """kubectl in a fresh namespace."""
    namespace = f"t-{uuid.uuid4().hex[:12]}"
    administrator.do("create", "namespace", namespace)
    yield Kubectl(administrator.program, administrator.kubeconfig, namespace)
    administrator.do("delete", "namespace", namespace, "--wait=false")
