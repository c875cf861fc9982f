"""What is read of a pod in a list is all that anybody asks of it, and nothing that its template put there."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from interleaver.api import names
from interleaver.controller.acting.touching import find_untouched
from interleaver.controller.cluster.pod_answers import read_pods
from interleaver.controller.cluster.pods import admin_port, has_router, is_ready, is_settled, revision_hash
from interleaver.controller.observing.looks import metrics_urls
from interleaver.controller.observing.observe import find_touched_generation
from interleaver.controller.observing.unready import Heard

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_pod() -> dict[str, Any]:
    """A pod as a real API server shows it, with what its author may fill without bound."""
    router = {
        "name": names.ROUTER_CONTAINER,
        "image": "router",
        "restartPolicy": "Always",
        "env": [{"name": "X", "value": "x" * 1000}],
        "ports": [{"containerPort": 17080}, {"name": names.ADMIN_PORT_NAME, "containerPort": 17090}],
    }
    return {
        "metadata": {
            "name": "feed-abc-1",
            "namespace": "shop",
            "uid": "u-7",
            "resourceVersion": "12",
            "creationTimestamp": "2026-11-22T10:00:00Z",
            "labels": {names.LABEL_EXPERIMENT: "feed", names.LABEL_HASH: "abc", "app": "y" * 60},
            "annotations": {names.ANNOTATION_CONFIG_GENERATION: "7", "much": "z" * 1000},
            "managedFields": [{"fieldsV1": {"f:spec": {}}}],
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "feed-abc", "uid": "u-6"}],
        },
        "spec": {"initContainers": [router], "containers": [{"name": "model", "args": ["w" * 1000]}]},
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.7",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-22T10:00:09Z"}],
        },
    }


def read(pod: dict[str, Any]) -> dict[str, Any]:
    (found,), _ = read_pods(msgspec.json.encode({"items": [pod], "metadata": {}}), apiVersion="v1", kind="Pod")
    return found


def test_a_pod_in_a_list_answers_as_the_whole_pod_does() -> None:
    pod = make_pod()
    found = read(pod)
    for ask in (admin_port, is_ready, revision_hash):
        assert ask(found) == ask(pod)
    for at in (has_router, is_settled):
        assert at(found, NOW) is at(pod, NOW) is True
    assert metrics_urls([found], NOW) == metrics_urls([pod], NOW) == {"feed-abc-1": "http://10.0.0.7:17090/metrics"}
    assert find_touched_generation([found]) == 7
    assert find_untouched([found], 7) == []


def test_a_pod_that_is_leaving_says_so_and_one_that_is_not_does_not() -> None:
    pod = make_pod()
    assert "deletionTimestamp" not in read(pod)["metadata"]
    pod["metadata"]["deletionTimestamp"] = "2026-11-22T12:00:30Z"
    assert read(pod)["metadata"]["deletionTimestamp"] == "2026-11-22T12:00:30Z"
    assert not is_ready(read(pod))


def test_of_a_pod_nothing_is_kept_that_its_author_may_fill() -> None:
    assert len(msgspec.json.encode(read(make_pod()))) < 900


@pytest.mark.parametrize(("ready", "asked"), [(False, ["http://10.0.0.7:17090/readyz"]), (True, [])])
def test_a_router_that_is_not_ready_is_found_to_be_asked(ready: bool, asked: list[str]) -> None:
    pod = make_pod()
    pod["status"]["conditions"][0]["status"] = "False"
    status = {"name": names.ROUTER_CONTAINER, "started": True, "ready": ready, "state": {"running": {"startedAt": "x"}}}
    pod["status"]["initContainerStatuses"] = [status]
    assert list(Heard().list_due([read(pod)], NOW, 0.0).values()) == asked
