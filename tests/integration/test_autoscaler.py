"""The cluster's own autoscaler at an experiment with a candidate on trial: nobody writes against it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import pytest

from tests.cluster import Cluster
from tests.crashes.story import PROMOTION, Story, make_manifest
from tests.crashes.troupe import Troupe
from tests.integration.api import connect
from tests.integration.documents import change
from tests.integration.load import find_sizers, serve_metrics, tell_load
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.trial import find_run, find_serving, list_generations, list_pods, make_trial, start_run, tend

__all__ = ["stage"]

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]

STORE: Final = {"urlSecretRef": {"name": "votes", "key": "url"}}
REQUESTS: Final = {"requests": {"cpu": "200m"}}
# The autoscaler looks every 15 s; it looks three times here.
AUTOSCALER: Final[dict[str, Any]] = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "home-feed"},
    "spec": {
        "scaleTargetRef": {
            "apiVersion": "interleaver.dev/v1alpha1",
            "kind": "InterleavingExperiment",
            "name": "home-feed",
        },
        "minReplicas": 2,
        "maxReplicas": 8,
        "metrics": [
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": "cpu",
                    "container": "model",
                    "target": {"type": "Utilization", "averageUtilization": 50},
                },
            }
        ],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}},
    },
}


@pytest.fixture
def measured(cluster: Cluster, stage: Stage) -> Iterator[Stage]:
    """A stage on which an autoscaler is told of load."""
    with serve_metrics(cluster):
        yield stage


def make_scaled() -> dict[str, Any]:
    """A trial with half as many pods of the candidate, and whose size is nobody's in Git."""
    document = change(make_trial(), "spec.traffic", {"steps": [{"percent": 50, "hold": "1h"}, {"percent": 100}]})
    document["spec"]["store"] = STORE
    for role in ("champion", "candidate"):
        container = document["spec"][role]["source"]["template"]["spec"]["containers"][0]
        container["resources"] = REQUESTS
    assert "replicas" not in document["spec"]
    return document


def give_store(stage: Stage) -> None:
    stage.kubectl("create", "secret", "generic", "votes", "--from-literal=url=redis://127.0.0.1:1/0")
    stage.kubectl("label", "secret", "votes", "interleaver.dev/use=store")


def count_pods(stage: Stage) -> tuple[int, int]:
    """Pods of the champion and of the candidate."""
    return len(list_pods(stage, "v41")), len(list_pods(stage, "v42"))


def under(
    stage: Stage, millicores: int, holds: Callable[[], bool], make_ready: Callable[[Stage], object] = tend
) -> Callable[[], bool]:
    """Whether something holds, while pods get Ready and are under this load."""

    def look() -> bool:
        make_ready(stage)
        tell_load(stage, millicores)
        return holds()

    return look


def find_orders(stage: Stage) -> tuple[int, list[str]]:
    """How often the autoscaler ordered another size, and what it complained of."""
    events = [each for each in stage.get("events")["items"] if each["involvedObject"]["kind"] == AUTOSCALER["kind"]]
    orders = sum(each.get("count") or 1 for each in events if each["reason"] == "SuccessfulRescale")
    return orders, [each["message"] for each in events if each["type"] == "Warning"]


def test_an_autoscaler_sizes_champion_and_candidate_in_mid_run_and_nobody_writes_against_it(measured: Stage) -> None:
    stage, document = measured, make_scaled()
    give_store(stage)
    run = start_run(stage, document)
    assert count_pods(stage) == (1, 1)
    before = list_generations(stage)
    tell_load(stage, 400)
    stage.apply(AUTOSCALER)
    until(under(stage, 400, lambda: count_pods(stage) == (2, 1)), "the least that it may be", stage.tell)
    # 400m over two pods are 200m each: all of what a pod asks for, and half is wanted.
    until(under(stage, 400, lambda: count_pods(stage) == (4, 2)), "the size for the load", stage.tell)
    stage.apply(document)
    until(under(stage, 190, lambda: count_pods(stage) == (2, 1)), "the size for less load", stage.tell)

    orders, complaints = find_orders(stage)
    assert (orders, complaints) == (3, [])
    after = list_generations(stage)
    assert after["v41"] - before["v41"] == orders, "sizes are the autoscaler's, each of them once"
    assert after["v42"] - before["v42"] == 2
    assert find_sizers(stage.kubectl, "home-feed") == {"kube-controller-manager"}
    found = find_run(stage)
    assert (found["id"], found["stage"], found["percent"]) == (run, "Running", 50)
    assert stage.condition("Stalled") == {}
    assert stage.condition("Ready")["status"] == "True"
    scale = stage.get("ilx", "home-feed/scale")
    assert (scale["spec"]["replicas"], scale["status"]["replicas"]) == (2, 2)


@contextmanager
def played(stage: Stage, story: Story) -> Iterator[None]:
    """Pods that nobody runs get Ready, and their routers show what a story counts."""
    kubeconfig = stage.cluster.kubeconfig.read_text()

    async def play() -> None:
        api = await connect(kubeconfig)
        try:
            playing = asyncio.create_task(Troupe(api, stage.namespace, story, "home-feed").play())
            await asyncio.to_thread(over.wait)
            playing.cancel()
            await asyncio.wait([playing])
        finally:
            await api.close()

    over = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(play()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def make_promotion(namespace: str) -> dict[str, Any]:
    """An experiment whose candidate will be promoted, with pods that ask for something."""
    document = change(make_manifest(PROMOTION, namespace), "metadata.name", "home-feed")
    document["spec"] |= {"store": STORE, "promotion": {"rollbackWindow": "15s", "progressDeadline": "10m"}}
    for role in ("champion", "candidate"):
        container = document["spec"][role]["source"]["template"]["spec"]["containers"][0]
        container["resources"] = REQUESTS
    return document


def test_a_promotion_under_an_autoscaler_keeps_the_size_and_the_new_champion_is_measured(measured: Stage) -> None:
    stage = measured
    document = make_promotion(stage.namespace)
    give_store(stage)
    with played(stage, PROMOTION):
        stage.apply(change(document, "spec.candidate", None))
        stage.start()
        until(lambda: find_serving(stage) == "v41", "the champion", stage.tell)
        tell_load(stage, 400)
        stage.apply(change(AUTOSCALER, "spec.minReplicas", 4))

        loaded = partial(under, stage, make_ready=str)  # the troupe makes them Ready
        until(loaded(400, lambda: count_pods(stage) == (4, 0)), "the least that it may be", stage.tell)
        stage.apply(document)
        until(loaded(400, lambda: find_run(stage).get("percent") == 100), "the top of the ramp", stage.tell)
        assert count_pods(stage) == (4, 4)
        until(loaded(400, lambda: find_serving(stage) == "v42"), "the promotion", stage.tell)
        until(loaded(400, lambda: count_pods(stage) == (0, 4)), "the end of the former champion", stage.tell)
        assert find_orders(stage) == (1, []), "nothing but the least was ordered"
        until(loaded(800, lambda: count_pods(stage) == (0, 8)), "the new champion's size for more load", stage.tell)
        assert find_orders(stage) == (2, [])
