"""Pods that carry the labels of ours, on a real API server with its own controllers. No kubelet runs any of them."""

from typing import Any

import pytest
import yaml

from interleaver.api import names
from tests.integration.test_adoption import make_pods_ready, make_unscheduled
from tests.integration.test_controller_program import Stage, stage, until

__all__ = ["stage"]

pytestmark = pytest.mark.cluster

SELECTOR = {"app": "theirs"}


def list_pods(stage: Stage, selector: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.get("pods", "--selector", selector)["items"]
    return found


def plant(stage: Stage) -> str:
    """Somebody's own Deployment, whose pod has all the labels of ours; returns the pod's name."""
    (ours,) = list_pods(stage, f"{names.LABEL_EXPERIMENT}=home-feed")
    labels = {key: value for key, value in ours["metadata"]["labels"].items() if key != "pod-template-hash"}
    container = {"name": "theirs", "image": "localhost/theirs:none", "imagePullPolicy": "Never"}
    pod = {"nodeSelector": {"interleaver.test/node": "none"}, "containers": [container]}
    template = {"metadata": {"labels": labels | SELECTOR}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": SELECTOR}, "template": template}
    document = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "theirs"}, "spec": spec}
    stage.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(document))
    (theirs,) = until(lambda: list_pods(stage, "app=theirs"), "the planted pod")
    return str(theirs["metadata"]["name"])


def test_a_pod_that_only_carries_the_labels_does_not_count_and_is_told(stage: Stage) -> None:
    stage.apply(make_unscheduled())
    stage.start()
    until(lambda: make_pods_ready(stage), "the champion's pod")
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready")
    name = plant(stage)
    make_pods_ready(stage)
    stalled = until(lambda: find_told(stage, name), "the words on the pod")
    assert repr(name) in stalled["message"]
    assert "serves with 1 Ready pod(s)" in stage.condition("Ready")["message"]
    assert stage.experiment()["status"]["replicas"] == 1
    (ours,) = [
        pod for pod in list_pods(stage, f"{names.LABEL_EXPERIMENT}=home-feed") if pod["metadata"]["name"] != name
    ]
    (theirs,) = list_pods(stage, "app=theirs")
    assert names.ANNOTATION_CONFIG_GENERATION in ours["metadata"]["annotations"], "the control: ours is told"
    assert names.ANNOTATION_CONFIG_GENERATION not in theirs["metadata"].get("annotations", {})
    stage.kubectl("delete", "deployment", "theirs")
    until(lambda: stage.condition("Stalled") == {}, "the end of Stalled")
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()


def find_told(stage: Stage, pod: str) -> dict[str, str] | None:
    """Why the experiment is Stalled, once it is for a pod of others. A change of that pod asks for a visit."""
    stalled = stage.condition("Stalled")
    if stalled.get("reason") == "ForeignPods":
        return stalled
    stage.kubectl("label", "pod", pod, f"poke={stage.experiment()['metadata']['resourceVersion']}", "--overwrite")
    return None
