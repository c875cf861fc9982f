"""A Service that shops use is taken over under load and given back, and no shopper notices."""

import json
from typing import Any

import pytest
import yaml

from tests.e2e.scene import Scene, make_model, name_failures

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


def make_legacy(scene: Scene) -> None:
    """A model server as a team runs it without any experiment: a Deployment and a Service."""
    pod = make_model(scene.cluster, "v0")["source"]["template"]["spec"]
    labels = {"app": "legacy"}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "legacy"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "home-feed", "annotations": {"shop.example/owner": "feed team"}},
        "spec": {"type": "NodePort", "selector": labels, "ports": [{"name": "web", "port": 80, "targetPort": 9000}]},
    }
    scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all([deployment, service]))
    scene.kubectl("rollout", "status", "deployment/legacy", "--timeout=60s", seconds=70)


def service(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scene.kubectl("get", "service", "home-feed", "-o", "json"))
    return found


def answers(scene: Scene, model: str) -> bool:
    """Whether a fresh request ends at that model."""
    patient = (
        "--retry",
        "20",
        "--retry-connrefused",
        "--retry-delay",
        "1",
    )  # a Service is new to the node for a moment
    found = scene.cluster.exec("curl", "-sf", "-m", "30", *patient, scene.address() + "/anything")
    return f'"model": "{model}"' in found


def test_a_live_service_is_taken_over_and_given_back_without_a_lost_request(scene: Scene) -> None:
    make_legacy(scene)
    before = service(scene)
    scene.until(lambda: answers(scene, "v0"), "the model that serves today")
    with scene.shoppers("coin") as crowd:
        scene.apply(candidate=None)
        scene.await_condition("Stalled", "True", "ServiceExists")
        command = f"interleaver.dev/adopt-service={before['metadata']['uid']}"
        assert command in scene.condition("Stalled")["message"]
        scene.kubectl("annotate", "ilx", "feed", command)
        scene.await_condition("Ready", "True", "Serving")
        scene.until(lambda: answers(scene, "v1"), "the champion behind its router")
        adopted = service(scene)

        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/give-back-service={before['metadata']['uid']}")
        scene.await_condition("Stalled", "True", "ServiceExists")
        scene.until(lambda: answers(scene, "v0"), "the model that served before")
        counts = crowd.finish()
    assert name_failures(counts) == {}
    assert counts["served-by-v0"] > 0
    assert counts["served-by-v1"] > 0
    assert adopted["spec"]["clusterIP"] == before["spec"]["clusterIP"]
    assert adopted["spec"]["ports"][0]["nodePort"] == before["spec"]["ports"][0]["nodePort"]
    assert adopted["metadata"]["annotations"]["shop.example/owner"] == "feed team"
    assert service(scene)["spec"] == before["spec"]
