"""The cluster's autoscaler sizes real pods in mid-run and after the promotion; no vote and no request is lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.ballot import ENDLESS, assert_exact, await_top, await_votes, find_run
from tests.e2e.programs import Program
from tests.e2e.redis import Redis
from tests.e2e.scene import Scene, make_model
from tests.e2e.test_store import STORE, give_store
from tests.integration.load import find_sizers, serve_metrics, spread
from tests.integration.test_autoscaler import AUTOSCALER

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(500)]

SECONDS = 120  # the autoscaler looks every 15 s, and pods of that size must start


def make_scaled(scene: Scene, name: str) -> dict[str, Any]:
    """A model that asks for 20m of a processor, of which the autoscaler wants half to be used."""
    model = make_model(scene.cluster, name)
    model["source"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "20m"}}
    return model


@pytest.fixture
def sharing(scene: Scene, redis: Redis) -> Scene:
    """A run at its top that waits for a person's word; nobody says how many pods there are."""
    give_store(scene, redis)
    models = {role: make_scaled(scene, name) for role, name in {"champion": "v1", "candidate": "v2"}.items()}
    scene.apply(**models, store=STORE, analysis=ENDLESS)
    await_top(scene)
    return scene


def order(least: int) -> str:
    """The autoscaler for the experiment, as a document."""
    target = AUTOSCALER["spec"]["scaleTargetRef"] | {"name": "feed"}
    spec = AUTOSCALER["spec"] | {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 3}
    return json.dumps(AUTOSCALER | {"spec": spec})


def under(scene: Scene, millicores: int, holds: Callable[[], bool]) -> Callable[[], bool]:
    """Whether something holds while the pods are under this load."""

    def look() -> bool:
        words = ("get", "pods", "-l", "interleaver.dev/experiment=feed", "-o", "json")
        scene.kubectl("apply", "-f", "-", stdin=spread(json.loads(scene.kubectl(*words))["items"], millicores))
        return holds()

    return look


def test_votes_are_exact_and_no_request_fails_while_an_autoscaler_changes_the_size(
    sharing: Scene, voters: Program
) -> None:
    scene, run = sharing, find_run(sharing)["id"]
    with serve_metrics(scene.cluster):
        scene.kubectl("apply", "-f", "-", stdin=order(1))
        scene.until(under(scene, 20, lambda: scene.pods() == {"v1": 2, "v2": 2}), "twice the size", SECONDS)
        await_votes(scene, 50)
        scene.until(under(scene, 8, lambda: scene.pods() == {"v1": 1, "v2": 1}), "the size of before", SECONDS)
        await_votes(scene, 50)
        assert find_sizers(scene.kubectl, "feed") == {"kube-controller-manager"}
    assert find_run(scene)["id"] == run
    assert assert_exact(scene, voters)["repeated"] == 0, "a request had to be sent again"
    assert find_run(scene)["gaps"] == []
