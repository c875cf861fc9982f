"""The curve and the position-weighted preference beside the decision, through `advance`."""

import json

import numpy as np

from interleaver.api import names
from interleaver.api.plan import Plan
from interleaver.api.status import Run
from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.exposition import COUNTS, read_metrics
from interleaver.experiment.counting.ledger import Ledger
from interleaver.experiment.counting.sharing import leave_out_foreign
from interleaver.experiment.weighing.position import CELLS, show_position
from interleaver.stats.position import ALONE, BURN_IN, FIRST, RANKS, SECOND, SHAPE, estimate
from tests.builders import World, make_running_world

BIG = 1 << 53  # the most that a router's counter is believed


def cast(world: World, first: int, second: int) -> None:
    """Units vote on pairs at ranks 1 and 2: as many for either model, and so many for each place."""
    for outcome in ("win", "loss"):
        world.count(**{f"place.1.f.{outcome}": first // 2, f"place.2.s.{outcome}": second // 2})
    world.vote(win=(first + second) // 2, loss=(first + second) // 2)


def make_plan() -> Plan:
    return make_running_world().run.plan


def test_the_places_routers_count_are_those_the_estimate_takes() -> None:
    assert (len(names.RANKS), len(names.PLACES), len(names.VOTES)) == SHAPE
    assert (names.PLACES[FIRST], names.PLACES[SECOND], names.PLACES[ALONE]) == ("first", "second", "alone")
    assert (*(str(rank + 1) for rank in range(RANKS)), "more") == names.RANKS
    assert len(set(CELLS)) == np.prod(SHAPE)
    assert set(CELLS) <= set(COUNTS.values())


def test_a_placed_vote_is_read_from_a_router_under_a_short_name() -> None:
    series = 'interleaver_placed_votes_total{run="r",rank="3",place="second",outcome="loss"} 4'
    text = f"interleaver_process_start_time_seconds 1795000000.25\n{series}\n"
    assert read_metrics(text, "r").counts == {"place.3.s.loss": 4}


def test_nothing_is_shown_before_the_burn_in() -> None:
    world = make_running_world()
    cast(world, 60, BURN_IN - 60 - 2)
    world.step()
    assert world.run.votes == BURN_IN - 2
    assert world.run.position is None
    cast(world, 2, 0)
    world.step()
    assert world.run.position is not None


def test_the_curve_is_what_the_votes_of_pairs_say() -> None:
    world = make_running_world()
    cast(world, 800, 400)
    world.step()
    position = world.run.position
    assert position is not None
    assert position.curve == ["1", "0.5"]  # 400.5 / 800.5, to three digits
    low, high = float(position.curve_low[1]), float(position.curve_high[1])
    assert position.curve_low[0] == position.curve_high[0] == "1"
    assert 0.4 < low < 0.5 < high < 0.6
    assert position.preference == "0.0000"
    assert [float(end) < 0 for end in position.interval] == [True, False]


def test_the_curve_survives_a_router_that_restarts() -> None:
    world = make_running_world()
    cast(world, 400, 200)
    world.step()
    before = world.run.position
    world.counts, world.start = {}, "2"
    world.step()
    assert world.run.position == before
    cast(world, 400, 200)
    world.step()
    assert world.run.position is not None
    assert world.run.position.curve == ["1", "0.5"]


def test_whatever_the_places_say_the_decision_is_the_same() -> None:
    histories, shown = [], []
    for first, second in (("win", "loss"), ("loss", "win")):
        world = make_running_world()
        for _ in range(8):
            world.vote(win=60, tie=20, loss=55)
            world.count(**{f"place.1.f.{first}": 80, f"place.2.s.{second}": 55})
            world.step(3600)
            if run := world.status.run:
                shown.append(run.position)
            world.settle(3)
        histories.append((world.percents, world.status.decision))
    assert histories[0] == histories[1]
    assert histories[0][1] is not None
    former, latter = shown[0], shown[-1]
    assert former is not None
    assert latter is not None
    assert float(former.preference) > 0 > float(latter.preference)


def test_the_largest_counts_are_shown_in_numbers_that_fit_the_status() -> None:
    plan = make_plan()
    for cells in (CELLS, CELLS[::2], CELLS[::3], CELLS[1::5]):
        shown = show_position(plan, dict.fromkeys(cells, BIG))
        assert shown is not None
        document = shown.to_dict()
        numbers = [*document["curve"], *document["curveLow"], *document["curveHigh"], *document["interval"]]
        for number in [*numbers, document["preference"]]:
            assert len(number) <= 12
            assert set(number) <= set("0123456789.e+-"), "neither nan nor inf"


def test_the_ledger_of_a_router_that_replaces_another_has_room_for_every_place() -> None:
    """With the memory of one router, an endpoint has one; while it is replaced there are a few."""
    shown = dict.fromkeys(CELLS, 10**5) | dict.fromkeys(COUNTS.values(), 10**9)
    plan = make_running_world(
        traffic={"steps": [{"percent": percent, "hold": "1m"} for percent in range(81, 101)]}
    ).run.plan
    planned = leave_out_foreign(plan, shown)
    possible = {name: count for name, count in planned.items() if not name.endswith((".f.tie", ".s.tie"))}
    samples = [Sample(f"home-feed-9c1f0a-7d4b9c6f5-{n:05}", "1795000000.123456", possible) for n in range(4)]
    ledger = fold(fold(Ledger(), samples), samples[1:])
    assert len(ledger.pods) == 3
    assert len(json.dumps(ledger.to_dict())) < 32_000


def test_a_run_that_was_stored_before_there_were_places_is_read_and_shows_none() -> None:
    document = make_running_world().run.to_dict()
    assert "position" not in document
    assert Run.model_validate(document).position is None


def test_the_estimate_is_that_of_the_counts() -> None:
    plan = make_plan()
    counts = np.zeros(SHAPE, dtype=np.int64)
    counts[0, FIRST], counts[1, SECOND], counts[2, ALONE, 1] = (70, 0, 50), (35, 0, 25), 40
    shown = show_position(plan, {name: int(count) for name, count in zip(CELLS, counts.ravel(), strict=True)})
    found = estimate(counts, 0.05, 1000)
    assert shown is not None
    assert found is not None
    assert shown.preference == f"{found.preference:z.4f}"
    assert shown.interval == [f"{found.low:z.4f}", f"{found.high:z.4f}"]
