"""What is applied, what is deleted, and above all what is not."""

import asyncio
from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.acting.applying import Applied, apply_all
from interleaver.controller.acting.pruning import find_superfluous, prune
from interleaver.controller.acting.touching import find_untouched, touch
from interleaver.controller.cluster.children import Children
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.resources.metadata import child, revision_labels, stamp
from tests.builders import make_experiment, make_snapshot
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import make_serving

EXPERIMENT = make_experiment()


def make_object(kind: str = "Service", revision: str | None = "v42", **spec: Any) -> dict[str, Any]:
    """A child of the experiment; of one of its revisions, or (None) of all."""
    name = f"feed-{revision or 'router'}"
    labels = revision_labels(make_snapshot(revision).identity) if revision else {}
    head = child(EXPERIMENT.metadata, "v1", kind, name, labels=labels)
    return stamp(head | {"spec": spec or {"ports": [{"port": 9000}]}})


def make_children(*lives: dict[str, Any], entry: dict[str, Any] | None = None) -> Children:
    objects = {(live["kind"], live["metadata"]["name"]): live for live in lives}
    return Children(objects=objects, entry=entry, labelled=tuple(lives))


def apply_some(
    cluster: FakeCluster, wanted: list[dict[str, Any]], children: Children, applied: Applied
) -> tuple[int, list[str]]:
    count, refused = asyncio.run(apply_all(cluster, EXPERIMENT, wanted, children, applied))  # type: ignore[arg-type]
    assert refused.clashes == ()
    return count, list(refused.denied)


def apply(cluster: FakeCluster, wanted: list[dict[str, Any]], children: Children, applied: Applied) -> int:
    count, denials = apply_some(cluster, wanted, children, applied)
    assert denials == []
    return count


def test_what_does_not_exist_is_applied() -> None:
    cluster = FakeCluster()
    assert apply(cluster, [make_object()], make_children(), Applied()) == 1


def test_what_is_there_as_wanted_is_not_applied_again() -> None:
    cluster = FakeCluster()
    live = make_object() | {"status": {"loadBalancer": {}}}
    live["spec"]["clusterIP"] = "10.96.0.7"
    assert apply(cluster, [make_object()], make_children(live), Applied()) == 0
    assert cluster.requests == []


def test_what_somebody_changed_is_applied_again_although_the_digest_is_right() -> None:
    cluster = FakeCluster()
    live = cluster.put(make_object() | {"spec": {"ports": [{"port": 1}]}})
    assert apply(cluster, [make_object()], make_children(live), Applied()) == 1


def test_what_is_wanted_otherwise_is_applied() -> None:
    cluster = FakeCluster()
    live = cluster.put(make_object(ports=[{"port": 9000}], type="ClusterIP"))
    assert apply(cluster, [make_object(ports=[{"port": 9000}])], make_children(live), Applied()) == 1


def test_a_value_that_the_api_server_writes_in_another_form_is_applied_once() -> None:
    cluster = FakeCluster()
    wanted, applied = make_object("Deployment", cpu="1000m", template={"spec": {"containers": [{}]}}), Applied()

    async def normalise(manifest: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
        stored = deepcopy(manifest)
        stored["spec"]["cpu"] = "1"
        return cluster.put(stored)

    cluster.apply = normalise  # type: ignore[method-assign]
    assert apply(cluster, [wanted], make_children(), applied) == 1
    live = cluster.of_kind("Deployment")[0]
    # The Deployment's controller writes its status and an annotation of its own later.
    live["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "1"
    live["status"] = {"replicas": 1}
    assert apply(cluster, [wanted], make_children(live), applied) == 0
    live["spec"]["cpu"] = "2"
    assert apply(cluster, [wanted], make_children(live), applied) == 1


def test_a_denied_object_does_not_keep_the_others_from_being_applied() -> None:
    cluster = FakeCluster(failures={1: ClusterError(422, "bad")})
    wanted = [make_object(revision="v41"), make_object(revision="v42")]
    words = "the API server denied Service feed-v41: bad. Change the quota or the policy"
    assert apply_some(cluster, wanted, make_children(), Applied()) == (1, [words])
    assert cluster.find("Service", "feed-v42")


def test_an_api_server_that_is_down_is_not_asked_for_the_rest() -> None:
    cluster = FakeCluster(failures={1: ClusterError(503, "down")})
    with pytest.raises(ClusterError):
        apply(cluster, [make_object(revision="v41"), make_object(revision="v42")], make_children(), Applied())
    assert len(cluster.requests) == 1


def test_objects_of_a_revision_that_is_no_longer_desired_are_superfluous() -> None:
    lives = [make_object(kind) for kind in ("Deployment", "Service", "ControllerRevision")]
    kept = make_object(revision="v41")
    assert find_superfluous(EXPERIMENT, [kept], make_children(kept, *lives)) == lives


def change_label(live: dict[str, Any], label: str, value: str | None) -> dict[str, Any]:
    changed = deepcopy(live)
    if value is None:
        del changed["metadata"]["labels"][label]
    else:
        changed["metadata"]["labels"][label] = value
    return changed


FOREIGN = {
    "it carries another experiment's uid": change_label(make_object(), names.LABEL_EXPERIMENT_UID, "u-2"),
    "it carries no uid": change_label(make_object(), names.LABEL_EXPERIMENT_UID, None),
    "somebody else manages it": change_label(make_object(), names.LABEL_MANAGED_BY, "helm"),
    "nobody says who manages it": change_label(make_object(), names.LABEL_MANAGED_BY, None),
    "it is another experiment's": change_label(make_object(), names.LABEL_EXPERIMENT, "other"),
    "it belongs to no revision": change_label(make_object(), names.LABEL_HASH, None),
    "it is a ConfigMap": make_object("ConfigMap"),
    "it is a Secret": make_object("Secret"),
    "it is a Pod": make_object("Pod"),
    "it is on its way out": make_object() | {"metadata": make_object()["metadata"] | {"deletionTimestamp": "now"}},
}


@pytest.mark.parametrize("live", FOREIGN.values(), ids=FOREIGN.keys())
def test_an_object_is_never_deleted_when(live: dict[str, Any]) -> None:
    kept = make_object(revision="v41")
    assert find_superfluous(EXPERIMENT, [kept], make_children(kept, live)) == []


def test_nothing_is_deleted_when_nothing_is_desired() -> None:
    assert find_superfluous(EXPERIMENT, [], make_children(make_object())) == []


def test_what_serves_is_never_deleted() -> None:
    operator = make_serving()
    serving = [live for kind in ("Deployment", "Service") for live in operator.cluster.of_kind(kind)]
    status = EXPERIMENT.status.model_validate(operator.status)
    experiment = EXPERIMENT.model_copy(update={"status": status})
    assert find_superfluous(experiment, [make_object(revision="v42")], make_children(*serving)) == []


def test_deleting_names_the_very_object() -> None:
    cluster = FakeCluster()
    live = cluster.put(make_object())
    assert asyncio.run(prune(cluster, [live])) == 1  # type: ignore[arg-type]
    assert cluster.objects == {}


def make_pod(name: str, generation: str | None, **metadata: Any) -> dict[str, Any]:
    annotations = {} if generation is None else {names.ANNOTATION_CONFIG_GENERATION: generation}
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "shop", "annotations": annotations, **metadata}}


def test_pods_that_were_not_told_of_the_generation_are_found() -> None:
    pods = [make_pod("a", None), make_pod("b", "2"), make_pod("c", "3"), make_pod("d", "2", deletionTimestamp="now")]
    assert [pod["metadata"]["name"] for pod in find_untouched(pods, 3)] == ["a", "b"]


def test_a_pod_that_has_gone_meanwhile_does_not_keep_the_others_from_being_told() -> None:
    cluster = FakeCluster()
    there = cluster.put(make_pod("b", "2"))
    asyncio.run(touch(cluster, [make_pod("a", "2"), there], 3))  # type: ignore[arg-type]
    assert cluster.of_kind("Pod")[0]["metadata"]["annotations"] == {names.ANNOTATION_CONFIG_GENERATION: "3"}


def test_a_failure_to_tell_is_raised() -> None:
    cluster = FakeCluster(failures={1: ClusterError(503, "down")})
    with pytest.raises(ClusterError):
        asyncio.run(touch(cluster, [make_pod("a", "2")], 3))  # type: ignore[arg-type]
