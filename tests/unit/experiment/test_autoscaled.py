"""Under an autoscaler: sizes follow at every stage, it measures what serves, and nobody is blamed for lack of room."""

import pytest

from interleaver.api import conditions, names
from tests.builders import STORE, World, make_experiment, make_running_world, make_source
from tests.unit.experiment.verdicts import HOUR, climb, make_promoted

DEADLINE = 600


def scale(world: World, replicas: int) -> dict[str, int]:
    """An autoscaler writes another size; returns the sizes that follow from it."""
    world.edit(replicas=replicas)
    world.settle(2)
    return world.revisions()


def count_selected(world: World) -> int:
    """Pods by which an autoscaler measures the load: those that the scale subresource's selector finds."""
    wanted = dict(term.split("=") for term in (world.status.selector or "").split(",") if term)
    found = [each["spec"] for each in world.objects("Deployment")]
    labels = [each["template"]["metadata"]["labels"] for each in found]
    return sum(each["replicas"] for each, own in zip(found, labels, strict=True) if wanted.items() <= own.items())


def select(world: World) -> str:
    """The revision whose pods an autoscaler counts."""
    found = {each["metadata"]["labels"][names.LABEL_HASH]: each for each in world.objects("Deployment")}
    hash_ = (world.status.selector or "").partition(f"{names.LABEL_HASH}=")[2]
    return str(found[hash_]["metadata"]["labels"][names.LABEL_REVISION])


def test_a_scale_up_in_mid_run_reaches_the_champion_whole_and_the_candidate_by_its_percent() -> None:
    world = make_running_world(replicas=4, store=STORE)
    assert world.revisions() == {"v41": 4, "v42": 1}
    assert scale(world, 11) == {"v41": 11, "v42": 2}
    assert scale(world, 4) == {"v41": 4, "v42": 1}
    world.step(HOUR + 1)
    world.settle(4)
    assert world.run.percent == 50
    assert world.revisions() == {"v41": 4, "v42": 2}
    assert scale(world, 5) == {"v41": 5, "v42": 3}


def test_a_scale_up_is_neither_a_step_nor_a_reason_to_begin_the_hold_again() -> None:
    world = make_running_world(replicas=4, store=STORE)
    before = world.run
    scale(world, 20)
    assert (world.run.percent, world.run.stepped_at, world.run.plan_hash) == (10, before.stepped_at, before.plan_hash)


@pytest.mark.parametrize("size", [1, 3, 10])
def test_what_is_measured_is_what_serves_however_large_the_candidate_is(size: int) -> None:
    world = make_running_world(replicas=size, store=STORE)
    assert (select(world), count_selected(world)) == ("v41", size)
    climb(world)
    assert world.revisions() == {"v41": size, "v42": size}
    assert (select(world), count_selected(world)) == ("v41", size)


def test_a_promotion_keeps_the_size_and_the_autoscaler_measures_the_new_champion_at_once() -> None:
    world = make_promoted(replicas=6, store=STORE)
    assert (select(world), count_selected(world)) == ("v42", 6)
    assert scale(world, 8) == {"v41": 8, "v42": 8}, "the former champion could still serve again"
    world.step(HOUR)
    world.settle()
    assert world.revisions() == {"v42": 8}


def test_before_anything_serves_the_selector_names_what_soon_will() -> None:
    world = World(make_experiment(candidate=None), broken={"v41"})
    world.settle()
    assert world.status.serving is None
    assert (select(world), count_selected(world)) == ("v41", 1)
    world.broken.clear()
    world.settle()
    world.broken.add("v50")
    world.edit(champion=make_source("v50"))
    world.settle()
    assert set(world.revisions()) == {"v41", "v50"}
    assert select(world) == "v41", "it serves until the other one does"


def test_a_scale_up_that_no_one_has_room_for_ends_no_run_and_holds_no_ramp() -> None:
    world = make_running_world(replicas=4, store=STORE)
    world.room = 4
    scale(world, 20)
    world.step(HOUR + 1)
    world.settle(4)
    assert (world.run.percent, world.run.unready_since) == (50, None)
    climb(world)
    world.step(2 * DEADLINE)
    assert (world.run.percent, world.status.decision) == (100, None)
    ready = world.condition(conditions.CANDIDATE_READY)
    assert (ready.status, ready.message) == ("False", "4 of 20 pod(s) of v42 are Ready")


def test_a_candidate_as_large_as_the_champion_is_promoted_though_both_were_to_be_larger() -> None:
    world = make_running_world(replicas=4, store=STORE)
    for _ in range(4):
        world.vote(win=100, tie=25, loss=60)
        world.step()
    climb(world)
    world.room = 4
    scale(world, 20)
    world.step(HOUR + 1)
    world.settle(4)
    assert world.status.serving is not None
    assert world.status.serving.revision == "v42"


def test_a_new_champion_is_not_sent_back_for_lack_of_room() -> None:
    world = make_promoted(replicas=4, store=STORE)
    world.room = 4
    scale(world, 20)
    world.step(DEADLINE + 1)
    world.step(DEADLINE + 1)
    assert world.status.serving is not None
    assert world.status.serving.revision == "v42"


def test_a_candidate_without_the_pods_that_the_champion_got_is_rolled_back_all_the_same() -> None:
    world = make_running_world(replicas=4, store=STORE)
    scale(world, 20)
    world.broken.add("v42")
    world.step()
    world.step(DEADLINE + 1)
    assert world.status.decision is not None
    assert world.status.decision.reason == "CandidateUnhealthy"
