"""Requests that end without a comparison hold a promotion: by the guardrail's own limit, measure and memory."""

from datetime import timedelta

import pytest

from interleaver.api import conditions
from interleaver.api.status import GuardrailReading
from interleaver.experiment.guardrails.recent import add_recent, recent_share
from tests.builders import START, World, make_running_world

HOUR = 3600
DAY = timedelta(days=1)
PATIENT = {
    "alpha": "0.05", "margin": "0.05", "minimumRun": "3h", "window": "336h", "minimumVotes": 100, "plannedVotes": 1000,
}  # fmt: skip


def make_world(limit: str | None = None) -> World:
    """A run that has all it needs for a promotion, but for the top of the ramp and time."""
    guardrails = [{"name": "compared", "metric": "FallbackRatio", "max": limit}] if limit else None
    world = make_running_world(guardrails=guardrails, analysis=PATIENT)
    world.vote(win=400, tie=100, loss=250)
    return world


def finish(world: World) -> World:
    """To the top, and beyond minimumRun."""
    for _ in range(2):
        world.step(HOUR + 1)
        world.settle(4)
    world.step(HOUR + 1)
    return world


def waits_for_comparisons(world: World) -> bool:
    return "ended without a comparison" in world.condition(conditions.CONCLUDED).message


def test_too_many_fallbacks_hold_the_promotion() -> None:
    world = make_world()
    world.fall_back("timeout", 100)
    finish(world)
    assert world.run.stage == "Running"
    assert "of guardrail fallbacks" in world.condition(conditions.CONCLUDED).message
    assert waits_for_comparisons(world)


@pytest.mark.parametrize(("limit", "stage"), [("0.2", "Settling"), ("0.1", "Running")])
def test_the_guardrails_own_limit_holds(limit: str, stage: str) -> None:
    world = make_world(limit)
    world.fall_back("timeout", 100)  # of 850
    finish(world)
    assert world.run.stage == stage


def test_a_stricter_limit_holds_what_the_default_lets_pass() -> None:
    passing, strict = make_world(), make_world("0.01")
    for world in (passing, strict):
        world.fall_back("timeout", 20)
        finish(world)
    assert (passing.run.stage, strict.run.stage) == ("Settling", "Running")


@pytest.mark.parametrize("reason", ["champion", "contract", "page"])
def test_what_the_champion_caused_does_not_hold_the_candidate(reason: str) -> None:
    world = make_world()
    world.fall_back(reason, 200)
    finish(world)
    assert world.run.stage == "Settling"


def test_a_burst_of_the_first_day_is_forgotten_once_requests_are_compared_again() -> None:
    world = make_world()
    world.fall_back("timeout", 700)
    finish(world)
    assert waits_for_comparisons(world)
    days = 0
    while world.status.decision is None:
        world.count(**{"requests.ok": 750})
        world.step(24 * HOUR)
        days += 1
    assert world.status.decision.verdict == "Promote"
    assert days == 4, "over all of the run it would take 17 days, beyond the window"


def test_what_was_counted_is_halved_once_a_day_whenever_one_looks() -> None:
    reading = GuardrailReading(name="fallbacks", ratio="0", bar="0")
    daily = hourly = add_recent(reading, None, 400, 1000, START)
    for day in range(1, 4):
        daily = add_recent(reading, daily, 0, 0, START + day * DAY)
    for hour in range(1, 73):
        hourly = add_recent(reading, hourly, 0, 0, START + hour * DAY / 24)
    late = add_recent(reading, add_recent(reading, None, 400, 1000, START), 0, 0, START + 3.9 * DAY)
    assert (daily.events, daily.calls) == (50, 125)
    assert hourly == daily == late


def test_a_clock_that_went_back_halves_nothing() -> None:
    reading = GuardrailReading(name="fallbacks", ratio="0", bar="0")
    first = add_recent(reading, None, 4, 10, START)
    assert add_recent(reading, first, 1, 10, START - 3 * DAY).calls == 20


def test_without_requests_there_is_no_share() -> None:
    assert recent_share(GuardrailReading(name="fallbacks", ratio="0", bar="0")) == 0
