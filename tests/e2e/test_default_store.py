"""The operator's own store: a Secret beside the operator, which experiments use that name none."""

import time
from collections.abc import Iterator

import pytest

from tests.cluster import Cluster
from tests.e2e.ballot import ENDLESS, assert_exact, await_top, await_votes, find_run
from tests.e2e.programs import Program
from tests.e2e.redis import PASSWORD, Redis
from tests.e2e.scene import Scene

# It waits for tests of other processes, which may take minutes. They wait for it in their turn: its own wait is theirs.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600), pytest.mark.alone]

OPERATOR = ("-n", "interleaver-system")
POD = ("pod", "-l", "app.kubernetes.io/name=interleaver")
SEE_URL = ("python3", "-c", "import os; print(os.path.exists('/etc/interleaver/store/url'))")


def await_file(cluster: Cluster, *, there: bool) -> None:
    """Wait until the operator's pod sees the URL, or sees that it is gone."""
    end = time.monotonic() + 150  # the kubelet looks once a minute, and at once when something about the pod changes
    while cluster.kubectl(*OPERATOR, "exec", "deploy/interleaver-operator", "--", *SEE_URL).strip() != str(there):
        assert time.monotonic() < end, f"url there: {not there}"
        cluster.kubectl(*OPERATOR, "annotate", *POD, "--overwrite", f"test.interleaver.dev/look={time.time()}")
        time.sleep(0.5)


@pytest.fixture
def default_store(scene: Scene, redis: Redis) -> Iterator[Redis]:
    """A Redis that the operator gives to every experiment."""
    scene.cluster.kubectl(
        *OPERATOR, "create", "secret", "generic", "interleaver-store", *redis.secret, "--from-literal=namespaces=*"
    )
    try:
        await_file(scene.cluster, there=True)
        yield redis
    finally:
        scene.cluster.kubectl(*OPERATOR, "delete", "secret", "interleaver-store")
        await_file(scene.cluster, there=False)


@pytest.fixture
def sharing(scene: Scene, default_store: Redis) -> Scene:
    """A run at its top, over two pods of an experiment that names no store."""
    scene.let_operator_use_secrets()
    scene.apply(replicas=2, analysis=ENDLESS, traffic={"steps": [{"percent": 100}]})
    await_top(scene)
    return scene


@pytest.mark.parametrize("redis", ["tls"], indirect=True)
def test_votes_in_the_operators_own_store_are_exact(sharing: Scene, voters: Program) -> None:
    await_votes(sharing, 100)
    assert_exact(sharing, voters)
    assert find_run(sharing)["gaps"] == []
    assert PASSWORD not in sharing.kubectl("get", "ilx,configmaps,pods", "-o", "yaml") + sharing.explain()
