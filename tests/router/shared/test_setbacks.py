"""A store that lost the latest of what it had said to have counted: it is noticed, said, and counts no vote twice."""

from collections.abc import Callable
from functools import partial

from tests.router.conftest import Stage
from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.redis_nodes import Cluster, Watched, await_copies, cut_off

from .test_shared_votes import await_votes, make_two, read, show, vote

MakeStage = Callable[..., Stage]
MakeRedis = Callable[..., Redis]

COPY = "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('COPY', key, key .. ':copy') end"
RESTORE = (
    "for _, key in ipairs(redis.call('KEYS', '*')) do if not key:find(':copy') then redis.call('DEL', key) end end "
    "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('RENAME', key, key:sub(1, -6)) end"
)


def await_setback(stage: Stage) -> float:
    """When it was, once the router shows it."""
    found: float = wait_until(lambda: read(stage.router, "set_back"), "the setback is shown")
    assert [event["at"] for event in stage.router.events() if event["event"] == "store-set-back"] == [found]
    return found


def lose_a_vote(stage: Stage, primary: Redis) -> None:
    """A third vote dies with the primary, which had told nobody of it: that is noticed, and the event counts anew."""
    token = show(stage, "c")
    assert stage.router.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    primary.kill()
    await_setback(stage)
    assert stage.router.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 3)


def test_a_store_that_was_set_back_says_so_at_every_router_and_keeps_what_it_has(
    make_stage: MakeStage, redis: Redis
) -> None:
    first, second = make_two(make_stage, redis)
    vote(first, "a")
    vote(second, "b")
    await_votes(first.router, 2)
    epoch = read(first.router, "epoch")
    redis.ask("EVAL", COPY, "0")
    token = show(first, "c")
    assert first.router.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    await_votes(second.router, 3)
    redis.ask("EVAL", RESTORE, "0")
    assert await_setback(first) == await_setback(second)
    await_votes(second.router, 2)
    assert first.router.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    vote(second, "b", "a")
    await_votes(first.router, 3)
    assert read(first.router, "epoch") == epoch
    assert not first.router.find_event("store-forgot")


def test_a_store_that_lost_nothing_of_a_vote_was_not_set_back(make_stage: MakeStage, redis: Redis) -> None:
    """Routers only look for a second, or toss a coin: what of that is lost is no vote."""
    stage = make_stage().start(store={"url": redis.url})
    vote(stage, "a")
    await_votes(stage.router, 1)
    redis.ask("EVAL", COPY, "0")
    show(stage, "b")
    wait_until(lambda: read(stage.router, "first_coins") == 2, "a coin is counted")
    redis.ask("EVAL", RESTORE, "0")
    wait_until(lambda: read(stage.router, "first_coins") == 1, "and forgotten")
    vote(stage, "c")
    await_votes(stage.router, 2)
    assert read(stage.router, "set_back") == 0


def test_a_store_that_forgot_all_begins_anew_and_was_not_set_back(make_stage: MakeStage, redis: Redis) -> None:
    first, second = make_two(make_stage, redis)
    vote(first, "a")
    vote(second, "b")
    await_votes(first.router, 2)
    redis.ask("FLUSHALL")
    for stage in (first, second):
        wait_until(partial(stage.router.find_event, "store-forgot"), "it is logged")
        vote(stage, "c", "d")
    await_votes(first.router, 2)
    assert read(first.router, "set_back") == read(second.router, "set_back") == 0


def test_a_second_setback_is_told_from_the_first(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    vote(stage, "a")
    moments: list[float] = []
    for unit in "bc":
        redis.ask("EVAL", COPY, "0")
        vote(stage, unit)
        redis.ask("EVAL", RESTORE, "0")
        wait_until(lambda: (read(stage.router, "set_back") or 0) > sum(moments[-1:]), "it is noticed")
        moments.append(read(stage.router, "set_back") or 0)
    assert moments == sorted(set(moments))
    await_votes(stage.router, 1)


def test_votes_that_a_replica_of_a_cluster_had_not_got_are_said_to_be_lost(
    make_stage: MakeStage, make_redis: MakeRedis
) -> None:
    cluster = Cluster(make_redis, replicas=True)
    stage = make_stage().start(store={"url": cluster.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    primary = cluster.find_holder()
    await_copies(primary, 1)
    cut_off(primary, cluster.find_replica(primary))
    lose_a_vote(stage, primary)


def test_votes_that_the_replica_that_sentinels_chose_had_not_got_are_said_to_be_lost(
    make_stage: MakeStage, watched: Watched
) -> None:
    stage = make_stage().start(store={"url": watched.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    await_copies(watched.first, 2)
    cut_off(watched.first, *watched.servers[1:])
    lose_a_vote(stage, watched.first)
