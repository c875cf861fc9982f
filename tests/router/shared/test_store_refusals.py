"""A store that answers and refuses: told apart from one that is away, bounded alike, and over by itself."""

from collections.abc import Callable

import pytest

from interleaver.router.shared.backlog import EVENTS, TURN_EVENTS
from tests.router.conftest import Stage
from tests.router.programs import wait_until
from tests.router.redis import Redis

from .test_shared_votes import await_votes, read, show, vote

MakeStage = Callable[..., Stage]


def await_refusal(stage: Stage, code: str) -> dict[str, object]:
    event: dict[str, object] = wait_until(lambda: stage.router.find_event("store-refuses"), "it is logged")
    assert event["code"] == code
    wait_until(lambda: (read(stage.router, "up"), read(stage.router, "refuses")) == (0, 1), "it is shown")
    return event


def name_keys(stage: Stage, redis: Redis) -> str:
    """The beginning of the names of the run's keys."""
    await_votes(stage.router, 0)
    return redis.keys("*:totals")[0].removesuffix("totals")


@pytest.mark.parametrize("name", ["totals", "voted", "converted", "compared", "tossed", "routers"])
def test_a_key_of_another_kind_is_named_and_left_alone_and_all_is_counted_once_it_is_gone(
    make_stage: MakeStage, redis: Redis, name: str
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    key = name_keys(stage, redis) + name
    redis.ask("EVAL", "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], 'theirs')", "1", key)
    event = await_refusal(stage, "WRONGTYPE")
    assert event["key"] == key
    assert vote(stage, "a", "b") == {"accepted": 0, "ignored": 0, "buffered": 2}
    assert redis.ask("GET", key) == "theirs"
    redis.ask("DEL", key)
    await_votes(stage.router, 2)
    assert (read(stage.router, "up"), read(stage.router, "refuses"), read(stage.router, "buffered")) == (1, 0, 0)
    assert vote(stage, "a", "c") == {"accepted": 2, "ignored": 0}
    await_votes(stage.router, 3)


def test_a_key_in_the_place_of_a_units_lists_is_named_as_well(
    make_stage: MakeStage, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text("t")
    stage = make_stage().start(store={"url": redis.url}, feedbackTokenFile=str(token))
    show(stage, "u")
    shown = wait_until(lambda: redis.keys("*:shown:*"), "the list is remembered")[0]
    redis.ask("EVAL", "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], 'theirs')", "1", shown)
    event = {"unit": "u", "item": "a"}
    said = stage.router.feed_back(event, Authorization="Bearer t").json()
    assert said == {"accepted": 0, "ignored": 0, "buffered": 1}
    assert await_refusal(stage, "WRONGTYPE")["key"] == shown
    show(stage, "u")
    redis.ask("DEL", shown)
    await_votes(stage.router, 1)


def test_what_a_store_refuses_is_bounded_like_what_waits_for_one_that_is_away(
    make_stage: MakeStage, redis: Redis
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    key = name_keys(stage, redis) + "voted"
    redis.ask("SET", key, "theirs")
    await_refusal(stage, "WRONGTYPE")
    events = [{"impression": show(stage, "u"), "item": "a"}] * 1000
    said = [stage.router.feed_back(events).json() for _ in range(12)]
    buffered, dropped = (sum(each.get(kind, 0) for each in said) for kind in ("buffered", "dropped"))
    assert buffered + dropped == 12_000
    assert EVENTS <= buffered <= EVENTS + TURN_EVENTS  # which are on their way to the store at this moment
    assert stage.router.count("store_dropped") == dropped
    redis.ask("DEL", key)
    await_votes(stage.router, 1)
    wait_until(lambda: read(stage.router, "buffered") == 0, "all is written")


def test_a_store_without_memory_and_a_right_that_is_missing_are_refusals_too(
    make_stage: MakeStage, redis: Redis
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    await_votes(stage.router, 0)
    redis.ask("CONFIG", "SET", "maxmemory", "1")
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    await_refusal(stage, "OutOfMemoryError")
    redis.ask("CONFIG", "SET", "maxmemory", "0")
    await_votes(stage.router, 1)
    redis.ask("ACL", "SETUSER", "default", "-sadd")
    assert vote(stage, "b") == {"accepted": 0, "ignored": 0, "buffered": 1}
    full, forbidden = (event["meaning"] for event in stage.router.events() if event["event"] == "store-refuses")
    assert "memory is full" in full
    assert "lacks a right" in forbidden
    redis.ask("ACL", "SETUSER", "default", "+sadd")
    await_votes(stage.router, 2)
