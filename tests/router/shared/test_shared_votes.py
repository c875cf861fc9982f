"""Votes in a store that several routers share: exact over routers, restarts and outages of the store."""

import json
import signal
from collections.abc import Callable
from functools import partial

import pytest

from interleaver.api import names
from tests.router.conftest import Stage, answer_items
from tests.router.programs import RouterProcess, render_request, wait_until
from tests.router.redis import Redis

HEADER = "X-Interleaver-Impression"

MakeStage = Callable[..., Stage]


def show(stage: Stage, unit: str) -> str:
    token = stage.router.rank(unit).header(HEADER)
    assert token is not None
    return token


def vote(stage: Stage, *units: str) -> dict[str, int]:
    """Show each unit a list, and have it convert on the first item; the answer to all these events."""
    answer = stage.router.feed_back([{"impression": show(stage, unit), "item": "a"} for unit in units])
    assert answer.status == 202
    said: dict[str, int] = answer.json()
    return said


def read(router: RouterProcess, name: str, run: str = "r1") -> float | None:
    """The sum of a gauge of the store's over its labels; None if it is not exported."""
    series = router.metrics().get(f"interleaver_store_{name}", {})
    found = [value for labels, value in series.items() if dict(labels).get("run", run) == run]
    return sum(found) if found else None


def shows(router: RouterProcess, name: str, value: float) -> bool:
    return read(router, name) == value


def shows_newer(router: RouterProcess, epoch: float) -> bool:
    return (read(router, "epoch") or 0) > epoch


def await_votes(router: RouterProcess, votes: int, run: str = "r1") -> None:
    wait_until(lambda: read(router, "votes", run) == votes, f"{votes} votes are exported")


def await_up(router: RouterProcess, up: bool) -> None:
    wait_until(lambda: read(router, "up") == up, f"store_up is {up}")


def make_two(make_stage: MakeStage, redis: Redis) -> tuple[Stage, Stage]:
    """Two routers of one experiment, which have both found the store."""
    first, second = (make_stage().start(store={"url": redis.url}) for _ in range(2))
    for stage in (first, second):
        await_up(stage.router, True)
    return first, second


def test_a_unit_votes_once_at_two_routers(make_stage: MakeStage, redis: Redis) -> None:
    first, second = make_two(make_stage, redis)
    event = {"impression": show(first, "u"), "item": "a"}
    assert first.router.feed_back(event).json() == {"accepted": 1, "ignored": 0}
    assert second.router.feed_back(event).json() == {"accepted": 0, "ignored": 1}
    assert second.router.feed_back({**event, "item": "b"}).json() == {"accepted": 1, "ignored": 0}
    for router in (first.router, second.router):
        await_votes(router, 1)
        wait_until(partial(shows, router, "conversions", 2), "so is the conversion that brought no vote")
        assert read(router, "placed_votes") == 1
        assert read(router, "first_coins") == 1
    assert read(first.router, "epoch") == read(second.router, "epoch")


def test_every_total_is_exported_from_zero(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    samples = stage.router.metrics()
    for metric in (names.STORE_VOTES, names.STORE_CONVERSIONS, names.STORE_PLACED_VOTES, names.STORE_FIRST_COINS):
        count = 1
        for values in metric.labels.values():
            count *= len(values) or 1
        assert len(samples[metric.name]) == count
    assert read(stage.router, "buffered") == 0
    assert read(stage.router, "epoch") is not None


def test_a_router_with_votes_in_memory_exports_nothing_of_a_store(stage: Stage) -> None:
    assert not [
        name for name in stage.router.metrics() if name.startswith("interleaver_store_") and "total" not in name
    ]


def test_a_router_that_is_killed_loses_no_vote(make_stage: MakeStage, redis: Redis) -> None:
    first, second = make_two(make_stage, redis)
    assert vote(first, *"abcde") == {"accepted": 5, "ignored": 0}
    token = show(first, "a")
    kill(first)
    await_votes(second.router, 5)
    assert second.router.feed_back({"impression": token, "item": "b"}).json()["accepted"] == 1  # no second vote
    assert second.router.count("votes", outcome="win") + second.router.count("votes", outcome="loss") == 0
    await_votes(second.router, 5)


def kill(stage: Stage) -> None:
    """Kill a router as a node that fails would."""
    process = stage.router.process
    assert process is not None
    process.kill()
    process.wait()
    stage.router.process = None


def test_votes_cast_while_the_store_is_away_are_counted_when_it_is_back(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    redis.kill()
    await_up(stage.router, False)
    assert vote(stage, "b", "c", "d") == {"accepted": 0, "ignored": 0, "buffered": 3}
    assert read(stage.router, "buffered") == 3
    epoch = read(stage.router, "epoch")
    redis.start()
    await_up(stage.router, True)
    await_votes(stage.router, 4)
    assert read(stage.router, "buffered") == 0
    assert read(stage.router, "epoch") == epoch
    assert stage.router.counts("feedback", "result") == {"credited": 4, "duplicate": 1}


def test_a_store_that_stands_still_holds_up_no_request_and_counts_nothing_twice(
    make_stage: MakeStage, redis: Redis
) -> None:
    """What was sent before the router gave up is carried out when the store goes on, and sent again."""
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    redis.send_signal(signal.SIGSTOP)
    try:
        for number in range(5):
            assert vote(stage, f"{number}") == {"accepted": 0, "ignored": 0, "buffered": 1}
            assert stage.router.rank(f"{number}").status == 200
    finally:
        redis.send_signal(signal.SIGCONT)
    await_votes(stage.router, 5)
    assert vote(stage, *"0123456") == {"accepted": 7, "ignored": 0}
    await_votes(stage.router, 7)


def test_events_in_a_row_on_one_connection_are_answered_in_order_when_the_store_goes(
    make_stage: MakeStage, redis: Redis
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    bodies = [json.dumps({"impression": show(stage, unit), "item": "a"}).encode() for unit in "abcd"]
    redis.send_signal(signal.SIGSTOP)
    try:
        with stage.router.client() as client:
            client.send(b"".join(render_request("POST", "/feedback", {}, body) for body in bodies))
            said = [client.receive().json() for _ in bodies]
    finally:
        redis.send_signal(signal.SIGCONT)
    assert said == [{"accepted": 0, "ignored": 0, "buffered": 1}] * 4
    await_votes(stage.router, 4)


def test_a_store_that_forgot_begins_a_newer_epoch(make_stage: MakeStage, redis: Redis) -> None:
    stages = make_two(make_stage, redis)
    first, second = (stage.router for stage in stages)
    vote(stages[0], "a", "b")
    await_votes(second, 2)
    epoch = read(second, "epoch")
    assert epoch is not None
    redis.ask("FLUSHALL")
    for router in (first, second):
        wait_until(partial(shows_newer, router, epoch), "a newer epoch")
        wait_until(partial(router.find_event, "store-forgot"), "it is logged")
        await_votes(router, 0)
    vote(stages[1], "a")
    await_votes(first, 1)
    assert read(first, "first_coins") == 1
    show(stages[0], "b")  # whose coin this router had counted before
    wait_until(lambda: read(first, "first_coins") == 2, "it is counted anew")
    assert read(first, "epoch") == read(second, "epoch")


@pytest.mark.parametrize("key", ["totals", "voted", "converted", "tossed"])
def test_a_store_that_evicted_a_part_has_no_memory_to_go_by(make_stage: MakeStage, redis: Redis, key: str) -> None:
    stage = make_stage().start(store={"url": redis.url})
    vote(stage, "a", "b")
    await_votes(stage.router, 2)
    epoch = read(stage.router, "epoch") or 0
    redis.ask("DEL", *redis.keys(f"*:{key}"))
    wait_until(lambda: (read(stage.router, "epoch") or 0) > epoch, "a newer epoch")
    await_votes(stage.router, 0)


def test_a_store_that_was_restored_from_an_older_day_begins_anew(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    vote(stage, "a")
    await_votes(stage.router, 1)
    epoch = read(stage.router, "epoch") or 0
    redis.ask("HSET", redis.keys("*:totals")[0], "epoch", "1700000000000")
    wait_until(lambda: (read(stage.router, "epoch") or 0) > epoch, "a newer epoch")
    await_votes(stage.router, 0)


def test_a_newer_epoch_is_greater_whatever_the_clock_of_the_store_says(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    ahead = int(read(stage.router, "epoch") or 0) + 3_600_000
    redis.ask("HSET", redis.keys("*:totals")[0], "epoch", str(ahead))
    wait_until(lambda: read(stage.router, "epoch") == ahead, "the epoch of a store whose clock is an hour ahead")
    redis.ask("FLUSHALL")
    wait_until(lambda: read(stage.router, "epoch") == ahead + 1, "the next one")


def test_what_a_run_leaves_goes_after_its_retention(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url, "retentionSeconds": 1000})
    vote(stage, "a")
    keys = redis.keys()
    assert {key.rpartition(":")[2] for key in keys} == {"totals", "voted", "converted", "tossed", "routers"}
    assert len({key.partition("}")[0] for key in keys}) == 1  # one hash tag
    assert all(900 < int(redis.ask("TTL", key)) <= 1000 for key in keys)
    assert redis.ask("HGET", next(key for key in keys if key.endswith("totals")), "run") == "r1"


def test_events_beyond_the_buffer_are_dropped_and_said_to_be(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    redis.kill()
    await_up(stage.router, False)
    events = [{"impression": show(stage, "u"), "item": "a"}] * 1000
    for _ in range(10):
        assert stage.router.feed_back(events).json() == {"accepted": 0, "ignored": 0, "buffered": 1000}
    assert stage.router.feed_back(events[:3]).json() == {"accepted": 0, "ignored": 0, "dropped": 3}
    assert stage.router.count("store_dropped") == 3
    redis.start()
    await_votes(stage.router, 1)
    wait_until(lambda: read(stage.router, "buffered") == 0, "all is written")
    assert stage.router.counts("feedback", "result") == {"credited": 1, "duplicate": 9999}


def test_what_waits_is_written_before_a_router_ends(make_stage: MakeStage, redis: Redis) -> None:
    first, second = make_two(make_stage, redis)
    redis.send_signal(signal.SIGSTOP)
    assert vote(first, "a", "b") == {"accepted": 0, "ignored": 0, "buffered": 2}
    first.router.signal()
    wait_until(lambda: first.router.find_event("stopping"), "it is stopping")
    redis.send_signal(signal.SIGCONT)
    assert first.router.wait() == 0
    await_votes(second.router, 2)
    assert not [event for event in first.router.events() if event["event"] == "store-lost-events"]


def test_the_totals_of_a_former_run_can_still_be_read_and_its_late_events_written(
    make_stage: MakeStage, redis: Redis
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    vote(stage, "a")
    await_votes(stage.router, 1)
    redis.kill()
    await_up(stage.router, False)
    assert vote(stage, "b") == {"accepted": 0, "ignored": 0, "buffered": 1}
    stage.configure(run="r2", store={"url": redis.url})
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    redis.start()
    await_votes(stage.router, 2, run="r1")
    await_votes(stage.router, 1, run="r2")
    stage.configure(run=None, candidate=None)
    assert read(stage.router, "votes", "r2") == 1
    assert read(stage.router, "up") is None


def test_what_waits_is_written_though_the_run_is_over(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    redis.kill()
    await_up(stage.router, False)
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    stage.configure(run=None, candidate=None)
    redis.start()
    await_votes(stage.router, 1)
    assert redis.ask("SCARD", redis.keys("*:voted")[0]) == "1"


def test_a_run_that_had_ended_goes_on_with_its_voters(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    token = show(stage, "a")
    assert stage.router.feed_back({"impression": token, "item": "a"}).json()["accepted"] == 1
    stage.configure(run=None, candidate=None)
    stage.configure(store={"url": redis.url})
    stage.router.feed_back({"impression": token, "item": "b"})
    wait_until(lambda: read(stage.router, "conversions") == 2, "both are counted")
    assert read(stage.router, "votes") == 1


def test_two_experiments_on_one_store_do_not_mix(make_stage: MakeStage, redis: Redis) -> None:
    stages = [make_stage().start(store={"url": redis.url}, experiment=f"shop/{name}") for name in ("one", "two")]
    for stage in stages:
        assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    for stage in stages:
        await_votes(stage.router, 1)


def test_a_busy_unit_costs_one_command(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    stage.answer(answer_items("a"), answer_items("b"))
    show(stage, "u")
    wait_until(lambda: read(stage.router, "first_coins") == 1, "the coin is counted")
    before = count_rows(redis)
    for _ in range(50):
        show(stage, "u")
    show(stage, "v")
    wait_until(lambda: read(stage.router, "first_coins") == 2, "the other coin is counted")
    assert count_rows(redis) == before + 1


def count_rows(redis: Redis) -> int:
    """How many coins and events the store was asked about: each is looked up in one set."""
    line = next(
        line for line in redis.ask("INFO", "commandstats").splitlines() if line.startswith("cmdstat_sismember:")
    )
    return int(line.partition("calls=")[2].partition(",")[0])
