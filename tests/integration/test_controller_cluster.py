"""The operator's gateway on a real API server."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from kubernetes.aio import config
from kubernetes.aio.client import Configuration

from interleaver.api.experiment import Metadata
from interleaver.controller.acting.announcements import event
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError, TooLarge, connect
from interleaver.controller.settings import Requests
from interleaver.controller.visits.difference import difference
from interleaver.experiment.telling.announce import Announcement
from tests import cluster as under_test
from tests.integration.documents import install_crd, load

pytestmark = pytest.mark.cluster


class Gateway:
    """Runs one coroutine after the other against the API server, with small pages."""

    def __init__(self, cluster: under_test.Cluster, namespace: str) -> None:
        self.kubeconfig = str(cluster.kubeconfig)
        self.namespace = namespace

    def do(self, use: Callable[[Cluster], Awaitable[Any]], **requests: int) -> Any:
        async def connected() -> Any:
            configuration = Configuration()
            await config.load_kube_config(config_file=self.kubeconfig, client_configuration=configuration)
            cluster = await connect(configuration, Requests(**{"page": 2} | requests))
            try:
                return await use(cluster)
            finally:
                await cluster.close()

        return asyncio.run(connected())

    def config_map(self, name: str = "c", **data: str) -> dict[str, Any]:
        metadata = {"name": name, "namespace": self.namespace, "labels": {"of": "test"}}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}

    def apply(self, manifest: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = self.do(lambda cluster: cluster.apply(manifest, dry_run=dry_run))
        return found


@pytest.fixture
def gateway(cluster: under_test.Cluster, namespace: str) -> Gateway:
    return Gateway(cluster, namespace)


def test_applying_the_same_again_changes_nothing_and_a_foreign_change_is_put_right(
    gateway: Gateway, cluster: under_test.Cluster
) -> None:
    first = gateway.apply(gateway.config_map(a="1"))
    again = gateway.apply(gateway.config_map(a="1"))
    assert again["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    patch = '--patch={"data":{"a":"2","b":"3"}}'
    cluster.kubectl("-n", gateway.namespace, "patch", "configmap", "c", "--type=merge", patch)
    assert gateway.apply(gateway.config_map(a="1"))["data"] == {"a": "1", "b": "3"}


def test_a_list_of_several_pages_is_whole(gateway: Gateway) -> None:
    for name in "abcde":
        gateway.apply(gateway.config_map(name))
    found = gateway.do(lambda cluster: cluster.list("ConfigMap", gateway.namespace, "of=test"))
    assert [live["metadata"]["name"] for live in found] == list("abcde")


def test_what_objects_hold_is_not_even_sent_where_their_metadata_is_asked_for(gateway: Gateway) -> None:
    for name in "ab":
        gateway.apply(gateway.config_map(name, a="x" * 200_000))

    async def use(cluster: Cluster) -> list[dict[str, Any]]:
        one = await cluster.get_metadata("ConfigMap", gateway.namespace, "a")
        assert one is not None
        await cluster.patch(one, {"data": {"b": "y"}})
        return [one, *await cluster.list("ConfigMap", gateway.namespace, "of=test")]

    found = gateway.do(use, longest_answer=10_000)
    assert [live["metadata"]["name"] for live in found] == ["a", "a", "b"]
    assert all(live.keys() == {"apiVersion", "kind", "metadata"} for live in found)
    with pytest.raises(TooLarge):
        gateway.do(lambda cluster: cluster.get("ConfigMap", gateway.namespace, "a"), longest_answer=10_000)


def test_deleting_spares_an_object_of_the_same_name_that_came_later(gateway: Gateway) -> None:
    live = gateway.apply(gateway.config_map())
    former = live | {"metadata": live["metadata"] | {"uid": str(uuid.uuid4())}}
    gateway.do(lambda cluster: cluster.delete(former))
    assert gateway.do(lambda cluster: cluster.get("Service", gateway.namespace, "c")) is None
    assert len(gateway.do(lambda cluster: cluster.list("ConfigMap", gateway.namespace, "of=test"))) == 1
    gateway.do(lambda cluster: cluster.delete(live))
    gateway.do(lambda cluster: cluster.delete(live))
    assert gateway.do(lambda cluster: cluster.list("ConfigMap", gateway.namespace, "of=test")) == []


def test_what_exists_is_not_created_again(gateway: Gateway) -> None:
    assert gateway.do(lambda cluster: cluster.create(gateway.config_map(a="1"))) is True
    assert gateway.do(lambda cluster: cluster.create(gateway.config_map(a="2"))) is False


def make_deployment(namespace: str, **container: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "model"} | container]}}
    spec = {"selector": {"matchLabels": {"app": "x"}}, "template": template}
    metadata = {"name": "x", "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("container", "words"),
    [
        ({}, "spec.template.spec.containers[0].image: Required value"),
        ({"image": "m", "imge": "m"}, ".imge: field not declared in schema"),
        ({"image": "m", "ports": [{"containerPort": 0}]}, "containerPort"),
    ],
)
def test_a_dry_run_tells_what_is_wrong_with_a_template_and_leaves_nothing(
    gateway: Gateway, container: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClusterError) as caught:
        gateway.apply(make_deployment(gateway.namespace, **container), dry_run=True)
    assert is_denied(caught.value)
    assert words in caught.value.message
    gateway.apply(make_deployment(gateway.namespace, image="m"), dry_run=True)
    assert gateway.do(lambda cluster: cluster.list("Deployment", gateway.namespace)) == []


@pytest.fixture
def experiment(gateway: Gateway, cluster: under_test.Cluster) -> dict[str, Any]:
    """An experiment. An operator may be at work in the cluster: tests look at the answers to their own requests."""
    install_crd(cluster)
    document = load("minimal") | {"metadata": {"name": "home-feed", "namespace": gateway.namespace}}
    del document["spec"]["candidate"]
    gateway.apply(document)
    found = gateway.do(lambda gate: gate.get(document["kind"], gateway.namespace, "home-feed"))
    return dict(found)


def patch_status(gateway: Gateway, version: str, patch: dict[str, Any]) -> dict[str, Any]:
    """Patch the status that had this version."""
    found: dict[str, Any] = gateway.do(
        lambda cluster: cluster.patch_status(gateway.namespace, "home-feed", version, patch)
    )
    return found


def write_status(gateway: Gateway, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Write a whole status over another and read it; where somebody wrote meanwhile it is done again, as the operator
    does."""
    while True:
        live = gateway.do(lambda cluster: cluster.get("InterleavingExperiment", gateway.namespace, "home-feed"))
        patch, version = difference(live.get("status") or {}, new), live["metadata"]["resourceVersion"]
        try:
            written = patch_status(gateway, version, patch)
        except ClusterError as error:
            if error.code != 409:
                raise
            continue
        found = gateway.do(lambda cluster: cluster.get("InterleavingExperiment", gateway.namespace, "home-feed"))
        if found["metadata"]["resourceVersion"] == written["metadata"]["resourceVersion"]:
            return dict(found)


def test_a_status_patch_removes_what_is_no_longer_in_the_status(gateway: Gateway, experiment: dict[str, Any]) -> None:
    decision = {"runId": "r", "verdict": "Promote", "reason": "Better", "message": "m", "at": "2026-11-22T10:00:00Z"}
    with_decision = {"observedGeneration": 1, "replicas": 1, "selector": "a=b", "conditions": [], "history": []}
    first = write_status(gateway, {}, with_decision | {"decision": decision})
    assert first["status"]["decision"] == decision
    assert "decision" not in write_status(gateway, first["status"], with_decision)["status"]


def test_a_status_decided_on_an_old_reading_is_refused(gateway: Gateway, experiment: dict[str, Any]) -> None:
    version = experiment["metadata"]["resourceVersion"]
    write_status(gateway, {}, {"observedGeneration": 1, "replicas": 2, "selector": "a=b", "conditions": []})
    with pytest.raises(ClusterError) as caught:
        gateway.do(lambda cluster: cluster.patch_status(gateway.namespace, "home-feed", version, {"replicas": 9}))
    assert caught.value.code == 409


def test_an_event_is_shown_by_describe(
    gateway: Gateway, cluster: under_test.Cluster, experiment: dict[str, Any]
) -> None:
    about = Metadata.model_validate(experiment["metadata"])
    announcement = Announcement("Warning", "RolledBack", "v42 was worse")
    manifest = event(about, announcement, datetime.now(UTC), uuid.uuid4().hex[:8], "operator-0")
    assert gateway.do(lambda gate: gate.create(manifest)) is True
    shown = cluster.kubectl("-n", gateway.namespace, "describe", "interleavingexperiment", "home-feed")
    assert "RolledBack" in shown
    assert "v42 was worse" in shown
