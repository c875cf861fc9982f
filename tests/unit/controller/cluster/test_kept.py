"""The cluster as it is kept: what the watches told is not asked for, and nothing but words is written."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.bodies import Bodies
from interleaver.controller.cluster.claiming import ABSENT, guard
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.kept import KeptCluster, SomethingToDo
from interleaver.controller.cluster.store import Store
from interleaver.controller.visits.worth import only_tells
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import make_resource

SELECTOR = f"{names.LABEL_EXPERIMENT}=feed"
READS = {"get", "get_metadata", "list", "list_pods", "list_services", "read_heads", "is_served", "close"}
WORDS = {"apply", "patch_status", "create"}  # a dry run, conditions, Events


def make_child(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "labels": {names.LABEL_EXPERIMENT: "feed"}},
    } | more


class Scene:
    """A cluster, and what is kept of it."""

    def __init__(self) -> None:
        self.cluster, self.store = FakeCluster(), Store()
        self.kept = KeptCluster(self.cluster, self.store, Bodies(), only_tells)  # type: ignore[arg-type]
        self.cluster.put(make_resource())
        for kind in ("Deployment", "Service", "Pod"):
            self.cluster.put(make_child(kind, "feed-1", spec={"of": kind}))
        self.cluster.tell(self.store)

    def count(self, doing: Coroutine[Any, Any, Any]) -> tuple[Any, int]:
        """What came of it, and how many requests it took."""
        before = len(self.cluster.requests)
        return asyncio.run(doing), len(self.cluster.requests) - before


def test_an_object_is_asked_for_once_in_each_version() -> None:
    scene = Scene()
    for expected in (1, 0, 0):
        found, requests = scene.count(scene.kept.get("Deployment", "shop", "feed-1"))
        assert (found["spec"], requests) == ({"of": "Deployment"}, expected)
    scene.cluster.put(make_child("Deployment", "feed-1", spec={"of": "another"}))
    found, requests = scene.count(scene.kept.get("Deployment", "shop", "feed-1"))
    assert (found["spec"], requests) == ({"of": "Deployment"}, 0), "no watch has told yet"
    scene.cluster.tell(scene.store)
    found, requests = scene.count(scene.kept.get("Deployment", "shop", "feed-1"))
    assert (found["spec"], requests) == ({"of": "another"}, 1)


def test_an_object_that_is_later_than_the_watch_is_asked_for_until_the_watch_has_told_of_it() -> None:
    scene = Scene()
    scene.cluster.put(make_child("Deployment", "feed-1", spec={"of": "another"}))
    for _ in range(2):
        found, requests = scene.count(scene.kept.get("Deployment", "shop", "feed-1"))
        assert (found["spec"], requests) == ({"of": "another"}, 1)
    scene.cluster.tell(scene.store)
    assert scene.count(scene.kept.get("Deployment", "shop", "feed-1"))[1] == 0


def test_what_is_not_there_is_not_asked_for_but_what_experiments_name_of_others_is() -> None:
    scene = Scene()
    for kind in ("Service", "Deployment"):
        scene.cluster.put({"kind": kind, "metadata": {"name": "entry", "namespace": "shop"}})
    assert scene.count(scene.kept.get("ConfigMap", "shop", "feed-2")) == (None, 0)
    for kind in ("Service", "Deployment"):
        found, requests = scene.count(scene.kept.get(kind, "shop", "entry"))
        assert (found["metadata"]["name"], requests) == ("entry", 1)


def test_secrets_are_asked_for_every_time() -> None:
    scene = Scene()
    for _ in range(2):
        assert scene.count(scene.kept.get("Secret", "shop", "feed-store")) == (None, 1)
        assert scene.count(scene.kept.get_metadata("Secret", "shop", "feed-router")) == (None, 1)


def test_a_list_by_label_asks_nothing_and_another_one_does() -> None:
    scene = Scene()
    found, requests = scene.count(scene.kept.list("Service", "shop", SELECTOR))
    assert ([one["metadata"]["name"] for one in found], requests) == (["feed-1"], 0)
    assert found[0]["kind"] == "Service"
    assert scene.count(scene.kept.list("Service", "shop", f"{SELECTOR},other"))[1] == 1
    assert scene.count(scene.kept.list(names.KIND, None))[1] == 1


def test_of_more_than_may_carry_the_label_the_gateway_says_what_is_wrong() -> None:
    scene = Scene()
    scene.kept = KeptCluster(scene.cluster, scene.store, Bodies(), only_tells, most=0)  # type: ignore[arg-type]
    assert scene.count(scene.kept.list("Service", "shop", SELECTOR))[1] == 1


def test_pods_are_asked_for_anew_when_any_of_them_has_changed_or_gone() -> None:
    scene = Scene()
    assert [scene.count(scene.kept.list_pods("shop", SELECTOR))[1] for _ in range(3)] == [1, 0, 0]
    scene.cluster.put(make_child("Pod", "feed-2"))
    scene.cluster.tell(scene.store)
    found, requests = scene.count(scene.kept.list_pods("shop", SELECTOR))
    assert (len(found), requests) == (2, 1)
    del scene.cluster.objects["Pod", "shop", "feed-1"]
    scene.cluster.tell(scene.store)
    found, requests = scene.count(scene.kept.list_pods("shop", SELECTOR))
    assert (len(found), requests) == (1, 1)


def test_before_the_first_list_is_whole_everything_is_asked_for() -> None:
    scene = Scene()
    kept = KeptCluster(scene.cluster, Store(), Bodies(), only_tells)  # type: ignore[arg-type]
    for doing in (
        kept.get("Deployment", "shop", "feed-1"),
        kept.list("Service", "shop", SELECTOR),
        kept.list_pods("shop", SELECTOR),
    ):
        assert scene.count(doing)[1] == 1


def test_conditions_and_events_may_be_told_and_a_template_tried() -> None:
    scene = Scene()
    version = scene.cluster.objects[names.KIND, "shop", "feed"]["metadata"]["resourceVersion"]
    scene.count(scene.kept.patch_status("shop", "feed", version, {"conditions": []}))
    scene.count(scene.kept.create(make_child("Event", "x")))
    scene.count(scene.kept.apply(make_child("ConfigMap", "x"), dry_run=True))
    assert [verb for verb, _, _ in scene.cluster.requests] == ["patch-status", "create", "dry-run"]


def test_what_is_in_the_way_is_found_without_a_write() -> None:
    scene = Scene()
    scene.cluster.put({"kind": "ConfigMap", "metadata": {"name": "feed-router", "namespace": "shop"}})
    for name, expected in {"feed-router": ClusterError, "another": SomethingToDo}.items():
        with pytest.raises(expected):
            asyncio.run(scene.kept.apply(guard(make_child("ConfigMap", name), **ABSENT)))
    assert {verb for verb, _, _ in scene.cluster.requests} == {"get-metadata"}


def test_nothing_else_is_written() -> None:
    scene = Scene()
    live = scene.cluster.objects["Service", "shop", "feed-1"]
    patch: Any = {"conditions": [], "serving": {}}
    for doing in (
        lambda: scene.kept.apply(live),
        lambda: scene.kept.patch_status("shop", "feed", "1", patch),
        lambda: scene.kept.create(live),
        lambda: scene.kept.delete(live),
        lambda: scene.kept.patch(live, {}),
        lambda: scene.kept.annotate_pod(live, {}),
    ):
        with pytest.raises(SomethingToDo):
            asyncio.run(doing())
    assert scene.cluster.requests == []


def test_whatever_the_gateway_can_do_is_a_read_or_words_or_refused() -> None:
    known = {name for name in vars(Cluster) if not name.startswith("_")}
    refused = known - READS - WORDS
    assert refused >= {"patch", "delete", "annotate_pod"}
    assert not refused & set(vars(KeptCluster))


def test_what_a_look_counted_is_written_and_what_brings_a_run_forward_is_not() -> None:
    scene = Scene()
    version = scene.cluster.objects[names.KIND, "shop", "feed"]["metadata"]["resourceVersion"]
    patches: tuple[dict[str, Any], ...] = (
        {"run": {"percent": 50}},
        {"run": None},
        {"run": {"votes": 3}, "decision": {}},
        {"history": []},
    )
    for patch in patches:
        with pytest.raises(SomethingToDo):
            asyncio.run(scene.kept.patch_status("shop", "feed", version, patch))
    stored, requests = scene.count(scene.kept.patch_status("shop", "feed", version, {"run": {"votes": 3}}))
    assert (stored["status"], requests) == ({"run": {"votes": 3}}, 1)
    with pytest.raises(SomethingToDo):  # of that version there is a later one
        asyncio.run(scene.kept.patch_status("shop", "feed", version, {"run": {"votes": 4}}))
