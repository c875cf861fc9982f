"""Counts that cannot be trusted decide nothing."""

from interleaver.api import conditions
from tests.builders import World, make_running_world

HOUR = 3600


def allocation(world: World) -> tuple[str, str]:
    found = world.condition(conditions.ALLOCATION_HEALTHY)
    return found.status, found.reason


def test_without_a_coin_nothing_is_measured() -> None:
    assert allocation(make_running_world()) == ("Unknown", "NotYetMeasured")


def test_even_coins_are_healthy() -> None:
    world = make_running_world()
    world.count(**{"coins.candidate": 5100, "coins.champion": 4900})
    world.step()
    assert allocation(world) == ("True", "Balanced")


def test_coins_that_chance_does_not_explain_hold_the_ramp_and_the_promotion() -> None:
    world = make_running_world()
    world.count(**{"coins.candidate": 600, "coins.champion": 400})
    world.vote(win=400, tie=100, loss=250)
    world.step(HOUR + 1)
    assert allocation(world) == ("False", "SampleRatioMismatch")
    assert (world.run.step, world.run.hold) == (0, "AllocationUnhealthy")
    world.step(23 * HOUR)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Inconclusive"


def test_votes_without_conversions_are_reported() -> None:
    world = make_running_world()
    world.count(**{"votes.win": 10, "conversions.candidate": 9})
    world.step()
    assert allocation(world) == ("False", "BooksUnbalanced")


def test_a_recorded_gap_suspends_the_balance_of_its_pod() -> None:
    world = make_running_world()
    world.vote(win=10)
    world.step()
    world.counts, world.start = {"votes.win": 3, "conversions.candidate": 2}, "2"
    world.step()
    assert world.run.gaps
    assert allocation(world)[1] != "BooksUnbalanced"


def test_a_large_late_share_holds_the_promotion() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    world.count(**{"feedback.late": 100})
    for _ in range(2):
        world.step(HOUR + 1)
        world.settle(4)
    world.step(2 * HOUR)
    assert world.run.stage == "Running"
    assert "too late" in world.condition(conditions.CONCLUDED).message
