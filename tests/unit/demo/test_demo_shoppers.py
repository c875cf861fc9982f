"""Shoppers count everything that went wrong, retry nothing, and report what they found."""

import asyncio
import json
import socket
from collections.abc import Mapping
from itertools import islice
from random import Random
from typing import Any

import pytest
from demo.behaviour import plan_visits
from demo.shoppers import COUNT, IMPRESSION, KEPT_ALIVE, Counters, Shop, find_address, shop_around
from demo.wire import Failure
from tests.unit.demo.endpoints import Endpoint, Reply, answer_with, list_items, open_endpoint

PATIENCE = 5.0  # seconds; only the test of a silent endpoint waits for it, with less
NOBODY: Mapping[int, frozenset[int]] = {user: frozenset() for user in range(5)}  # likes anything
GOOD = answer_with(200, list_items(COUNT), f"{IMPRESSION}: token-1\r\n")


class Result:
    """The counters, the endpoint, and the lines printed."""

    def __init__(self, counters: Counters, endpoint: Endpoint, lines: list[dict[str, Any]]) -> None:
        self.counters, self.endpoint, self.lines = counters, endpoint, lines


def shop_at(
    reply: Reply, visits: int = 40, liked: Mapping[int, frozenset[int]] | None = None, **options: Any
) -> Result:
    """Let five users make this many visits, as fast as the endpoint takes them."""
    return asyncio.run(go_shopping(reply, visits, liked or {user: frozenset() for user in range(5)}, **options))


async def go_shopping(
    reply: Reply, visits: int, liked: Mapping[int, frozenset[int]], patience: float = PATIENCE, rate: float = 400.0
) -> Result:
    lines: list[str] = []
    async with open_endpoint(reply) as endpoint:
        shop = Shop("127.0.0.1", endpoint.port, patience)
        plan = islice(plan_visits(liked, 1), visits)
        counters = await shop_around(shop, plan, liked, rate, 1e6, asyncio.Event(), lines.append)
        shop.close()
    return Result(counters, endpoint, [json.loads(line) for line in lines])


def reply_well(endpoint: Endpoint, head: str, body: bytes) -> bytes:
    return GOOD if head.startswith("POST /recommend") else answer_with(202, {"accepted": 1, "ignored": 0})


def test_a_good_endpoint_has_no_failures() -> None:
    result = shop_at(reply_well)
    assert (result.counters.requests, result.counters.failures) == (40, {})
    assert result.counters.impressions == 40


def test_half_of_the_visits_use_fresh_connections_and_half_kept_alive_ones() -> None:
    result = shop_at(reply_well, visits=100)
    assert (result.counters.fresh, result.counters.kept) == (50, 50)
    assert sum("Connection: close" in head for head in result.endpoint.heads) == 50


def test_visits_that_follow_each_other_share_a_few_connections() -> None:
    async def visit_in_turn() -> int:
        async with open_endpoint(reply_well) as endpoint:
            shop = Shop("127.0.0.1", endpoint.port, PATIENCE)
            for _ in range(5 * KEPT_ALIVE):
                await shop.post("/recommend", {}, {}, fresh=False)
            shop.close()
            return endpoint.connections

    assert asyncio.run(visit_in_turn()) == KEPT_ALIVE


def test_a_request_names_its_user_in_header_and_body() -> None:
    endpoint = shop_at(reply_well).endpoint
    for head, body in zip(endpoint.heads, endpoint.bodies, strict=True):
        question = json.loads(body)
        assert f"X-User-Id: {question['user']}\r\n" in head
        assert question["count"] == COUNT


def test_a_found_film_is_reported_with_its_impression() -> None:
    result = shop_at(reply_well, liked={user: frozenset({1}) for user in range(5)})
    feedback = [
        json.loads(body)
        for head, body in zip(result.endpoint.heads, result.endpoint.bodies, strict=True)
        if head.startswith("POST /feedback")
    ]
    assert result.counters.finds == result.counters.feedback == len(feedback) == 40
    assert feedback[0] == {"impression": "token-1", "item": 1}


def test_a_find_on_a_list_without_impression_is_not_reported() -> None:
    result = shop_at(lambda *_: answer_with(200, list_items(COUNT)), liked={user: frozenset({1}) for user in range(5)})
    assert (result.counters.finds, result.counters.feedback, result.endpoint.count_requests("/feedback")) == (40, 0, 0)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (lambda *_: None, "reset"),
        (lambda *_: answer_with(500, {}), "status-500"),
        (lambda *_: answer_with(503, {}), "status-503"),
        (lambda *_: answer_with(200, list_items(0)), "empty"),
        (lambda *_: answer_with(200, list_items(COUNT - 1)), "short"),
        (lambda *_: answer_with(200, {"error": "no list"}), "malformed"),
        (lambda *_: b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "malformed"),
    ],
)
def test_every_kind_of_failure_is_counted_and_nothing_is_retried(reply: Reply, kind: str) -> None:
    result = shop_at(reply)
    assert result.counters.failures == {kind: 40}
    assert result.endpoint.count_requests("/recommend") == 40


def test_a_silent_endpoint_is_a_timeout() -> None:
    result = shop_at(lambda *_: b"", visits=3, patience=0.2)
    assert result.counters.failures == {"timeout": 3}


def test_an_endpoint_that_is_not_there_is_refused() -> None:
    async def knock() -> Counters:
        async with open_endpoint(reply_well) as endpoint:
            port = endpoint.port
        liked = {1: frozenset[int]()}
        shop = Shop("127.0.0.1", port, PATIENCE)
        plan = islice(plan_visits(liked, 1), 4)
        return await shop_around(shop, plan, liked, 400.0, 1e6, asyncio.Event(), lambda _: None)

    assert asyncio.run(knock()).failures == {"econnrefused": 4}


def test_shoppers_wait_for_an_endpoint_that_opens_later() -> None:
    async def wait(place: socket.socket, shop: Shop) -> None:
        opening = asyncio.create_task(shop.await_open(seconds=60.0))
        await asyncio.sleep(0.3)
        assert not opening.done()
        place.listen()
        await opening

    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        shop = Shop("127.0.0.1", place.getsockname()[1], PATIENCE)
        with pytest.raises(Failure, match="econnrefused"):
            asyncio.run(shop.await_open(seconds=0.0))
        asyncio.run(wait(place, shop))


def test_feedback_that_is_not_accepted_is_a_failure_of_its_own() -> None:
    def reply(endpoint: Endpoint, head: str, body: bytes) -> bytes:
        return GOOD if head.startswith("POST /recommend") else answer_with(503, {})

    result = shop_at(reply, liked={user: frozenset({1}) for user in range(5)})
    assert result.counters.failures == {"feedback-status-503": 40}


def test_a_connection_that_the_server_announced_to_close_is_not_used_again() -> None:
    closing = answer_with(200, list_items(COUNT), "Connection: close\r\n")
    result = shop_at(lambda *_: closing, visits=60)
    assert result.counters.failures == {}
    assert result.endpoint.connections == 60


def test_every_second_and_at_the_end_a_line_of_counters_is_printed() -> None:
    result = shop_at(reply_well, visits=50, rate=20.0)
    assert [line["final"] for line in result.lines] == [False, False, True]
    assert result.lines[-1]["requests"] == 50
    assert result.lines[-1]["failed"] == 0


def test_shoppers_stop_when_they_are_told_to_and_finish_what_they_started() -> None:
    async def stop_early() -> tuple[Counters, list[str]]:
        lines: list[str] = []
        stopped = asyncio.Event()

        def reply(endpoint: Endpoint, head: str, body: bytes) -> bytes:
            if len(endpoint.heads) == 7:
                stopped.set()
            return GOOD

        async with open_endpoint(reply) as endpoint:
            shop = Shop("127.0.0.1", endpoint.port, PATIENCE)
            liked = {1: frozenset[int]()}
            counters = await shop_around(shop, plan_visits(liked, 1), liked, 100.0, 1e6, stopped, lines.append)
            shop.close()
            assert counters.requests == len(endpoint.heads)
        return counters, lines

    counters, lines = asyncio.run(stop_early())
    assert 7 <= counters.requests < 1000
    assert counters.failures == {}
    assert json.loads(lines[-1])["final"] is True


def test_the_address_comes_from_the_url_or_from_what_the_kubelet_injects() -> None:
    injected = {"HOME_FEED_SERVICE_HOST": "10.96.0.7", "HOME_FEED_SERVICE_PORT": "80"}
    assert find_address(None, injected) == ("10.96.0.7", 80)
    assert find_address("http://127.0.0.1:8080", injected) == ("127.0.0.1", 8080)


@pytest.mark.parametrize("url", [None, "ftp://host", "127.0.0.1:80"])
def test_an_address_that_cannot_be_used_is_named(url: str | None) -> None:
    with pytest.raises(ValueError, match="--url"):
        find_address(url, {})


def test_attention_is_drawn_anew_in_every_pass() -> None:
    draws = [random.random() for _, _, random in islice(plan_visits([1], 1), 3)]
    assert len(set(draws)) == 3
    assert draws == [Random(f"1 {number} 1").random() for number in range(3)]
