"""The operator as it is installed: the CRD, and the manifest that users apply with gates switched on."""

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cluster import ROOT, Cluster
from tests.e2e.programs import Program
from tests.e2e.redis import Redis, run_redis
from tests.e2e.scene import Scene
from tests.e2e.turns import Turns

pytestmark = pytest.mark.cluster

# What needs images that take minutes to build is asked for: by `make skew` and `make lab-pods`.
ASKED_FOR: Final = {"test_skew.py": "FORMER", "test_lab_pods.py": "LAB_PODS"}
collect_ignore = [file for file, variable in ASKED_FOR.items() if variable not in os.environ]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the tests share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def installed(cluster: Cluster, shared: Path) -> Cluster:
    """A cluster on which the operator of this checkout runs: installed once, whichever process comes first."""
    with Path(shared, "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := Path(shared, "installed")).exists():
            install(cluster)
            done.touch()
    return cluster


def install(cluster: Cluster) -> None:
    """Apply the CRD and the operator with gates switched on, and let it start anew, for its image may be another one of
    the same name."""
    cluster.kubectl("apply", "-f", str(ROOT / "crds"), "-f", str(ROOT / "deploy/gates.yaml"))
    cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(list_documents()))
    cluster.kubectl("-n", "interleaver-system", "rollout", "restart", "deployment/interleaver-operator")
    cluster.kubectl(
        "-n", "interleaver-system", "rollout", "status", "deployment/interleaver-operator", "--timeout=90s", seconds=100
    )


def list_documents() -> Iterator[dict[str, Any]]:
    """The manifest that users apply, with gates: switching them on afterwards would be another rollout, a minute."""
    for document in yaml.safe_load_all((ROOT / "deploy/operator.yaml").read_text()):
        if document["kind"] == "Deployment":
            (container,) = document["spec"]["template"]["spec"]["containers"]
            container["env"].append({"name": "INTERLEAVER_GATES", "value": "true"})
        yield document


@pytest.fixture
def turn(request: pytest.FixtureRequest, shared: Path) -> Iterator[None]:
    """The test's turn at the operator: beside others, or alone for a test that is marked so."""
    turns = Turns(shared)
    with turns.alone() if request.node.get_closest_marker("alone") else turns.beside():
        yield


@pytest.fixture
def scene(installed: Cluster, turn: None, namespace: str) -> Iterator[Scene]:
    """An empty namespace that enforces restricted pod security."""
    installed.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    yield Scene(installed, namespace)
    installed.kubectl("-n", namespace, "delete", "ilx", "--all", "--wait=false")


@pytest.fixture
def redis(request: pytest.FixtureRequest, installed: Cluster, tmp_path: Path) -> Iterator[Redis]:
    """A running Redis; the parameter `tls` puts it behind TLS."""
    with run_redis(installed, tmp_path, tls=getattr(request, "param", None) == "tls") as redis:
        yield redis


@pytest.fixture
def voters(sharing: Scene) -> Iterator[Program]:
    """Units that vote in the run of a test's fixture `sharing`, until they are stopped."""
    program = Program(sys.executable, "-m", "tests.e2e.voters", f"--url={sharing.address()}")
    program.start()
    yield program
    program.stop()
