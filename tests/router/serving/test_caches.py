"""A caching proxy in front shows nobody another unit's list, and caches as before once no run is going on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.router.caches import Cache, install
from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import Answer, Client

TOKEN = "X-Interleaver-Impression"
CACHEABLE = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "public, max-age=60, s-maxage=600"),
    ("X-Accel-Expires", "600"),
    ("Surrogate-Control", "max-age=600"),
    ("Expires", "Thu, 01 Jan 2037 00:00:00 GMT"),
    ("Age", "3"),
)
UNITS = 200


@pytest.fixture(params=["nginx", "varnish"])
def cache(request: pytest.FixtureRequest, pliable_stage: Stage, tmp_path: Path) -> Iterator[Cache]:
    install()
    cache = Cache(request.param, tmp_path, pliable_stage.router.port).start()
    yield cache
    cache.stop()


def ask(cache: Cache, unit: str, target: str = "/recommend") -> Answer:
    with Client(cache.port) as client:
        return client.request("GET", target, {"X-User-Id": unit})


def answer_cacheable(stage: Stage) -> None:
    champion, candidate = answer_items(*"abc"), answer_items(*"bda")
    stage.answer(Reply(champion.body, headers=CACHEABLE), Reply(candidate.body, headers=CACHEABLE))


def test_every_unit_gets_its_own_answer_though_the_champion_allows_to_share(set_up: Any, cache: Cache) -> None:
    stage = set_up(percent=50)
    answer_cacheable(stage)
    tokens = [ask(cache, f"u{number}").header(TOKEN) for number in range(UNITS)]
    merged = [token for token in tokens if token is not None]
    assert UNITS / 4 < len(merged) < UNITS * 3 / 4
    assert len(set(merged)) == len(merged), "nobody is shown another unit's list"
    counted = stage.router.counts("requests", "arm")
    assert counted == {"interleaved": len(merged), "champion": UNITS - len(merged)}, "every request reached the router"


def test_what_people_buy_behind_a_cache_counts_for_each_of_them(set_up: Any, cache: Cache) -> None:
    stage = set_up()
    answer_cacheable(stage)
    tokens = [ask(cache, f"u{number}").header(TOKEN) for number in range(50)]
    for token in tokens:
        with Client(cache.port) as client:
            event = json.dumps({"impression": token, "item": "b"}).encode()
            assert client.request("POST", "/feedback", {}, event).json() == {"accepted": 1, "ignored": 0}
    assert sum(stage.router.counts("votes", "outcome").values()) == 50


def test_a_browser_may_keep_an_answer_for_as_long_as_the_champion_allows(set_up: Any, cache: Cache) -> None:
    stage = set_up(percent=50)
    answer_cacheable(stage)
    said = {ask(cache, f"u{number}").header("Cache-Control") for number in range(20)}
    assert said == {"private, max-age=60"}


def test_every_answer_on_the_contracts_path_is_private_during_a_run(set_up: Any) -> None:
    exclude = [{"query": "bot", "pattern": "."}]
    contract = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
    stage = set_up(percent=50, contract={**contract, "exclude": exclude})
    answer_cacheable(stage)
    socket = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x"}
    requests: list[tuple[str, str, dict[str, str], bytes | None]] = [
        *(("POST", "/recommend", {"X-User-Id": f"u{number}"}, b"{}") for number in range(20)),
        ("POST", "/recommend", {}, b"{}"),
        ("POST", "/recommend", {"X-User-Id": "u"}, b" " * 1_100_000),
        ("GET", "/recommend?bot=1", {"X-User-Id": "u"}, None),
        ("HEAD", "/recommend", {"X-User-Id": "u"}, None),
        ("PUT", "/recommend", {"X-User-Id": "u"}, b"{}"),
        ("GET", "/recommend", socket, None),
    ]
    answers = [stage.router.request(*request) for request in requests]
    assert {answer.header("Cache-Control") for answer in answers} == {"private, max-age=60"}
    assert {answer.header("X-Accel-Expires") or answer.header("Surrogate-Control") for answer in answers} == {None}
    assert {answer.header("Expires") for answer in answers} == {"Thu, 01 Jan 2037 00:00:00 GMT"}, "for the browser"
    stage.champion.answer = lambda seen: Reply(b"{}", "404 Not Found", CACHEABLE)
    assert stage.router.rank().header("Cache-Control") == "private, max-age=60"


def test_other_paths_are_cached_during_a_run_as_before(set_up: Any) -> None:
    stage = set_up(percent=50)
    answer_cacheable(stage)
    assert stage.router.request("GET", "/other").header("Cache-Control") == "public, max-age=60, s-maxage=600"


def test_once_no_run_is_going_on_the_cache_works_as_before(set_up: Any, cache: Cache) -> None:
    stage = set_up(candidate=None, run=None)
    answer_cacheable(stage)
    before = len(stage.champion.seen)
    bodies = {ask(cache, f"u{number}", f"/recommend?{cache.kind}").body for number in range(20)}
    assert (len(bodies), len(stage.champion.seen) - before) == (1, 1)
