"""People act through annotations that name a run: taken once, recorded, and void for any other run."""

from typing import Any

from interleaver.api import conditions, names
from tests.builders import World, make_running_world

HOUR = 3600


def climb(world: World) -> None:
    for _ in range(2):
        world.step(HOUR + 1)
        world.settle(4)


def winning_world(**spec: Any) -> World:
    world = make_running_world(**spec)
    world.vote(win=400, tie=100, loss=250)
    return world


def annotate(world: World, *verbs: str) -> None:
    world.edit({f"{names.GROUP}/{verb}": world.run.id for verb in verbs})


def manual_world() -> World:
    world = winning_world(promotion={"mode": "Manual", "rollbackWindow": "1h", "progressDeadline": "10m"})
    climb(world)
    world.step(2 * HOUR)
    assert world.run.stage == "Running"
    return world


def test_a_pause_holds_the_ramp_while_votes_go_on() -> None:
    world = winning_world()
    annotate(world, "pause")
    world.step(HOUR + 1)
    assert (world.run.percent, world.run.hold, world.run.paused) == (10, "Paused", True)
    world.vote(win=5)
    world.step()
    assert world.run.tally.wins == 405


def test_a_pause_is_kept_when_a_gitops_tool_removes_the_annotation() -> None:
    world = winning_world()
    annotate(world, "pause")
    world.step()
    world.edit({})
    world.step(HOUR + 1)
    assert world.run.paused
    assert world.run.percent == 10


def test_a_resume_after_a_pause_goes_on_even_while_both_annotations_stand() -> None:
    world = winning_world()
    annotate(world, "pause")
    world.step()
    annotate(world, "pause", "resume")
    world.settle(3)
    assert not world.run.paused
    world.step(HOUR + 1)
    assert world.run.percent == 50


def test_a_pause_and_a_resume_at_once_leave_the_run_paused() -> None:
    world = winning_world()
    annotate(world, "resume", "pause")
    world.step()
    assert world.run.paused


def test_a_paused_run_is_still_rolled_back_on_harm() -> None:
    world = make_running_world()
    annotate(world, "pause")
    world.vote(loss=300)
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Rollback"


def test_a_window_that_ends_in_a_pause_says_so() -> None:
    world = winning_world()
    annotate(world, "pause")
    world.step(24 * HOUR + 1)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Inconclusive", "Paused")


def test_suspend_in_the_spec_pauses_as_long_as_it_stands() -> None:
    world = winning_world()
    world.edit(suspend=True)
    world.step(HOUR + 1)
    assert (world.run.percent, world.run.hold) == (10, "Paused")
    world.edit(suspend=False)
    world.step()
    assert world.run.percent == 50


def test_mode_manual_waits_for_a_person() -> None:
    world = manual_world()
    message = world.condition(conditions.CONCLUDED).message
    assert message == "mode Manual needs the annotation interleaver.dev/promote"
    annotate(world, "promote")
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


def test_a_promote_command_overrules_no_evidence() -> None:
    world = make_running_world(promotion={"mode": "Manual", "rollbackWindow": "1h", "progressDeadline": "10m"})
    world.vote(win=20, loss=20)
    annotate(world, "promote")
    climb(world)
    world.step(2 * HOUR)
    assert world.run.confirmed
    assert world.run.stage == "Running"


def test_a_window_that_nobody_confirmed_ends_inconclusive() -> None:
    world = manual_world()
    world.step(24 * HOUR)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Inconclusive", "NotConfirmed")


def test_a_command_for_another_run_does_nothing() -> None:
    world = winning_world()
    world.edit({f"{names.GROUP}/pause": "v42-20200101t000000z"})
    world.step(HOUR + 1)
    assert world.run.percent == 50


def test_a_retry_makes_a_new_run_with_a_zero_tally_once() -> None:
    world = make_running_world()
    first = world.run.id
    world.vote(loss=300)
    world.settle(4)
    assert world.status.run is None
    world.edit({f"{names.GROUP}/retry": first})
    world.counts = {}
    world.settle(4)
    assert world.run.id != first
    assert world.run.votes == 0
    world.vote(loss=300)
    world.settle(10)
    assert world.status.run is None, "the annotation names the first run and is void for the second"
    assert len(world.status.history) == 2
