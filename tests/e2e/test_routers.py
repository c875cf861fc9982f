"""Routers are replaced under load without a lost request, and where they could not be had a mended spec brings them."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.cluster import Cluster
from tests.e2e.scene import MODEL, PATIENT, Scene, make_model, name_failures

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

SMALL = {"requests": {"cpu": "10m", "memory": "32Mi"}}
ENDLESS = {"minimumRun": "1h", "window": "2h", "minimumVotes": 50, "plannedVotes": 600, "margin": "0.1"}
OPERATOR = ("-n", "interleaver-system")


def make_obedient(cluster: Cluster, name: str) -> dict[str, Any]:
    """A model that ends as soon as it is told to, as servers do; the first process of a container would go on."""
    obey = "import os, signal; signal.signal(signal.SIGTERM, lambda *_: os._exit(0))"
    return make_model(cluster, name, command=["python3", "-c", f"{obey}\n{MODEL}", name])


def find_uids(scene: Scene, revision: str) -> set[str]:
    """The pods of a revision that are to stay."""
    found = json.loads(scene.kubectl("get", "pods", "-l", f"interleaver.dev/revision={revision}", "-o", "json"))[
        "items"
    ]
    return {pod["metadata"]["uid"] for pod in found if "deletionTimestamp" not in pod["metadata"]}


def find_router(scene: Scene, revision: str) -> dict[str, Any]:
    """The router's container in the Deployment of a revision."""
    found = scene.kubectl("get", "deployments", "-l", f"interleaver.dev/revision={revision}", "-o", "json")
    pod = json.loads(found)["items"][0]["spec"]["template"]["spec"]
    router: dict[str, Any] = pod["initContainers"][-1]
    return router


def find_target(scene: Scene) -> str:
    return scene.kubectl("get", "service", "home-feed", "-o", "jsonpath={.spec.ports[0].targetPort}")


def await_replaced(scene: Scene, former: set[str]) -> set[str]:
    """Wait until all pods of v1 are new and nothing is left to do; returns them."""
    scene.until(lambda: not former & find_uids(scene, "v1"), "other pods", seconds=90)
    scene.await_condition("RoutersCurrent", "True", "Current")
    return find_uids(scene, "v1")


def make_small(scene: Scene, name: str) -> dict[str, Any]:
    """A model that says what it needs, as a quota wants it."""
    model = make_model(scene.cluster, name)
    model["source"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "10m"}}
    return model


def limit(scene: Scene, cpu: str) -> None:
    """The quota of the namespace."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "small"},
        "spec": {"hard": {"requests.cpu": cpu}},
    }
    scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(quota))
    scene.until(lambda: scene.kubectl("get", "quota", "small", "-o", "jsonpath={.status.hard}") != "", "the quota")


def test_a_mended_router_and_the_command_to_refresh_cost_no_request(scene: Scene) -> None:
    given = {"champion": make_obedient(scene.cluster, "v1"), "candidate": None, "replicas": 2}
    scene.apply(**given)
    scene.await_condition("Ready")
    scene.until(lambda: len(find_uids(scene, "v1")) == 2, "both pods")
    with scene.shoppers("coin", seconds=280) as crowd:
        pods = find_uids(scene, "v1")
        scene.apply(**given, router=PATIENT | {"resources": SMALL})
        pods = await_replaced(scene, pods)
        assert find_router(scene, "v1")["resources"] == SMALL

        ports = {"port": 18080, "adminPort": 18090}
        scene.apply(**given, router=PATIENT | ports | {"resources": SMALL})
        pods = await_replaced(scene, pods)
        scene.until(lambda: find_target(scene) == "18080", "the entry at the new port")

        pretend_an_earlier_version(scene)
        scene.until(lambda: not pods & find_uids(scene, "v1"), "pods as an earlier operator made them", seconds=90)
        scene.until(lambda: find_router(scene, "v1")["ports"][0]["name"] == "router", "their port without a name")
        pods = find_uids(scene, "v1")
        scene.kubectl("annotate", "ilx", "feed", "interleaver.dev/refresh-router=now")
        await_replaced(scene, pods)
        assert scene.status()["refreshed"] == "now"
        assert find_router(scene, "v1")["ports"][0]["name"].startswith("ilv-")
        counts = crowd.finish()
    assert name_failures(counts) == {}
    assert counts["served-by-v1"] == counts["requests"] > 1000
    assert scene.kubectl("get", "events", "--field-selector=reason=FailedPreStopHook", "-o", "name") == ""


def pretend_an_earlier_version(scene: Scene) -> None:
    """Let the operator find what v1 has as an earlier version of itself would have left it."""
    kept = json.loads(scene.kubectl("get", "controllerrevisions", "-o", "json"))["items"][0]
    sidecar = json.loads(kept["metadata"]["annotations"]["interleaver.dev/router"])
    older = json.dumps({key: value for key, value in sidecar.items() if key != "named"})
    scene.kubectl(
        "annotate", "controllerrevision", kept["metadata"]["name"], "--overwrite", f"interleaver.dev/router={older}"
    )


def test_no_neighbour_drains_a_router_and_a_drain_by_mistake_is_taken_back(scene: Scene) -> None:
    scene.apply(candidate=None)
    scene.await_condition("Ready")
    address = scene.kubectl("get", "pods", "-o", "jsonpath={.items[0].status.podIP}")
    for method in ("GET", "POST", "PUT"):
        refused = scene.cluster.exec("curl", "-s", "-m", "5", "-X", method, f"http://{address}:17090/drain")
        assert json.loads(refused)["error"].startswith("there are /metrics, /healthz, /readyz and /config")
    assert is_ready(scene)
    pod = scene.kubectl("get", "pods", "-o", "name").strip()
    scene.kubectl("exec", pod, "-c", "interleaver-router", "--", "interleaver-drain")
    scene.until(lambda: not is_ready(scene), "the drain")
    scene.until(lambda: is_ready(scene), "its end, for the pod's did not come", seconds=90)
    log = scene.kubectl("logs", pod, "-c", "interleaver-router")
    assert '"drain-over"' in log
    assert (
        scene.kubectl("get", "pods", "-o", "jsonpath={.items[0].status.initContainerStatuses[-1:].restartCount}") == "0"
    )


def is_ready(scene: Scene) -> bool:
    """Whether the only pod is Ready."""
    path = '{.items[0].status.conditions[?(@.type=="Ready")].status}'
    return scene.kubectl("get", "pods", "-o", f"jsonpath={path}") == "True"


def test_a_quota_that_refuses_the_router_gives_way_to_a_mended_spec_in_mid_run(scene: Scene) -> None:
    models = {"champion": make_small(scene, "v1"), "candidate": make_small(scene, "v2")}
    scene.apply(**models | {"candidate": None})
    scene.await_condition("Ready")
    limit(scene, "150m")  # the champion has 110m of it, and another pod needs as much
    scene.apply(**models, analysis=ENDLESS, promotion={"progressDeadline": "5m"})
    scene.await_condition("CandidateReady", "False", "FailedCreate")
    champion = find_uids(scene, "v1")
    scene.apply(**models, analysis=ENDLESS, promotion={"progressDeadline": "5m"}, router={"resources": SMALL})
    scene.until(lambda: scene.status().get("run", {}).get("stage") == "Running", "the run")
    assert find_router(scene, "v2")["resources"] == SMALL
    assert find_uids(scene, "v1") == champion, "what serves stays as it is until the run is over"
    scene.await_condition("RoutersCurrent", "False", "Waiting")
    assert "spec.router (resources) waits for the routers of v1" in scene.condition("RoutersCurrent")["message"]

    limit(scene, "100m")  # no champion of before can be had any more
    scene.kubectl("delete", "pod", "-l", "interleaver.dev/revision=v1", "--wait=false")
    scene.until(lambda: find_router(scene, "v1")["resources"] == SMALL, "the champion with what the spec says")
    scene.await_condition("Ready")
    assert scene.status()["run"]["stage"] == "Running"


@pytest.fixture
def upgraded(scene: Scene) -> Iterator[Scene]:
    """A champion that serves while the operator comes to have another image for routers."""
    scene.apply(candidate=None)
    scene.await_condition("Ready")
    scene.await_condition("RoutersCurrent", "True", "Current")
    image = scene.cluster.image("router")
    set_router_image(scene.cluster, image + "-next")
    yield scene
    set_router_image(scene.cluster, image)


def set_router_image(cluster: Cluster, image: str) -> None:
    """Another version of the operator, in what matters here."""
    name = "deployment/interleaver-operator"
    cluster.kubectl(*OPERATOR, "set", "env", name, f"INTERLEAVER_ROUTER_IMAGE={image}")
    cluster.kubectl(*OPERATOR, "rollout", "status", name, "--timeout=90s", seconds=100)


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_an_operator_upgrade_alone_restarts_nothing_and_says_what_would(upgraded: Scene) -> None:
    before = find_uids(upgraded, "v1")
    words = "those of v1 are of an earlier version of the operator"
    upgraded.until(lambda: words in upgraded.condition("RoutersCurrent")["message"], "the word of the new operator")
    time.sleep(5)  # in which it would have replaced them
    assert find_uids(upgraded, "v1") == before
    assert find_router(upgraded, "v1")["image"] == upgraded.cluster.image("router")
