"""Nothing is promoted that its own router has not called."""

from dataclasses import replace

import pytest

from interleaver.api import conditions
from interleaver.api.observed import Observed
from interleaver.api.revision import resolve
from interleaver.experiment.run import advance
from tests.builders import World, make_experiment, make_running_world

HOUR = 3600
UNTOLD = "does not say that it reaches v42 in its own pod"


def make_unreached() -> World:
    """A run whose candidate wins votes through its Service, and whose own routers never reach it."""
    experiment = make_experiment()
    assert experiment.spec.candidate is not None
    candidate = resolve(experiment.spec.candidate)
    assert candidate is not None
    world = World(experiment, unreached={candidate.hash})
    world.settle(8)
    assert world.run.stage == "Running"
    return world


def win(world: World) -> None:
    """All that a promotion wants of votes and time."""
    world.vote(win=400, tie=100, loss=250)
    for _ in range(3):
        world.step(HOUR + 1)
        world.settle(4)


def test_a_candidate_whose_own_router_has_not_reached_it_is_not_promoted_and_it_is_said_which_and_where() -> None:
    world = make_unreached()
    win(world)
    assert world.run.stage == "Running"
    assert world.run.evidence is not None
    assert world.run.crossed.on_par, "it won"
    assert world.run.reached_at is None
    message = world.condition(conditions.CONCLUDED).message
    assert UNTOLD in message
    assert f"the router in pod pod-{world.run.plan.candidate.hash}" in message
    assert "GET /readyz on its admin port says what is wrong" in message


def test_it_is_promoted_at_the_first_look_at_which_its_router_has_reached_it() -> None:
    world = make_unreached()
    win(world)
    world.unreached.clear()
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


def test_when_it_was_reached_stands_in_the_status() -> None:
    world = make_running_world()
    world.step()
    first = world.run.reached_at
    assert first is not None
    world.step()
    assert world.run.reached_at == first


def test_a_router_that_loses_it_again_holds_the_promotion() -> None:
    world = make_running_world()
    world.step()
    world.unreached = {world.run.plan.candidate.hash}
    win(world)
    assert world.run.stage == "Running"
    assert UNTOLD in world.condition(conditions.CONCLUDED).message


def without_candidates_routers(world: World, observed: Observed) -> Observed:
    readings = observed.readings or ()
    return replace(observed, readings=tuple(each for each in readings if each.hash != world.run.plan.candidate.hash))


@pytest.mark.parametrize("looking", [True, False])
def test_routers_that_nobody_could_read_have_reached_nothing(looking: bool) -> None:
    world = make_unreached()
    observed = without_candidates_routers(world, world.observe(looking))
    status = advance(world.experiment, observed if looking else replace(observed, readings=None), world.now)
    found = conditions.find(status, conditions.CONCLUDED)
    assert found is not None
    words = "no router in a pod of v42 could be read" if looking else "it is not known yet whether the router"
    assert words in found.message


def test_a_window_that_ends_without_it_says_what_stood_in_the_way() -> None:
    world = make_unreached()
    world.vote(win=400, tie=100, loss=250)
    for _ in range(8):
        world.step(3 * HOUR + 1)
        world.settle(2)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Inconclusive"
    assert UNTOLD in world.status.decision.message
