"""The estimate meets what the decision does when votes come as they came."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api.fields import timestamp
from interleaver.api.status import Crossed, RampChange, Run, Tally
from interleaver.experiment.weighing.estimate import Estimate, estimate
from tests.builders import START, World, make_experiment, make_running_world

DAYS = 86_400
ANALYSIS = {
    "alpha": "0.05", "margin": "0.02", "minimumRun": "168h", "window": "336h", "minimumVotes": 200, "plannedVotes": 2000
}  # fmt: skip
STEPS: list[dict[str, Any]] = [{"percent": 10, "hold": "24h"}, {"percent": 50, "hold": "24h"}, {"percent": 100}]
HOURLY = {"interval": "30s", "staleAfter": "3h", "attributionWindow": "1h"}


def go_on(votes_a_day: tuple[int, int, int], stops: Sequence[float]) -> list[World]:
    """A run with so many wins, ties and losses a day at full traffic, looked at every two hours: how it stood after
    each of so many days, and at its end."""
    world = make_running_world(analysis=ANALYSIS, traffic={"steps": STEPS}, metrics=HOURLY)
    cast, start = [0.0, 0.0, 0.0], world.now
    stood: list[World] = []
    while world.status.decision is None:
        if len(stood) < len(stops) and (world.now - start).total_seconds() >= stops[len(stood)] * DAYS:
            stood.append(world.branch())
        cast = [number + share * world.run.percent / 100 / 12 for number, share in zip(cast, votes_a_day, strict=True)]
        world.counts = {}
        world.vote(win=int(cast[0]), tie=int(cast[1]), loss=int(cast[2]))
        world.step(7200)
        while world.status.decision is None and (world.run.stage == "Promoting" or world.run.stepped_at is None):
            world.step(1)
    return [*stood, world]


def days_since_start(world: World) -> float:
    return (world.now - START).total_seconds() / DAYS


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        pytest.param((600, 300, 600), "Promote", id="on par when minimumRun is over"),
        pytest.param((105, 50, 95), "Promote", id="on par later than that"),
        pytest.param((570, 300, 630), "Rollback", id="harm"),
        pytest.param((50, 20, 50), "Inconclusive", id="nothing within the window"),
    ],
)
def test_days_left_and_days_gone_sum_up_to_the_day_of_the_verdict(votes: tuple[int, int, int], verdict: str) -> None:
    *middle, end = go_on(votes, stops=(1.5, 2.25))
    assert len(middle) == 2
    assert end.status.decision is not None
    assert end.status.decision.verdict == verdict
    for midway in middle:
        if midway.run.votes < 100:
            continue
        found = estimate(midway.run, midway.now)
        assert found is not None
        assert found.days_left is not None
        expected = days_since_start(end) - days_since_start(midway)
        assert float(found.days_left) == pytest.approx(expected, rel=0.1, abs=0.35)


def make_run(day: float, step: int, tally: Tally, **changes: object) -> tuple[Run, World]:
    """A run that has been at a step for half a day, and at each one before it for as long as at the others."""
    world = make_running_world(analysis=ANALYSIS, traffic={"steps": STEPS}, metrics=HOURLY)
    times = [world.now + timedelta(days=(day - 0.5) * number / max(step, 1)) for number in range(step + 1)]
    stepped = timestamp(world.now + timedelta(days=day - 0.5))
    ramp = [
        RampChange(at=timestamp(at), percent=rung["percent"], reason="Hold")
        for at, rung in zip(times, STEPS, strict=False)
    ]
    percent = STEPS[step]["percent"]
    votes = tally.wins + tally.ties + tally.losses
    base = {"step": step, "percent": percent, "stepped_at": stepped, "tally": tally, "votes": votes, "ramp": ramp}
    world.now += timedelta(days=day)
    return world.run.model_copy(update=base | changes), world


def test_votes_a_day_are_those_of_the_step() -> None:
    # A day at 10 % and half a day at 50 % are .35 days of all traffic.
    run, world = make_run(1.5, 1, Tally(wins=150, ties=50, losses=150))
    found = estimate(run, world.now)
    assert found is not None
    assert found.votes_per_day == pytest.approx(1000 * 0.5, rel=0.01)


def test_few_votes_give_a_rate_and_no_date() -> None:
    run, world = make_run(0.5, 0, Tally(wins=20, losses=20))
    assert estimate(run, world.now) == Estimate(votes_per_day=80, days_left=None)


@pytest.mark.parametrize("changes", [{"stage": "Promoting"}, {"running_since": None}, {"votes": 0}])
def test_without_votes_or_a_trial_there_is_no_estimate(changes: dict[str, object]) -> None:
    run, world = make_run(0.5, 0, Tally(wins=20, losses=20), **changes)
    assert estimate(run, world.now) is None


def test_what_was_on_par_once_is_rolled_back_only_when_it_is_worse_than_the_margin() -> None:
    slightly_worse = Tally(wins=20_000, ties=1000, losses=21_500)
    before, world = make_run(5, 2, slightly_worse)
    after = before.model_copy(update={"crossed": Crossed(on_par=before.started_at)})
    harm, kept = estimate(before, world.now), estimate(after, world.now)
    assert harm is not None
    assert kept is not None
    assert harm.days_left == "0.0"
    assert kept.days_left == "9.0"  # the window


def test_nothing_is_left_when_the_window_is_over() -> None:
    run, world = make_run(20, 2, Tally(wins=100, losses=100))
    found = estimate(run, world.now)
    assert found is not None
    assert found.days_left == "0.0"


def test_a_ramp_of_one_step_needs_no_history() -> None:
    world = World(make_experiment(analysis=ANALYSIS, traffic={"steps": [{"percent": 100}]}))
    world.settle(8)
    world.vote(win=500, loss=500)
    world.step(DAYS)
    found = estimate(world.run, world.now)
    assert found is not None
    assert found.votes_per_day == pytest.approx(1000, rel=0.01)
    assert found.days_left == "6.0"
