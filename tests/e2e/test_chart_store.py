"""The chart's own Valkey as a pod on a real node, under an autoscaler: routers of several pods share votes by it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ballot import ENDLESS, assert_exact, await_top, await_votes, find_run
from tests.e2e.names import answer_names
from tests.e2e.programs import Program
from tests.e2e.scene import Scene
from tests.e2e.test_autoscaler import order
from tests.e2e.test_chart import Release, shielded

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

__all__ = ["shielded"]
VALKEY = "interleaver-valkey"


@pytest.fixture
def sharing(scene: Scene, shielded: object, tmp_path: Path) -> Iterator[Scene]:
    """A run at its top, of an experiment that names no store, in a release that brings one."""
    release, here = Release(scene, tmp_path), scene.namespace
    store = (
        f"valkey.sharedWith={{{here}}}",
        f"rbac.secretsIn={{{here}}}",
        f"valkey.image={scene.cluster.image('store')}",
    )
    release.install(
        release.newer, "install", "interleaver", "valkey.enabled=true", "valkey.persistence.enabled=false", *store
    )
    address = scene.kubectl("get", "service", VALKEY, "-o", "jsonpath={.spec.clusterIP}")
    with answer_names(scene.cluster, {f"{VALKEY}.{here}.svc.cluster.local": address}):
        scene.apply(analysis=ENDLESS, traffic={"steps": [{"percent": 100}]})
        await_top(scene)
        yield scene


def read_restarts(scene: Scene) -> int:
    """How often the store's container was started again and is ready."""
    (container,) = scene.cluster.get("pods", scene.namespace, f"{VALKEY}-0")["status"]["containerStatuses"]
    return int(container["restartCount"]) if container["ready"] else -1


def test_votes_are_exact_over_several_pods_and_an_end_of_the_store(sharing: Scene, voters: Program) -> None:
    scene = sharing
    copied = scene.kubectl("get", "secret", "feed-store", "-o", "jsonpath={.data.url}")
    assert f"@{VALKEY}.{scene.namespace}.svc:6379" in base64.b64decode(copied).decode()
    scene.kubectl("apply", "-f", "-", stdin=order(2))
    scene.until(lambda: scene.pods() == {"v1": 2, "v2": 2}, "the size that the autoscaler wants at least")
    await_votes(scene, 100)
    scene.kubectl("exec", f"{VALKEY}-0", "--", "sh", "-c", "kill 1")
    scene.until(lambda: read_restarts(scene) == 1, "the store started again")
    await_votes(scene, 100)
    assert_exact(scene, voters)
    assert find_run(scene)["gaps"] == []
