"""Servers that are no store, or not the whole of one: it is said what is wrong, and votes wait for the right URL."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.router.conftest import Stage
from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.redis_nodes import Cluster, Sentinel

from .test_shared_votes import await_votes, kill, vote

MakeStage = Callable[..., Stage]
MakeRedis = Callable[..., Redis]


@pytest.fixture
def sentinel(redis: Redis, tmp_path: Path) -> Iterator[Sentinel]:
    """A running Sentinel."""
    sentinel = Sentinel(tmp_path, redis).start()
    yield sentinel
    sentinel.kill()


@pytest.fixture
def nodes(make_redis: MakeRedis) -> list[Redis]:
    """A cluster of three nodes, which share the slots."""
    return Cluster(make_redis).nodes


def await_refusal(stage: Stage) -> tuple[str, str]:
    """The code and the meaning of the first refusal."""
    event = wait_until(lambda: stage.router.find_event("store-refuses"), "it is logged")
    return event["code"], event["meaning"]


def test_nodes_of_a_cluster_that_do_not_hold_a_run_say_so_and_votes_wait_for_the_right_url(
    make_stage: MakeStage, nodes: list[Redis], tmp_path: Path
) -> None:
    stages = dict[Path, Stage]()
    for number, node in enumerate(nodes):
        file = tmp_path / f"url{number}"
        file.write_text(node.url)
        stages[file] = make_stage().start(store={"file": str(file)})
    right = [file for file, stage in stages.items() if wait_until(partial(judge, stage), "it is told") == "found"]
    assert len(right) == 1, "one node holds all keys of a run"
    wrong = {file: stage for file, stage in stages.items() if file not in right}
    for stage in wrong.values():
        code, meaning = await_refusal(stage)
        assert code == "MovedError"
        assert "one node of a cluster of several" in meaning
    for file, stage in wrong.items():
        assert vote(stage, file.name) == {"accepted": 0, "ignored": 0, "buffered": 1}
        file.write_text(right[0].read_text())
    for stage in stages.values():
        await_votes(stage.router, 2)


def judge(stage: Stage) -> str | None:
    """What became of the first attempt that was answered."""
    answers = ("found", "refuses")
    return next((each for each in answers if stage.router.find_event(f"store-{each}")), None)


def test_a_sentinel_is_known_for_no_store(make_stage: MakeStage, sentinel: Sentinel) -> None:
    stage = make_stage().start(store={"url": f"redis://127.0.0.1:{sentinel.port}/0"})
    _, meaning = await_refusal(stage)
    assert "at a Sentinel" in meaning
    kill(stage)


@pytest.mark.parametrize(
    "url",
    [
        "redis-sentinel://127.0.0.1:26379/votes",
        "redis+sentinel://127.0.0.1:26379",
        "redis+cluster://127.0.0.1:7000/3",
    ],
)
def test_a_url_that_would_lead_nowhere_is_none(make_stage: MakeStage, tmp_path: Path, url: str) -> None:
    file = tmp_path / "url"
    file.write_text(url)
    stage = make_stage().start(store={"file": str(file)})
    away = wait_until(lambda: stage.router.find_event("store-away"), "it is logged")
    assert away["reason"] == "there is no usable URL"
    kill(stage)


def test_a_replica_is_told_from_its_primary(make_stage: MakeStage, make_redis: MakeRedis, redis: Redis) -> None:
    replica = make_redis("--replicaof", "127.0.0.1", str(redis.port)).start()
    wait_until(lambda: "master_link_status:up" in replica.ask("INFO", "replication"), "it follows")
    stage = make_stage().start(store={"url": replica.url})
    assert await_refusal(stage) == (
        "ReadOnlyError",
        "the URL leads to a replica, which takes no votes: give the URL of the primary",
    )
    kill(stage)


@pytest.mark.parametrize(
    ("user", "meaning"),
    [
        ("~interleaver:* +hget", "lacks a right"),
        ("~interleaver:* +eval", "lacks a right"),
        ("~theirs:* +@all", "keys that begin with interleaver:"),
    ],
    ids=["no script", "a script, and no command in it", "other keys"],
)
def test_a_right_that_is_missing_is_named(make_stage: MakeStage, redis: Redis, user: str, meaning: str) -> None:
    redis.ask("ACL", "SETUSER", "feed", "on", ">w0rd", *user.split())
    stage = make_stage().start(store={"url": f"redis://feed:w0rd@127.0.0.1:{redis.port}/0"})
    assert meaning in await_refusal(stage)[1]
    kill(stage)


def test_a_database_that_there_is_not_is_a_refusal(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": f"redis://127.0.0.1:{redis.port}/99"})
    assert "no database of the URL's number" in await_refusal(stage)[1]
    kill(stage)


def test_a_password_that_the_url_does_not_hold_is_asked_for(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    redis = make_redis("--requirepass", "w0rd", secret="w0rd").start()
    stage = make_stage().start(store={"url": redis.url})
    assert "wants a password" in await_refusal(stage)[1]
    kill(stage)
