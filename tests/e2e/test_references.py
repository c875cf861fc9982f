"""From a plain Deployment and its Service to a promotion, by reference, and no shopper notices."""

import json
from typing import Any

import pytest
import yaml

from tests.e2e.scene import Scene, make_model, name_failures

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def make_deployment(scene: Scene, revision: str, replicas: int) -> dict[str, Any]:
    """A model server as a team runs it without any experiment."""
    template = make_model(scene.cluster, revision)["source"]["template"]
    labels = {"app": f"feed-{revision}"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"feed-{revision}"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": template | {"metadata": {"labels": labels}},
        },
    }


def refer(revision: str) -> dict[str, Any]:
    """A champion or candidate of that Deployment's template."""
    return {"revision": revision, "port": 9000, "source": {"deploymentRef": {"name": f"feed-{revision}"}}}


def count_forms(scene: Scene) -> dict[str, int]:
    """In how many forms the pods of each revision were made, by its name."""
    found = json.loads(scene.kubectl("get", "replicasets", "-l", "interleaver.dev/experiment=feed", "-o", "json"))
    revisions = [one["metadata"]["labels"]["interleaver.dev/revision"] for one in found["items"]]
    return {name: revisions.count(name) for name in sorted(set(revisions))}


def test_a_deployment_that_serves_becomes_a_champion_and_another_one_its_successor(scene: Scene) -> None:
    service = {"selector": {"app": "feed-v1"}, "ports": [{"port": 80, "targetPort": 9000}]}
    documents = [
        make_deployment(scene, "v1", 1),
        make_deployment(scene, "v2", 0),
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "home-feed"}, "spec": service},
    ]
    scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(documents))
    scene.kubectl("rollout", "status", "deployment/feed-v1", "--timeout=60s", seconds=70)
    scene.apply(champion=refer("v1"), candidate=None)
    scene.await_condition("Stalled", "True", "ServiceExists")
    uid = scene.kubectl("get", "service", "home-feed", "-o", "jsonpath={.metadata.uid}")
    with scene.shoppers("v2") as crowd:
        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/adopt-service={uid}")
        scene.await_condition("Ready", "True", "Serving")
        scene.apply(champion=refer("v1"), candidate=refer("v2"))
        scene.kubectl("wait", "--for=condition=Concluded", "ilx/feed", "--timeout=100s", seconds=110)
        assert scene.status()["serving"]["revision"] == "v2"
        scene.kubectl("delete", "deployment", "feed-v2")
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        scene.apply(champion=refer("v2"), candidate=None)
        scene.await_condition("PromotionRecorded", "True", "Recorded")
        counts = crowd.finish()
    assert name_failures(counts) == {}
    assert counts["served-by-v2"] > 0
    assert scene.condition("Stalled") == {}
    assert count_forms(scene) == {"v2": 1}
