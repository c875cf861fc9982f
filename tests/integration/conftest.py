"""The CRD and a namespace of one's own on the test cluster."""

import dataclasses
import uuid
from collections.abc import Iterator

import pytest

from tests.cluster import Cluster
from tests.integration.documents import CRD_FILE, move_definition
from tests.integration.kubectl import Kubectl
from tests.integration.shield import Shield, raise_shield


@pytest.fixture(scope="session")
def administrator(cluster: Cluster) -> Kubectl:
    """kubectl on a cluster that serves the CRD."""
    kubectl = Kubectl()
    kubectl.do("apply", f"--filename={CRD_FILE}")
    kubectl.wait_until_served()
    return kubectl


@pytest.fixture(scope="session")
def unwatched(administrator: Kubectl) -> Iterator[Kubectl]:
    """kubectl on the same CRD in an API group of this session's own, which no operator watches.

    An operator may be at work in the cluster, say one that a demo left; it would write the status that a test wrote.
    """
    kubectl = dataclasses.replace(administrator, group=f"t{uuid.uuid4().hex[:12]}.interleaver.test")
    assert kubectl.apply(move_definition(kubectl.group)).ok
    try:
        kubectl.wait_until_served()
        yield kubectl
    finally:
        kubectl.do("delete", f"customresourcedefinition/{kubectl.experiments}")


@pytest.fixture(scope="session")
def shield(cluster: Cluster) -> Iterator[Shield]:
    """What keeps the cluster's own operator out of namespaces."""
    with raise_shield(cluster) as shield:
        yield shield


@pytest.fixture
def kubectl(unwatched: Kubectl) -> Iterator[Kubectl]:
    """kubectl in a fresh namespace."""
    namespace = f"t-{uuid.uuid4().hex[:12]}"
    unwatched.do("create", "namespace", namespace)
    yield dataclasses.replace(unwatched, namespace=namespace)
    unwatched.do("delete", "namespace", namespace, "--wait=false")
