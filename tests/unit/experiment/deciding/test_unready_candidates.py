"""A candidate whose pods are not Ready is given the whole progressDeadline, and no more."""

from interleaver.api import conditions
from tests.builders import World, make_running_world


def verdict(world: World) -> str | None:
    return world.status.decision.reason if world.status.decision else None


def test_a_candidate_that_falls_back_for_hours_still_has_the_whole_deadline_when_its_pod_restarts() -> None:
    world = make_running_world()
    world.fall_back("parse", 100)
    world.step()
    world.step(3 * 3600)
    assert world.condition(conditions.CANDIDATE_READY).reason == "FallingBack"
    world.broken.add("v42")
    world.step()
    assert verdict(world) is None, "its pods were Ready a moment ago"
    world.step(599)
    assert verdict(world) is None
    world.step(2)
    assert verdict(world) == "CandidateUnhealthy"


def test_a_candidate_that_is_ready_again_in_time_starts_afresh() -> None:
    world = make_running_world()
    for _ in range(3):
        world.broken.add("v42")
        world.step()
        world.step(500)
        world.broken.clear()
        world.step()
    assert verdict(world) is None
    assert world.run.unready_since is None


def test_a_candidate_that_breaks_while_it_is_being_promoted_is_rolled_back_after_the_deadline() -> None:
    world = make_running_world(
        traffic={"steps": [{"percent": 100}]}, analysis={"minimumRun": "0s", "window": "24h", "margin": "0.05"}
    )
    world.vote(win=600, loss=300)
    world.broken.add("v42")
    world.step()
    assert world.run.stage == "Promoting"
    world.step(599)
    assert world.run.stage == "Promoting"
    world.step(2)
    assert verdict(world) == "CandidateUnhealthy"
