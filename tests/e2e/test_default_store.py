"""The operator's own store: a Secret beside the operator, which experiments use that name none."""

from collections.abc import Iterator

import pytest

from tests.e2e.ballot import ENDLESS, assert_exact, await_top, await_votes, find_run
from tests.e2e.mounted import OPERATOR, await_file
from tests.e2e.programs import Program
from tests.e2e.redis import PASSWORD, Redis
from tests.e2e.scene import Scene

# It waits for tests of other processes, which may take minutes. They wait for it in their turn: its own wait is theirs.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600), pytest.mark.alone]

MOUNTED = "/etc/interleaver/store/url"


@pytest.fixture
def default_store(scene: Scene, redis: Redis) -> Iterator[Redis]:
    """A Redis that the operator gives to every experiment."""
    scene.cluster.kubectl(
        *OPERATOR, "create", "secret", "generic", "interleaver-store", *redis.secret, "--from-literal=namespaces=*"
    )
    try:
        await_file(scene.cluster, MOUNTED, there=True)
        yield redis
    finally:
        scene.cluster.kubectl(*OPERATOR, "delete", "secret", "interleaver-store")
        await_file(scene.cluster, MOUNTED, there=False)


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
