"""Votes in a store that several routers share."""

from collections.abc import Callable
from typing import Any

from .conftest import Stage
from .process import wait_until
from .redis import Redis

HEADER = "X-Interleaver-Impression"


def show(stage: Stage, unit: str) -> str:
    token = stage.router.rank(unit).header(HEADER)
    assert token is not None
    return token


def test_a_unit_votes_once_at_two_routers(make_stage: Callable[[], Stage], redis: Redis) -> None:
    stages = [make_stage().start(store={"url": redis.url}) for _ in range(2)]
    first, second = (stage.router for stage in stages)
    token = show(stages[0], "u")
    assert first.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 1, "ignored": 0}
    assert second.feed_back({"impression": token, "item": "a"}).json() == {"accepted": 0, "ignored": 1}
    assert second.feed_back({"impression": token, "item": "b"}).json() == {"accepted": 1, "ignored": 0}
    for router in (first, second):
        wait_until(lambda router=router: sum(read(router, "store_conversions").values()) == 2, "totals")


def read(router: Any, name: str) -> dict[Any, float]:
    return router.metrics().get(f"interleaver_{name}", {})
