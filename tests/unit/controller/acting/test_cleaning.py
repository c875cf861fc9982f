"""`interleaver cleanup`: what experiments that are gone have kept is shown, and removed only when somebody says so."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.acting.cleaning import find_remains, remove
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.cleanup import clean
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import FakeOperator, make_running
from tests.unit.controller.visits.test_adoption import make_adopted, service_of
from tests.unit.controller.visits.test_keeping import delete_experiment, list_objects, make_again


def make_gone() -> FakeOperator:
    """What was kept of a running experiment that is gone."""
    operator = make_running()
    delete_experiment(operator)
    operator.visit()
    return operator


def run(
    cluster: FakeCluster,
    agree: Callable[[], bool] | None,
    namespace: str | None = None,
    name: str | None = None,
) -> tuple[int, str]:
    """The command's exit code, and what it told."""
    told: list[str] = []
    code = asyncio.run(clean(cluster, namespace, name, agree, told.append))  # type: ignore[arg-type]
    return code, "".join(told)


def yes() -> bool:
    return True


def no() -> bool:
    return False


def test_all_that_was_kept_is_shown_and_removed_once_somebody_agrees() -> None:
    operator = make_gone()
    code, told = run(operator.cluster, yes)
    assert code == 0
    assert told.startswith("shop/feed is gone, and has kept:\n  Service ")
    for words in ("Service home-feed\n", "ConfigMap feed-router\n", "Secret feed-router\n", " of v41\n"):
        assert words in told
    operator.cluster.run_pods()
    assert list_objects(operator.cluster) == set()
    assert run(operator.cluster, yes) == (0, "\nNothing is left of experiments that are gone.\n"[1:])


@pytest.mark.parametrize(("agree", "expected"), [(None, 0), (no, 1)], ids=["a dry run", "somebody says no"])
def test_nothing_is_removed_without_a_word(agree: Callable[[], bool] | None, expected: int) -> None:
    operator = make_gone()
    before = list_objects(operator.cluster)
    code, told = run(operator.cluster, agree)
    assert code == expected
    assert "Deployment feed-" in told
    assert list_objects(operator.cluster) == before
    assert [verb for verb, _, _ in operator.cluster.requests if verb == "delete"] == []


def test_what_a_live_experiment_has_or_may_take_over_is_not_touched() -> None:
    operator = make_gone()
    make_again(operator)
    assert asyncio.run(find_remains(operator.cluster, None, None)) == []  # type: ignore[arg-type]
    operator.live_on(8)
    before = list_objects(operator.cluster)
    assert run(operator.cluster, yes)[0] == 0
    assert list_objects(operator.cluster) == before


def test_an_experiment_that_comes_back_while_it_is_cleaned_up_keeps_what_is_left() -> None:
    operator = make_gone()
    (remains,) = asyncio.run(find_remains(operator.cluster, None, None))  # type: ignore[arg-type]
    make_again(operator)
    before = list_objects(operator.cluster)
    stayed = asyncio.run(remove(operator.cluster, remains))  # type: ignore[arg-type]
    assert stayed == list(remains.objects)
    assert list_objects(operator.cluster) == before


def test_an_object_that_was_taken_over_since_it_was_looked_at_stays() -> None:
    operator = make_gone()
    cluster = operator.cluster
    (remains,) = asyncio.run(find_remains(cluster, None, None))  # type: ignore[arg-type]

    async def delete(live: dict[str, Any], unchanged: bool = False) -> None:
        """Another experiment's operator is faster by one request."""
        stored = cluster.objects[live["kind"], "shop", live["metadata"]["name"]]
        if stored["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] == "u-1":
            stored["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] = "u-2"
            cluster.put(stored)
        await FakeCluster.delete(cluster, live, unchanged)

    cluster.delete = delete  # type: ignore[method-assign]
    before = list_objects(cluster)
    stayed = asyncio.run(remove(cluster, remains))  # type: ignore[arg-type]
    assert stayed == list(remains.objects)
    assert list_objects(cluster) == before


def test_one_namespace_or_one_experiment_alone_can_be_cleaned_up() -> None:
    operator = make_gone()
    for namespace, name in (("elsewhere", None), (None, "other"), ("shop", "other")):
        assert "Nothing is left" in run(operator.cluster, yes, namespace, name)[1]
    assert "Removed" in run(operator.cluster, yes, "shop", "feed")[1]


def test_an_adopted_service_is_given_back_and_not_deleted() -> None:
    operator = make_adopted("KeepServing")
    delete_experiment(operator)
    operator.visit()
    code, told = run(operator.cluster, yes)
    assert code == 0
    assert "Service home-feed, which was adopted and is given back\n" in told
    assert service_of(operator)["spec"]["selector"] == {"app": "feed"}
    operator.cluster.run_pods()
    assert list_objects(operator.cluster) == {("Service", "home-feed")}


def test_an_adopted_service_that_somebody_deletes_meanwhile_does_not_keep_the_rest_from_going() -> None:
    operator = make_adopted("KeepServing")
    cluster = operator.cluster
    delete_experiment(operator)
    operator.visit()

    async def patch(live: dict[str, Any], patch: dict[str, Any]) -> None:
        del cluster.objects["Service", "shop", live["metadata"]["name"]]
        await FakeCluster.patch(cluster, live, patch)

    cluster.patch = patch  # type: ignore[method-assign]
    assert run(cluster, yes)[0] == 0
    cluster.run_pods()
    assert list_objects(cluster) == set()


def test_whoever_may_list_no_secrets_finds_them_by_their_names() -> None:
    operator = make_gone()
    cluster = operator.cluster

    async def refuse(kind: str, namespace: str | None, labels: str | None = None) -> Any:
        if kind == "Secret":
            raise ClusterError(403, "cannot list")
        return await FakeCluster.list(cluster, kind, namespace, labels)

    cluster.list = refuse  # type: ignore[method-assign]
    assert "Secret feed-router" in run(cluster, yes)[1]
    cluster.run_pods()
    assert list_objects(cluster) == set()


def test_what_carries_the_labels_and_was_not_kept_is_nobodys_to_remove() -> None:
    operator = FakeOperator()
    labels = {names.LABEL_EXPERIMENT: "feed", names.LABEL_EXPERIMENT_UID: "u-0", names.LABEL_MANAGED_BY: "interleaver"}
    meta = {"name": "home-feed", "namespace": "shop", "labels": labels}
    operator.cluster.put({"kind": "Service", "metadata": meta, "spec": {}})
    assert "Nothing is left" in run(operator.cluster, yes)[1]
    assert operator.cluster.find("Service", "home-feed")
