"""Concurrent feedback at two routers on one store, one of which is killed: votes counted are votes cast, exactly."""

import json
import threading
from collections.abc import Callable

from tests.router.conftest import Stage
from tests.router.programs import Client, RouterProcess, wait_until
from tests.router.redis import Redis

from .test_shared_votes import await_votes, kill, make_two, read

HEADER = "X-Interleaver-Impression"

SHOPPERS = 6
UNITS = 60  # of each shopper


class Shopper(threading.Thread):
    """Shows lists to units and reports conversions, to either router in turn; repeats what was not acknowledged."""

    def __init__(self, number: int, routers: list[RouterProcess]) -> None:
        super().__init__()
        self.number = number
        self.routers = routers
        self.cast = self.tries = 0
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            for number in range(UNITS):
                self.buy(f"{self.number} {number}", number)
        except Exception as fault:  # noqa: BLE001 - the test looks at it
            self.fault = fault

    def buy(self, unit: str, number: int) -> None:
        """A unit that buys both items it was shown, reports the first twice, and each at another router."""
        shown = self.insist(number, "/recommend", {"X-User-Id": unit}, b"{}")
        events = [{"impression": shown, "item": item} for item in ("a", "b", "a")]
        for place, event in enumerate(events):
            self.insist(number + place, "/feedback", {}, json.dumps(event).encode())
        self.cast += 1

    def insist(self, number: int, target: str, headers: dict[str, str], body: bytes) -> str | None:
        """Ask one router, and the other one where that fails, until there is an answer."""
        for attempt in range(100):
            self.tries += 1
            try:
                with Client(self.routers[(number + attempt) % 2].port) as client:
                    answer = client.request("POST", target, headers, body)
            except (OSError, EOFError):
                continue
            assert answer.status in (200, 202)
            return answer.header(HEADER)
        raise AssertionError("no router answers")


def test_a_killed_router_and_a_killed_store_cost_no_vote_and_count_none_twice(
    make_stage: Callable[..., Stage], redis: Redis
) -> None:
    first, second = make_two(make_stage, redis)
    shoppers = [Shopper(number, [first.router, second.router]) for number in range(SHOPPERS)]
    for shopper in shoppers:
        shopper.start()
    wait_until(lambda: sum(shopper.cast for shopper in shoppers) > SHOPPERS * UNITS // 4, "a quarter has voted")
    kill(first)
    wait_until(lambda: sum(shopper.cast for shopper in shoppers) > SHOPPERS * UNITS // 2, "half has voted")
    redis.kill()
    redis.start()
    for shopper in shoppers:
        shopper.join()
        assert shopper.fault is None
    cast = sum(shopper.cast for shopper in shoppers)
    assert cast == SHOPPERS * UNITS
    await_votes(second.router, cast)
    # The last conversion brings no vote, so the router may read of it after the last vote.
    wait_until(lambda: read(second.router, "conversions") == 2 * cast, "every conversion is exported")
    assert read(second.router, "placed_votes") == cast
    assert read(second.router, "buffered") == 0
    assert sum(shopper.tries for shopper in shoppers) > 4 * cast  # some were repeated
