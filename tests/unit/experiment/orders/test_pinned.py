"""A pinned champion serves, and nothing is put on trial that could not take over."""

from interleaver.api import conditions
from interleaver.api.conditions import find
from tests.builders import World, make_experiment, make_running_world, make_source

PINNED = make_source("v41") | {"pinned": True}


def test_no_candidate_is_tried_against_a_pinned_champion_and_stalled_says_why() -> None:
    world = World(make_experiment(champion=PINNED))
    world.settle(8)
    assert world.status.run is None
    stalled = world.condition(conditions.STALLED)
    assert stalled.reason == conditions.CHAMPION_PINNED
    assert "v42 is not tried" in stalled.message


def test_the_candidate_is_tried_once_the_champion_is_unpinned() -> None:
    world = World(make_experiment(champion=PINNED))
    world.settle(8)
    world.edit(champion=make_source("v41"))
    world.settle(3)
    assert world.run.stage == "Running"
    assert find(world.status, conditions.STALLED) is None


def test_pinning_the_champion_aborts_the_run() -> None:
    world = make_running_world()
    world.vote(win=600, loss=300)
    world.edit(champion=PINNED)
    world.settle(4)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Aborted", "ChampionPinned")
    assert world.revisions() == {"v41": 1}
    assert find(world.status, conditions.STALLED) is None, "a candidate that had its verdict is in nobody's way"
