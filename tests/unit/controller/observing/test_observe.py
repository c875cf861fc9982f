"""From live objects to the plain values that the core decides on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Entry
from interleaver.controller.cluster.children import find_children
from interleaver.controller.cluster.replicas import Lineage
from interleaver.controller.observing.observe import (
    cluster_ip,
    deployed_revisions,
    entry,
    find_config,
    find_touched_generation,
    is_rolled_out,
)
from tests.builders import make_experiment
from tests.unit.controller.operators import FakeOperator, make_serving


def deployed_of(operator: FakeOperator) -> dict[str, Any]:
    children = asyncio.run(find_children(operator.cluster, make_experiment(), Lineage()))  # type: ignore[arg-type]
    return deployed_revisions(children, operator.cluster.clock.now())


def only(found: dict[str, Any]) -> Any:
    assert len(found) == 1
    return next(iter(found.values()))


def test_a_revision_is_seen_with_its_size_pods_and_address() -> None:
    found = only(deployed_of(make_serving()))
    assert (found.snapshot.name, found.size, found.pods, found.ready, found.trouble) == ("v41", 1, 1, 1, None)
    assert found.address == "10.96.0.1"


def test_a_pod_that_is_leaving_counts_neither_as_there_nor_as_ready() -> None:
    operator = make_serving()
    operator.cluster.of_kind("Pod")[0]["metadata"]["deletionTimestamp"] = "2026-11-22T11:00:00Z"
    found = only(deployed_of(operator))
    assert (found.pods, found.ready) == (0, 0)


@pytest.mark.parametrize(("age", "expected"), [(0, 0), (2, 0), (3, 1), (-60, 1)])
def test_a_pod_counts_as_ready_once_requests_reach_it(age: int, expected: int) -> None:
    operator = make_serving()
    since = timestamp(operator.cluster.clock.now() - timedelta(seconds=age))
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": since}
    operator.cluster.of_kind("Pod")[0]["status"]["conditions"] = [ready]
    assert only(deployed_of(operator)).ready == expected


def test_a_pod_that_is_settling_is_looked_at_again_soon() -> None:
    operator = make_serving()
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(operator.cluster.clock.now())}
    operator.cluster.of_kind("Pod")[0]["status"]["conditions"] = [ready]
    assert operator.visit().after == 1.0
    operator.cluster.clock.pass_by(3)
    assert operator.visit().after == 600.0


def test_an_evicted_pod_is_not_counted() -> None:
    operator = make_serving()
    operator.cluster.of_kind("Pod")[0]["status"]["phase"] = "Failed"
    assert only(deployed_of(operator)).pods == 0


def test_trouble_of_the_pods_is_told() -> None:
    operator = make_serving()
    state = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
    operator.cluster.of_kind("Pod")[0]["status"] |= {
        "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": [{"name": "model", "state": state}],
    }
    assert only(deployed_of(operator)).trouble == "CrashLoopBackOff: container model: back-off"


def test_a_revision_without_deployment_and_service_is_still_known() -> None:
    operator = make_serving()
    for kind in ("Deployment", "Service", "Pod"):
        for live in operator.cluster.of_kind(kind):
            del operator.cluster.objects[kind, "shop", live["metadata"]["name"]]
    found = only(deployed_of(operator))
    assert (found.size, found.pods, found.address) == (None, 0, None)


def test_a_snapshot_that_was_tampered_with_does_not_count() -> None:
    operator = make_serving()
    live = operator.cluster.of_kind("ControllerRevision")[0]
    live["data"]["template"]["spec"]["containers"][0]["image"] = "evil"
    assert deployed_of(operator) == {}
    live["data"] = {}
    assert deployed_of(operator) == {}


def test_a_tampered_snapshot_is_put_right_by_the_next_visit() -> None:
    operator = make_serving()
    operator.cluster.of_kind("ControllerRevision")[0]["data"]["template"]["spec"]["containers"][0]["image"] = "evil"
    operator.live_on(2)
    assert only(deployed_of(operator)).snapshot.name == "v41"
    assert operator.status["serving"]["revision"] == "v41"


def rename_port(pod: dict[str, Any], **changes: Any) -> None:
    """Another port for requests in a pod's router."""
    pod["spec"]["initContainers"][-1]["ports"][0].update(changes)


def test_where_the_routers_of_a_revision_listen_is_seen_in_its_pods() -> None:
    operator = make_serving(replicas=2)
    found = only(deployed_of(operator))
    assert (found.ports, found.is_named) == (frozenset({17080}), True)
    first, second = operator.cluster.of_kind("Pod")
    rename_port(second, containerPort=18080)
    second["metadata"]["deletionTimestamp"] = "2026-11-22T11:00:00Z"
    assert only(deployed_of(operator)).ports == {17080, 18080}, "one that is leaving is still asked"
    second["status"]["phase"] = "Failed"
    assert only(deployed_of(operator)).ports == {17080}
    rename_port(first, name="router")
    assert only(deployed_of(operator)).is_named is False, "a name that a template may have is none"


def test_without_a_pod_no_router_listens_anywhere() -> None:
    operator = make_serving()
    del operator.cluster.objects["Pod", "shop", operator.cluster.of_kind("Pod")[0]["metadata"]["name"]]
    found = only(deployed_of(operator))
    assert (found.ports, found.is_named) == (frozenset(), False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, False),
        ({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2}, True),
        ({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2}, False),
        ({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1}, False),
        ({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2}, False),
        ({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1}, False),
    ],
)
def test_pods_of_before_are_gone_when_the_deployments_controller_says_so(status: Any, expected: bool) -> None:
    deployment = {"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": status}
    assert is_rolled_out(deployment) is expected
    assert is_rolled_out(None) is False


def test_where_the_entry_leads_to_is_seen() -> None:
    operator = make_serving()
    service = operator.cluster.find("Service", "home-feed")
    found = entry(service, make_experiment())
    assert found is not None
    assert found.target == 17080
    (service or {})["spec"]["ports"] = []
    again = entry(service, make_experiment())
    assert again is not None
    assert again.target is None


def test_a_headless_service_has_no_address() -> None:
    assert cluster_ip({"spec": {"clusterIP": "None"}}) is None
    assert cluster_ip({"spec": {}}) is None
    assert cluster_ip(None) is None


def test_a_service_of_the_entry_s_name_that_somebody_else_made_is_not_ours() -> None:
    foreign = {"metadata": {"name": "home-feed"}, "spec": {"clusterIP": "10.96.0.9", "selector": {"app": "feed"}}}
    assert entry(foreign, make_experiment()) == Entry(ours=False, address="10.96.0.9")
    assert entry(None, make_experiment()) is None


def test_the_entry_service_remembers_what_the_status_may_lose() -> None:
    operator = make_serving()
    found = entry(operator.cluster.find("Service", "home-feed"), make_experiment())
    assert found is not None
    assert (found.ours, found.hash, found.seed) == (True, operator.status["serving"]["hash"], "v41")


def test_the_routers_configuration_is_read_and_nonsense_counts_as_none() -> None:
    operator = make_serving()
    children = asyncio.run(find_children(operator.cluster, make_experiment(), Lineage()))  # type: ignore[arg-type]
    config = find_config(children, make_experiment())
    assert config is not None
    assert config.generation == 1
    children.find("ConfigMap", "feed-router")["data"][names.CONFIG_FILE] = "{}"  # type: ignore[index]
    assert find_config(children, make_experiment()) is None


@pytest.mark.parametrize(("annotations", "expected"), [([], 0), (["3", "12", "x"], 12), (["-1"], 0)])
def test_what_pods_were_told_is_read_from_their_annotations(annotations: list[str], expected: int) -> None:
    pods = [{"metadata": {"annotations": {names.ANNOTATION_CONFIG_GENERATION: text}}} for text in annotations]
    assert find_touched_generation([*pods, {"metadata": {}}]) == expected
