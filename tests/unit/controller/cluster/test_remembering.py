"""Remembering: what was answered once is not asked for again, and nothing is taken for what it is not."""

import asyncio
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.bodies import Bodies, Name
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.cluster.kept import KeptCluster
from interleaver.controller.cluster.remembering import MOST, RememberingCluster, read_ahead
from interleaver.controller.cluster.store import Place, Store
from interleaver.controller.visits.worth import only_tells
from tests.unit.controller.cluster.test_kept import make_child
from tests.unit.controller.fakes import FakeCluster, make_pod

OF_FEED = f"{names.LABEL_EXPERIMENT}=feed"
SPEC = {"champion": {"revision": "v41"}}


class Scene:
    """A cluster whose answers are remembered, and the cluster as it is kept beside it."""

    def __init__(self) -> None:
        self.cluster, self.store, self.bodies = FakeCluster(), Store(), Bodies()
        self.asked: Any = RememberingCluster(self.cluster, self.bodies)  # type: ignore[arg-type]
        self.kept = KeptCluster(self.cluster, self.store, self.bodies, only_tells)  # type: ignore[arg-type]
        meta = {"name": "feed", "namespace": "shop"}
        self.experiment = self.cluster.put({"kind": names.KIND, "metadata": meta, "spec": SPEC})
        self.child = self.cluster.put(make_child("ConfigMap", "feed-router") | {"data": {}})
        template = {"metadata": {"labels": {names.LABEL_EXPERIMENT: "feed"}}, "spec": {"containers": []}}
        self.cluster.put(make_pod("feed-1", template))

    def tell(self) -> None:
        """The watches tell of everything; what was asked until now is not counted any more."""
        self.cluster.tell(self.store)
        self.cluster.requests.clear()

    def read_kept(self) -> None:
        """Read, by what is kept, all that there is."""
        assert asyncio.run(self.kept.get(names.KIND, "shop", "feed")) == self.cluster.find(names.KIND, "feed")
        assert asyncio.run(self.kept.get("ConfigMap", "shop", "feed-router")) == self.cluster.find(
            "ConfigMap", "feed-router"
        )
        assert len(asyncio.run(self.kept.list_pods("shop", OF_FEED))) == 1


def test_what_a_visit_asked_for_the_next_one_has() -> None:
    scene = Scene()
    asyncio.run(scene.asked.get(names.KIND, "shop", "feed"))
    asyncio.run(scene.asked.get("ConfigMap", "shop", "feed-router"))
    asyncio.run(scene.asked.list_pods("shop", OF_FEED))
    scene.tell()
    scene.read_kept()
    assert scene.cluster.requests == []


def test_what_was_written_is_had_as_it_is_stored() -> None:
    scene = Scene()
    version = scene.experiment["metadata"]["resourceVersion"]
    asyncio.run(scene.asked.patch_status("shop", "feed", version, {"observedGeneration": 1}))
    asyncio.run(scene.asked.apply(scene.child | {"data": {"a": "b"}}))
    asyncio.run(scene.asked.list_pods("shop", OF_FEED))
    scene.tell()
    scene.read_kept()
    assert scene.cluster.requests == []


def test_a_dry_run_is_no_object() -> None:
    scene = Scene()
    asyncio.run(scene.asked.apply(scene.child | {"data": {"a": "b"}}, dry_run=True))
    assert scene.bodies.find(Name("ConfigMap", "shop", "feed-router"), "3") is None


def test_an_answer_without_its_content_is_no_object() -> None:
    scene = Scene()
    version = scene.experiment["metadata"]["resourceVersion"]
    del scene.cluster.objects[names.KIND, "shop", "feed"]["spec"]
    stored = asyncio.run(scene.asked.patch_status("shop", "feed", version, {"observedGeneration": 1}))
    assert scene.bodies.find(Name(names.KIND, "shop", "feed"), stored["metadata"]["resourceVersion"]) is None


def test_another_version_is_asked_for() -> None:
    scene = Scene()
    asyncio.run(scene.asked.get("ConfigMap", "shop", "feed-router"))
    scene.cluster.put(scene.child | {"data": {"a": "b"}})
    scene.tell()
    found = asyncio.run(scene.kept.get("ConfigMap", "shop", "feed-router"))
    assert found is not None
    assert found["data"] == {"a": "b"}
    assert scene.cluster.requests == [("get", "ConfigMap", "feed-router")]


def test_what_is_read_in_advance_is_not_asked_for() -> None:
    scene = Scene()
    scene.tell()
    asyncio.run(read_ahead(scene.cluster, scene.store, scene.bodies, [None]))  # type: ignore[arg-type]
    assert len(scene.cluster.requests) == 6
    scene.cluster.requests.clear()
    scene.read_kept()
    assert scene.cluster.requests == []


@pytest.mark.parametrize("hoarded", ["ConfigMap", "Pod"])
def test_what_somebody_hoards_is_not_read_in_advance(hoarded: str) -> None:
    scene = Scene()
    scene.tell()
    head = next(iter(scene.store.shelves[hoarded].heads.values()))
    scene.store.shelves[hoarded].heads |= {Place("shop", f"c{number}"): head for number in range(MOST)}
    asyncio.run(read_ahead(scene.cluster, scene.store, scene.bodies, [None]))  # type: ignore[arg-type]
    assert hoarded not in {kind for _, kind, _ in scene.cluster.requests}


def test_an_api_server_that_does_not_answer_is_asked_at_visits() -> None:
    scene = Scene()
    scene.tell()
    scene.cluster.failures[1] = ClusterError(429, "too many requests")
    asyncio.run(read_ahead(scene.cluster, scene.store, scene.bodies, [None]))  # type: ignore[arg-type]
    scene.read_kept()
