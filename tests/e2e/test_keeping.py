"""An experiment is deleted and made again under load, and no shopper notices; with Delete everything goes."""

import json
from typing import Any

import pytest

from interleaver.api import names
from tests.e2e.scene import Scene, name_failures

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

RATE = 100.0  # visits a second
CHILDREN = "deployments,services,configmaps,secrets,controllerrevisions,pods"


def read_children(scene: Scene) -> list[dict[str, Any]]:
    words = ("get", CHILDREN, "-l", f"{names.LABEL_EXPERIMENT}=feed", "-o", "json")
    found: list[dict[str, Any]] = json.loads(scene.kubectl(*words))["items"]
    return found


def read_pods(scene: Scene, revision: str) -> dict[str, tuple[str, int]]:
    """A revision's pods: each with its uid, and how often its containers were restarted."""
    pods = [one for one in read_children(scene) if one["kind"] == "Pod"]
    return {
        pod["metadata"]["name"]: (pod["metadata"]["uid"], count_restarts(pod))
        for pod in pods
        if pod["metadata"]["labels"][names.LABEL_REVISION] == revision
    }


def count_restarts(pod: dict[str, Any]) -> int:
    status = pod["status"]
    return sum(one["restartCount"] for one in (*status["initContainerStatuses"], *status["containerStatuses"]))


def read_config(scene: Scene) -> dict[str, Any]:
    live = json.loads(scene.kubectl("get", "configmap", "feed-router", "-o", "json"))
    found: dict[str, Any] = json.loads(live["data"][names.CONFIG_FILE])
    return found


def test_an_experiment_that_is_deleted_in_mid_run_and_made_again_loses_no_request_and_restarts_no_pod(
    scene: Scene,
) -> None:
    scene.apply(candidate=None)
    scene.await_condition("Ready")
    with scene.shoppers("coin", rate=RATE) as crowd:
        scene.apply()
        scene.until(lambda: read_config(scene).get("percent", 0) >= 50, "a run")
        pods = read_pods(scene, "v1")
        scene.kubectl("delete", "ilx", "feed", "--timeout=20s", seconds=30)
        scene.until(lambda: read_config(scene).get("candidate") is None, "routers that pass everything")
        scene.until(lambda: read_pods(scene, "v2") == {}, "the end of the candidate")
        assert read_pods(scene, "v1") == pods

        scene.apply(candidate=None)
        scene.await_condition("Ready")
        status = scene.status()
        counts = crowd.finish()
    assert status["serving"]["revision"] == "v1"
    assert read_pods(scene, "v1") == pods
    assert name_failures(counts) == {}
    assert counts["requests"] > 10 * RATE

    scene.apply(candidate=None, deletionPolicy="Delete")
    scene.until(lambda: all_owned(scene), "owners of all")
    scene.kubectl("delete", "ilx", "feed", "--timeout=20s", seconds=30)
    scene.until(lambda: set(kinds(scene)) <= {"Secret"}, "the end of everything")


def kinds(scene: Scene) -> list[str]:
    return [one["kind"] for one in read_children(scene)]


def all_owned(scene: Scene) -> bool:
    """Whether everything goes with the experiment, but for the Secret that the operator may not change."""
    return all(one["metadata"].get("ownerReferences") for one in read_children(scene) if one["kind"] != "Secret")
