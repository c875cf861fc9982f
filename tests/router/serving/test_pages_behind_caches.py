"""Pages of every unit hold each item once, behind both caching proxies and without one.

`PAGED_UNITS=1000` asks for as many units; the usual number takes a second or two of each way.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.router.caches import Cache, install
from tests.router.catalogue import make_contract, rank
from tests.router.conftest import Stage
from tests.router.model_servers import Reply, Seen
from tests.router.programs import Client

UNITS = int(os.environ.get("PAGED_UNITS", "60"))
OURS = [f"c{number}" for number in range(60)]
THEIRS = [*reversed(OURS[:30]), *OURS[30:]]
CACHEABLE = (("Content-Type", "application/json"), ("Cache-Control", "public, max-age=60, s-maxage=600"))
SEED = 20261130


@pytest.fixture(params=["nginx", "varnish", "no cache"])
def port(request: pytest.FixtureRequest, pliable_stage: Stage, tmp_path: Path) -> Iterator[int]:
    """Where clients ask."""
    if request.param == "no cache":
        yield pliable_stage.router.port
        return
    install()
    cache = Cache(request.param, tmp_path, pliable_stage.router.port).start()
    yield cache.port
    cache.stop()


def rank_cacheably(items: list[str], model: str) -> Any:
    """A model that allows everybody to keep its pages."""
    answer = rank(items, model)

    def reply(seen: Seen) -> Reply:
        return Reply(answer(seen).body, headers=CACHEABLE)

    return reply


def browse(port: int, unit: str, sizes: list[int]) -> list[str]:
    """All items that a unit sees, page after page."""
    shown: list[str] = []
    with Client(port) as client:
        for size in sizes:
            answer = client.request("GET", f"/recommend?from={len(shown)}&size={size}", {"X-User-Id": unit})
            assert answer.status == 200
            shown += [item["id"] for item in answer.json()["items"]]
    return shown


def test_no_item_comes_twice_and_none_is_missing(set_up: Any, port: int) -> None:
    stage, randomness = set_up(contract=make_contract(), depth=200), random.Random(SEED)
    stage.champion.answer, stage.candidate.answer = (
        rank_cacheably(OURS, "champion"),
        rank_cacheably(THEIRS, "candidate"),
    )
    shown = {}
    for number in range(UNITS):
        sizes = randomness.choice(([10] * 6, [20, 20, 20], [7, 13, 25, 15], [30, 1, 29]))
        shown[f"unit {number}"] = browse(port, f"unit {number}", sizes)
    assert [unit for unit, items in shown.items() if sorted(items) != sorted(OURS)] == []
    assert len({tuple(items) for items in shown.values()}) > UNITS * 0.9, "each has a draft of its own coins"
    assert stage.router.counts("fallbacks", "reason") == {}


def test_pages_of_a_unit_are_its_one_draft(set_up: Any, port: int) -> None:
    stage = set_up(contract=make_contract(), depth=200)
    stage.champion.answer, stage.candidate.answer = (
        rank_cacheably(OURS, "champion"),
        rank_cacheably(THEIRS, "candidate"),
    )
    for number in range(10):
        unit = f"unit {number}"
        assert browse(port, unit, [7] * 8 + [4]) == browse(stage.router.port, unit, [60])
