"""Routers are replaced on a real API server: what the entry leads to while their port changes, and what is kept.

The champion's pods never run here, so a person's part is played by patches of the pods' status: Ready, at an address.
"""

import json
from typing import Any

import pytest

from interleaver.api import names
from tests.integration.documents import change
from tests.integration.test_adoption import make_unscheduled
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.trial import make_ready

__all__ = ["stage"]

pytestmark = pytest.mark.cluster

SELECTOR = f"{names.LABEL_EXPERIMENT}=home-feed"


def list_pods(stage: Stage) -> list[dict[str, Any]]:
    """The champion's pods, those that are leaving included."""
    found: list[dict[str, Any]] = stage.get("pods", "--selector", SELECTOR)["items"]
    return found


def find_port(pod: dict[str, Any]) -> int:
    """Where the router in a pod listens."""
    router = next(each for each in pod["spec"]["initContainers"] if each["name"] == names.ROUTER_CONTAINER)
    return int(router["ports"][0]["containerPort"])


def find_target(stage: Stage) -> int | str:
    target: int | str = stage.get("service", "home-feed")["spec"]["ports"][0]["targetPort"]
    return target


def serve(stage: Stage) -> dict[str, Any]:
    """A champion with one pod that serves; returns the pod."""
    stage.apply(make_unscheduled())
    stage.start()
    (pod,) = until(lambda: list_pods(stage), "the champion's pod")
    make_ready(stage, pod, "10.244.9.1")
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready")
    found: dict[str, Any] = pod
    return found


def test_while_pods_listen_at_two_ports_the_entry_leads_to_both(stage: Stage) -> None:
    old = serve(stage)
    assert (find_target(stage), find_port(old)) == (17080, 17080)
    stage.apply(change(make_unscheduled(), "spec.router", {"port": 18080}))
    until(lambda: len(list_pods(stage)) == 2, "the pod that is to replace it")
    name = "ilv-" + old["metadata"]["labels"][names.LABEL_HASH]
    assert find_target(stage) == name, "before any pod listened at another port"
    (new,) = [pod for pod in list_pods(stage) if pod["metadata"]["uid"] != old["metadata"]["uid"]]
    assert find_port(new) == 18080
    make_ready(stage, new, "10.244.9.2")
    # The old pod goes at once, and then a number may be back already; but never while both are there.
    assert find_target(stage) == name or [find_port(pod) for pod in list_pods(stage)] == [18080]
    until(lambda: [find_port(pod) for pod in list_pods(stage)] == [18080], "the end of the old pod")
    until(lambda: find_target(stage) == 18080, "a number again, as all pods agree")
    until(lambda: stage.condition("RoutersCurrent").get("reason") == "Current", "Current")
    assert stage.experiment()["status"]["renewals"] == []


def test_what_replaced_a_router_outlives_the_status_and_the_operator(stage: Stage) -> None:
    serve(stage)
    small = {"resources": {"requests": {"cpu": "5m", "memory": "16Mi"}}}
    stage.apply(change(make_unscheduled(), "spec.router", small))
    until(lambda: len(list_pods(stage)) == 2, "the pod that is to replace it")
    (new,) = [pod for pod in list_pods(stage) if pod["status"].get("podIP") is None]
    make_ready(stage, new, "10.244.9.2")
    until(lambda: len(list_pods(stage)) == 1, "the end of the old pod")
    until(lambda: stage.condition("RoutersCurrent").get("reason") == "Current", "Current")
    stage.stop()
    stage.kubectl(
        "patch", "interleavingexperiment", "home-feed", "--subresource=status", "--type=merge", '-p={"status":null}'
    )
    before = {pod["metadata"]["uid"] for pod in list_pods(stage)}
    generation = stage.get("deployments", "--selector", SELECTOR)["items"][0]["metadata"]["generation"]
    stage.start()
    until(lambda: stage.condition("RoutersCurrent").get("reason") == "Current", "Current")
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready")
    assert {pod["metadata"]["uid"] for pod in list_pods(stage)} == before
    assert stage.get("deployments", "--selector", SELECTOR)["items"][0]["metadata"]["generation"] == generation
    kept = stage.get("controllerrevisions", "--selector", SELECTOR)["items"][0]
    assert json.loads(kept["metadata"]["annotations"][names.ANNOTATION_ROUTER])["resources"] == small["resources"]
    assert kept["data"]["sidecar"]["resources"] != small["resources"]
