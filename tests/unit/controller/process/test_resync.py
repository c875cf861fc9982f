"""The resync: everything is compared and visited now and then, and the sign of life is honest."""

import asyncio

from interleaver.api import names
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.resync import Resync
from interleaver.controller.visits.visit import Key
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import make_resource

A, B = Key("shop", "a"), Key("shop", "b")


def make_resync(cluster: FakeCluster, keys: list[Key]) -> Resync:
    return Resync(cluster, (), keys.append, list, cluster.clock, 60.0, finished=cluster.clock())  # type: ignore[arg-type]


def test_a_resync_asks_for_a_visit_of_everything() -> None:
    cluster = FakeCluster()
    cluster.put(make_resource())
    keys: list[Key] = []
    resync = make_resync(cluster, keys)
    assert not resync.is_ready()
    asyncio.run(resync.attempt())
    assert keys == [Key("shop", "feed")]
    assert resync.is_ready()


def test_a_resync_also_asks_for_what_is_known_but_no_longer_listed() -> None:
    keys: list[Key] = []
    resync = make_resync(FakeCluster(), keys)
    resync.list_visited = lambda: [A]
    asyncio.run(resync.attempt())
    assert keys == [A]


def test_only_the_namespaces_of_the_settings_are_asked_for() -> None:
    cluster = FakeCluster()
    cluster.put(make_resource())
    keys: list[Key] = []
    resync = make_resync(cluster, keys)
    resync.namespaces = ("other",)
    asyncio.run(resync.attempt())
    assert keys == []
    assert cluster.requests == [("list", names.KIND, "")]


def test_failing_attempts_are_signs_of_life_but_not_of_readiness() -> None:
    cluster = FakeCluster()
    resync = make_resync(cluster, [])
    for number in range(1, 20):
        cluster.failures[number] = ClusterError(503, "down")
        cluster.clock.pass_by(60)
        asyncio.run(resync.attempt())
        assert resync.is_alive()
    assert not resync.is_ready()


def test_attempts_that_never_end_are_no_sign_of_life() -> None:
    cluster = FakeCluster()
    resync = make_resync(cluster, [])
    cluster.clock.pass_by(301)
    assert not resync.is_alive()


def test_between_two_visits_of_everything_a_resync_only_asks_whether_the_api_server_is_there() -> None:
    cluster, keys = FakeCluster(), list[Key]()
    cluster.put(make_resource())
    resync = make_resync(cluster, keys)
    resync.period = 600.0
    for _ in range(11):
        asyncio.run(resync.attempt())
        cluster.clock.pass_by(60)
    assert keys == [Key("shop", "feed")] * 2
    assert cluster.requests == [("list", names.KIND, "")] * 11


def test_what_a_comparison_had_news_of_is_visited() -> None:
    async def compare() -> set[Key]:
        return {B}

    keys: list[Key] = []
    resync = make_resync(FakeCluster(), keys)
    resync.compare = compare
    asyncio.run(resync.attempt())
    assert keys == [], "the watches have just listed everything"
    resync.monotonic.pass_by(60)  # type: ignore[attr-defined]
    asyncio.run(resync.attempt())
    assert keys == [B]


def test_everything_is_visited_as_soon_as_what_concerns_everybody_has_changed() -> None:
    cluster, keys = FakeCluster(), list[Key]()
    cluster.put(make_resource())
    resync = make_resync(cluster, keys)
    resync.period = 600.0
    for seen in ("a", "a", "b", "b"):
        resync.look = lambda seen=seen: seen  # type: ignore[misc]
        asyncio.run(resync.attempt())
    assert keys == [Key("shop", "feed")] * 2


def test_what_concerns_everybody_is_still_news_after_a_resync_that_failed() -> None:
    cluster, keys = FakeCluster(), list[Key]()
    cluster.put(make_resource())
    resync = make_resync(cluster, keys)
    resync.period = 600.0
    asyncio.run(resync.attempt())
    resync.look = lambda: "another"
    cluster.failures[len(cluster.requests) + 1] = ClusterError(503, "down")
    asyncio.run(resync.attempt())
    assert keys == [Key("shop", "feed")]
    asyncio.run(resync.attempt())
    assert keys == [Key("shop", "feed")] * 2
