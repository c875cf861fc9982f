"""Which routers' counts are a run's, and what a look that missed one of them may decide."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from interleaver.api import conditions
from interleaver.api.observed import Reading
from interleaver.api.status import Run, Status
from interleaver.experiment.run import advance
from tests.builders import World, make_running_world

HOUR = 3600


def look_at(world: World, readings: Sequence[Reading], seconds: float = 30) -> Status:
    """What a look that shows these routers makes of the world's status; the world stays as it is."""
    observed = replace(world.observe(), readings=tuple(readings))
    return advance(world.experiment, observed, world.now + timedelta(seconds=seconds))


def make_reading(run: Run, pod: str, **changes: object) -> Reading:
    """A Ready router behind the entry Service."""
    reading = Reading(pod, run.plan.champion.hash, ready=True, generation=9, start="1", counts={})
    return replace(reading, **changes)  # type: ignore[arg-type]


def running(status: Status) -> Run:
    assert status.run is not None
    return status.run


def test_only_routers_beside_the_champion_count_for_nobody_votes_through_the_candidates() -> None:
    run = make_running_world().run
    champions = make_reading(run, "champion", counts={"votes.win": 3, "requests.ok": 9})
    candidates = make_reading(run, "candidate", hash=run.plan.candidate.hash, counts={"votes.win": 500})
    former = make_reading(run, "former", hash="0123456789", counts={"votes.win": 500})
    status = look_at(make_running_world(), [champions, candidates, former])
    assert running(status).tally.wins == 3
    assert list(running(status).ledger["pods"]) == ["champion"]


@pytest.mark.parametrize("verdict", ["Promote", "Rollback"])
def test_a_look_that_missed_a_ready_router_decides_nothing(verdict: str) -> None:
    world = make_running_world(
        traffic={"steps": [{"percent": 100}]}, analysis={"minimumRun": "0s", "window": "24h", "margin": "0.05"}
    )
    votes = {"votes.win": 600, "votes.loss": 300} if verdict == "Promote" else {"votes.loss": 300}
    counts = votes | {"conversions.neutral": sum(votes.values())}
    read, missed = make_reading(world.run, "read", counts=counts), make_reading(world.run, "missed", counts=None)
    partial = running(look_at(world, [read, missed]))
    assert partial.stage == "Running"
    assert partial.votes == sum(votes.values()), "what was read is kept"
    assert partial.looked_at == world.run.looked_at
    assert partial.crossed.on_par is None, "nor is anything remembered as proven"
    decision = look_at(world, [read, replace(missed, counts={})]).decision
    assert decision is not None
    assert decision.verdict == verdict


def test_a_look_dated_far_in_the_future_is_not_fresh() -> None:
    world = make_running_world()
    world.step()
    world.now -= timedelta(hours=30)
    world.readable = False
    world.step()
    assert world.condition(conditions.METRICS_FRESH).status == "False"
    world.step(2 * HOUR)
    assert world.run.step == 0, "the ramp holds"
    world.readable = True
    world.step()
    assert world.condition(conditions.METRICS_FRESH).status == "True"


def test_the_window_ends_with_a_look_for_that_look_may_promote() -> None:
    world = make_running_world(
        traffic={"steps": [{"percent": 100}]}, analysis={"minimumRun": "1h", "window": "1h", "margin": "0.05"}
    )
    world.vote(win=600, loss=300)
    world.step()
    world.step(HOUR - 60)
    world.step(90, looking=False)  # an event, between two looks
    assert world.run.stage == "Running"
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


@pytest.mark.parametrize(
    ("votes", "readable", "words"),
    [
        pytest.param({"win": 20, "loss": 20}, True, "on par is not proven; only 40 of minimumVotes 100", id="no proof"),
        pytest.param({"win": 600, "loss": 300}, True, "the top of the ramp is not reached", id="ramp not climbed"),
        pytest.param({"win": 600, "loss": 300}, False, "the top of the ramp is not reached", id="nothing to read"),
    ],
)
def test_an_inconclusive_run_says_what_stood_in_the_way(votes: dict[str, int], readable: bool, words: str) -> None:
    world = make_running_world()
    world.vote(**votes)
    world.step()
    world.readable = readable
    world.step(24 * HOUR)
    assert world.status.decision is not None
    assert world.status.decision.reason == "WindowOver"
    assert words in world.status.decision.message


def test_an_inconclusive_run_that_only_lacked_its_last_look_says_so() -> None:
    world = make_running_world(traffic={"steps": [{"percent": 100}]})
    world.vote(win=600, loss=300)
    world.step()
    world.readable = False
    world.step(24 * HOUR)
    assert world.status.decision is not None
    assert "the routers' counters cannot be read" in world.status.decision.message
