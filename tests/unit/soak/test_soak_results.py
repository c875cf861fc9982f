"""When a soak has passed, and what its report says."""

from collections import defaultdict
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from tests.soak.report import find_lag, make_report
from tests.soak.results import Growth, Results, count_waiting
from tests.soak.scrapes import Scrapes
from tests.soak.shop import Shop
from tests.soak.stage import Stage

LEVELS = (28.0, 29.0, 30.0, 30.1, 30.2, 30.3)
GOOD = Results(
    shared=True,
    tallies={"seconds": 600, "requests": 300_000, "shown merged": 200_000},
    troubles={"router killed": 3},
    cast={"votes.win": 10, "conversions.candidate": 12},
    counted={"votes.win": 10, "conversions.candidate": 12},
    gap=0,
    routers={},
    extra={'interleaver_event_loop_lag_seconds_bucket{le="0.001"}': 98},
    growths=[Growth("router-a-1", 600, LEVELS, LEVELS, 0.01, 0.01)],
    resident={},
    failures=[],
    gaps=[],
    slowest_seconds=1.0,
    slowest_change_seconds=0.3,
    most_buffered=4,
    pressure=0.1,
)
LOSING = replace(GOOD, may_lose=True, cast={"votes.win": 100}, counted={"votes.win": 95}, gaps=["store: StoreSetBack"])
ALONE = replace(GOOD, shared=False, growths=[], gap=3)


def test_a_good_soak_has_passed() -> None:
    assert all(GOOD.verdicts.values())
    assert "FAIL" not in make_report(GOOD)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (replace(GOOD, tallies={**GOOD.tallies, "failed": 1}), "no failed request"),
        (replace(GOOD, tallies={**GOOD.tallies, "feedback: lost without a kill": 1}), "no failed request"),
        (replace(GOOD, counted={**GOOD.counted, "votes.win": 11}), "votes counted are votes cast"),
        (replace(GOOD, counted={**GOOD.counted, "votes.win": 9}), "votes counted are votes cast"),
        (replace(GOOD, cast={}, counted={}), "votes counted are votes cast"),
        (replace(GOOD, counted={"votes.win": 10}), "votes counted are votes cast"),
        (replace(GOOD, counted={**GOOD.counted, "votes.loss": 1}), "votes counted are votes cast"),
        (replace(GOOD, gap=2, counted={**GOOD.counted, "votes.win": 7}), "votes counted are votes cast"),
        (replace(GOOD, gap=2, counted={**GOOD.counted, "votes.win": 11}), "votes counted are votes cast"),
        (replace(GOOD, growths=[Growth("router-a-1", 600, LEVELS, LEVELS, 0.06, 0.06)]), "memory is flat"),
        (replace(GOOD, growths=[]), "memory is flat"),
        (replace(GOOD, failures=["a fault"]), "nothing else went wrong"),
        (replace(LOSING, counted={"votes.win": 101}), "no vote counts twice"),
        (replace(LOSING, counted={"votes.win": 95, "votes.loss": 1}), "no vote counts twice"),
        (replace(LOSING, gaps=[]), "what was lost is a gap"),
        (replace(LOSING, counted={"votes.win": 80}), "nearly all votes are counted"),
        (replace(LOSING, cast={}, counted={}), "nearly all votes are counted"),
        (replace(ALONE, counted={"votes.win": 6}), "votes counted are votes cast"),
        (replace(ALONE, counted={"votes.win": 11}), "votes counted are votes cast"),
    ],
)
def test_one_broken_promise_is_told(broken: Results, promise: str) -> None:
    assert [each for each, kept in broken.verdicts.items() if not kept] == [promise]
    assert f"| {promise} | FAIL |" in make_report(broken)


def test_a_store_that_may_lose_the_latest_votes_has_passed_when_that_is_said_or_none_is_missing() -> None:
    assert all(LOSING.verdicts.values())
    assert all(replace(LOSING, counted={"votes.win": 100}, gaps=[]).verdicts.values())


@pytest.mark.parametrize("counted", [7, 10])
def test_without_a_store_the_recorded_gap_may_be_missing(counted: int) -> None:
    assert all(replace(ALONE, counted={"votes.win": counted}).verdicts.values())


@pytest.mark.parametrize("counted", [8, 10])
def test_with_a_store_what_was_said_to_wait_in_a_router_may_go_with_it(counted: int) -> None:
    assert all(replace(GOOD, gap=2, counted={**GOOD.counted, "votes.win": counted}).verdicts.values())


def test_what_may_have_waited_is_what_was_said_to_wait_since_a_killed_router_last_showed_nothing_waiting() -> None:
    stage, shop = cast(Stage, SimpleNamespace()), cast(Shop, SimpleNamespace())
    stage.killed, stage.scrapes = ["a", "b", "d"], cast(Scrapes, SimpleNamespace(written_at={"a": 5.0, "c": 1.0}))
    shop.held = defaultdict(list, {"a": [4.0, 6.0, 7.0], "b": [1.0], "c": [2.0]})
    assert count_waiting(stage, shop) == 3


def test_lag_is_the_first_bound_that_holds_the_share() -> None:
    head = "interleaver_event_loop_lag_seconds_bucket"
    extra = {f'{head}{{le="+Inf"}}': 1000, f'{head}{{le="0.01"}}': 990, f'{head}{{le="0.25"}}': 1000}
    assert (find_lag(extra, 0.99), find_lag(extra, 0.999)) == ("0.01", "0.25")
