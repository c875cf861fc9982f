"""Comparing: what no watch told is found, and what all agree on is no news."""

import asyncio

import pytest

from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.cluster.store import WATCHED, Store
from interleaver.controller.process.comparing import Comparison
from interleaver.controller.visits.visit import Key
from tests.unit.controller.cluster.test_kept import make_child
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import make_resource


def make_scene() -> tuple[FakeCluster, Store, Comparison]:
    cluster, store = FakeCluster(), Store()
    cluster.put(make_resource())
    cluster.put(make_child("Service", "feed-1"))
    cluster.tell(store)
    return cluster, store, Comparison(cluster, store, (None,))  # type: ignore[arg-type]


def test_where_all_agree_there_is_no_news() -> None:
    cluster, _, comparison = make_scene()
    assert asyncio.run(comparison.compare()) == set()
    assert [kind for _, kind, _ in cluster.requests] == list(WATCHED)


def test_what_came_changed_or_went_unheard_is_found_and_known_from_then_on() -> None:
    cluster, store, comparison = make_scene()
    del cluster.objects["Service", "shop", "feed-1"]
    cluster.put(make_child("Deployment", "feed-1"))
    assert asyncio.run(comparison.compare()) == {Key("shop", "feed")}
    assert store.find("Service", "shop", "feed-1") is None
    assert store.find("Deployment", "shop", "feed-1")
    assert asyncio.run(comparison.compare()) == set()


def test_what_was_not_listed_yet_is_left_to_the_watch() -> None:
    cluster, store = FakeCluster(), Store()
    cluster.put(make_resource())
    assert asyncio.run(Comparison(cluster, store, (None,)).compare()) == set()  # type: ignore[arg-type]
    assert cluster.requests == []


def test_a_comparison_that_fails_leaves_no_trace() -> None:
    cluster, store, comparison = make_scene()
    cluster.failures[len(cluster.requests) + 2] = ClusterError(503, "down")
    with pytest.raises(ClusterError):
        asyncio.run(comparison.compare())
    assert all(shelf.listings == [] for shelf in store.shelves.values())
    assert store.find("Service", "shop", "feed-1")
