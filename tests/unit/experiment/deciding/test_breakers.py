"""A candidate that most routers leave alone is held back at once, and rolled back after five minutes."""

import pytest

from interleaver.api import conditions, names
from interleaver.api.observed import Observed, Reading
from interleaver.experiment.counting.exposition import read_metrics
from interleaver.experiment.deciding.breakers import note_breakers
from interleaver.experiment.view import View
from tests.builders import START, World, make_running_world

HEAD = f"{names.PROCESS_START.name} 1795000000.25\n"


def make_failing() -> World:
    """A run whose candidate's breaker has just opened on every router."""
    world = make_running_world()
    world.vote(win=2, loss=1)
    world.step()
    world.breaker_open = True
    fail(world, 0)
    return world


def fail(world: World, seconds: float) -> None:
    """The next look: a few requests have met the open breaker, fewer than would breach the guardrail on fallbacks."""
    world.count(**{"requests.ok": 100})
    world.fall_back("breaker", 1)
    world.step(seconds)


def verdict(world: World) -> str | None:
    return world.status.decision.reason if world.status.decision else None


def test_after_five_minutes_it_is_rolled_back_with_words_that_say_why() -> None:
    world = make_failing()
    for _ in range(9):
        fail(world, 30)
        assert verdict(world) is None
    fail(world, 31)
    assert verdict(world) == "CandidateUnhealthy"
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Rollback"
    assert "breaker open for 5m" in world.status.decision.message
    assert "pods of v42 were Ready" not in world.status.decision.message


def test_pods_that_are_not_ready_have_words_of_their_own() -> None:
    world = make_running_world()
    world.broken.add("v42")
    world.step()
    world.step(601)
    assert world.status.decision is not None
    assert "fewer than half of the pods of v42 were Ready for 10m" in world.status.decision.message
    assert "breaker" not in world.status.decision.message


def test_a_breaker_that_closes_in_between_starts_the_time_anew() -> None:
    world = make_failing()
    for _ in range(3):
        fail(world, 200)
        world.breaker_open = False
        world.step(1)
        assert world.run.breaker_open_since is None
        world.breaker_open = True
        fail(world, 1)
    fail(world, 200)
    assert verdict(world) is None


def test_an_open_breaker_that_no_request_meets_says_nothing() -> None:
    world = make_failing()
    for _ in range(20):
        world.step(30)
    assert verdict(world) is None
    fail(world, 30)
    assert verdict(world) == "CandidateUnhealthy"


@pytest.mark.parametrize("outcome", ["error", "timeout"])
def test_a_probe_that_fails_is_a_request_that_met_it(outcome: str) -> None:
    world = make_failing()
    world.step(299)
    world.count(**{f"calls.candidate.{outcome}": 1})
    world.step(2)
    assert verdict(world) == "CandidateUnhealthy"


def test_routers_that_cannot_be_read_decide_nothing() -> None:
    world = make_failing()
    world.readable = False
    world.step(400)
    assert verdict(world) is None
    assert world.run.breaker_open_since is not None


def test_between_looks_nothing_is_decided() -> None:
    world = make_failing()
    world.step(400, looking=False)
    assert verdict(world) is None


def test_until_then_the_ramp_holds_and_the_condition_says_why() -> None:
    world = make_running_world()
    world.vote(win=2, loss=1)
    world.step(3590)
    world.breaker_open = True
    fail(world, 20)
    assert (world.run.percent, world.run.hold) == (10, "BreakerOpen")
    ready = world.condition(conditions.CANDIDATE_READY)
    assert (ready.status, ready.reason) == ("False", "BreakerOpen")
    world.breaker_open = False
    world.step(10)
    assert world.run.percent == 50


def test_a_candidate_that_could_be_promoted_is_not_while_its_breaker_is_open() -> None:
    world = make_running_world(
        traffic={"steps": [{"percent": 100}]}, analysis={"minimumRun": "0s", "window": "24h", "margin": "0.05"}
    )
    world.vote(win=600, loss=300)
    world.breaker_open = True
    world.step()
    assert world.run.stage == "Running"
    concluded = world.condition(conditions.CONCLUDED)
    assert "the candidate's breaker is open on most routers" in concluded.message
    world.breaker_open = False
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


@pytest.mark.parametrize(
    ("shown", "open_"),
    [([True, True, False], True), ([True, False], False), ([True, None, None], True), ([False, None], False)],
)
def test_most_of_the_routers_that_were_read_decide(shown: list[bool | None], open_: bool) -> None:
    world = make_running_world()
    hash_ = world.run.plan.champion.hash
    readings = tuple(
        Reading(f"pod-{number}", hash_, True, counts=None if each is None else {}, breaker_open=each is True)
        for number, each in enumerate(shown)
    )
    view = View(world.experiment, Observed("image", readings=readings), START)
    assert (note_breakers(view, world.run, hash_) is not None) == open_


@pytest.mark.parametrize(
    ("states", "open_"),
    [
        ({"closed": 1, "open": 0}, False),
        ({"closed": 0, "open": 1}, True),
        ({"closed": 0, "half-open": 1}, True),
        ({}, False),
    ],
)
def test_the_state_is_read_off_the_metrics(states: dict[str, int], open_: bool) -> None:
    text = "".join(f'{names.BREAKER.name}{{state="{state}"}} {value}\n' for state, value in states.items())
    assert read_metrics(HEAD + text, "r1").breaker_open is open_


def test_it_is_said_where_the_candidate_was_called_in_vain() -> None:
    found = make_failing().condition(conditions.CANDIDATE_READY)
    assert (found.status, found.reason) == ("False", "BreakerOpen")
    assert "calls of its Service at http://10.96.0.5:9000 are refused, late or answered with 5xx" in found.message
