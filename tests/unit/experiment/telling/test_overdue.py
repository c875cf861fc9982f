"""A champion that does not become Ready is said to need a person, and recovers by itself."""

from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.api.conditions import find
from tests.builders import World, make_experiment, make_source
from tests.unit.experiment.verdicts import make_better

DEADLINE = 600


def stalled(world: World) -> tuple[str, str]:
    found = find(world.status, conditions.STALLED)
    return (found.reason, found.message) if found else ("", "")


def make_broken_world(*broken: str) -> World:
    return World(
        make_experiment(candidate=None), broken=set(broken), trouble="ErrImagePull: container model: no such image"
    )


def test_a_first_champion_that_never_becomes_ready_is_stalled_after_the_deadline_with_its_trouble() -> None:
    world = make_broken_world("v41")
    world.settle(4)
    world.step(DEADLINE - 10)
    assert stalled(world) == ("", "")
    world.step(10)
    reason, message = stalled(world)
    assert reason == "ProgressDeadlineExceeded"
    assert "0 of 1 pod(s) of v41 are Ready after 10m" in message
    assert "ErrImagePull: container model: no such image" in message
    assert find(world.status, conditions.RECONCILING) is None, "one of the two, or tools differ about which holds"
    assert world.status.underway is not None
    assert world.status.underway.reason == "RollingOut"
    assert world.revisions() == {"v41": 1}, "it is rolled out all the same"


def test_it_serves_as_soon_as_it_is_ready_and_is_stalled_no_more() -> None:
    world = make_broken_world("v41")
    world.settle(4)
    world.step(DEADLINE)
    world.broken.clear()
    world.settle(3)
    assert stalled(world) == ("", "")
    assert world.condition(conditions.READY).status == "True"
    assert find(world.status, conditions.RECONCILING) is None
    assert world.status.underway is None


def test_a_rollout_that_an_older_version_began_is_late_in_time() -> None:
    world = make_broken_world("v41")
    world.settle(4)
    old = world.status.model_copy(update={"underway": None})
    world.experiment = world.experiment.model_copy(update={"status": old})
    world.step(DEADLINE)
    assert stalled(world)[0] == "ProgressDeadlineExceeded"
    assert world.revisions() == {"v41": 1}


def test_another_champion_that_never_becomes_ready_is_stalled_while_the_former_serves() -> None:
    world = make_broken_world("v43")
    world.settle(4)
    world.edit(champion=make_source("v43"))
    world.settle(2)
    world.step(DEADLINE)
    assert stalled(world)[0] == "ProgressDeadlineExceeded"
    assert "v43" in stalled(world)[1]
    assert world.condition(conditions.READY).status == "True"
    assert world.status.serving is not None
    assert world.status.serving.revision == "v41"


def test_what_served_and_has_no_ready_pod_for_as_long_is_stalled_too() -> None:
    world = make_broken_world()
    world.settle(4)
    world.broken.add("v41")
    world.step()
    world.step(DEADLINE - 1)
    assert stalled(world) == ("", "")
    world.step(1)
    assert stalled(world)[0] == "ProgressDeadlineExceeded"
    world.broken.clear()
    world.step()
    assert stalled(world) == ("", "")


def test_a_champion_ordered_after_another_that_failed_has_its_own_time() -> None:
    world = make_broken_world("v41", "v43")
    world.settle(4)
    world.step(DEADLINE)
    assert stalled(world)[0] == "ProgressDeadlineExceeded"
    world.edit(champion=make_source("v43"))
    world.settle(2)
    world.step(DEADLINE - 10)
    assert stalled(world) == ("", "")


def test_a_promotion_is_not_recorded_beside_another_template_of_that_name() -> None:
    world = make_broken_world()
    world.settle(4)
    assert world.condition(conditions.PROMOTION_RECORDED).status == "True"
    world.edit(champion=make_source("v41", port=9001))
    world.step()
    found = world.condition(conditions.PROMOTION_RECORDED)
    assert (found.status, found.reason) == ("False", "RevisionReused")
    assert world.status.serving is not None
    assert world.status.serving.hash in found.message


@pytest.mark.parametrize(
    ("candidate", "goes"), [(None, False), (make_source("v42", port=9001), True), (make_source("v43"), False)]
)
def test_the_change_to_commit_is_what_serves_though_the_candidate_in_git_is_gone_or_another(
    candidate: dict[str, Any] | None, goes: bool
) -> None:
    world = make_better()
    found = world.condition(conditions.PROMOTION_RECORDED)
    assert "- {op: move, path: /spec/champion, from: /spec/candidate}" in found.message
    world.edit(candidate=candidate)
    world.step()
    found = world.condition(conditions.PROMOTION_RECORDED)
    assert (found.status, found.reason) == ("False", "NotRecorded")
    assert world.status.serving is not None
    assert f"the label interleaver.dev/hash={world.status.serving.hash} keeps" in found.message
    assert ("remove spec.candidate" in found.message) == goes, "another candidate is the next one on trial"
    assert "from: /spec/candidate" not in found.message


def test_nobody_is_asked_to_commit_a_promotion_that_git_has_overruled() -> None:
    world = make_better()
    world.broken.add("v41")
    world.edit(champion=make_source("v41") | {"pinned": True}, candidate=None)
    world.step()
    assert world.status.serving is not None
    assert world.status.serving.revision == "v42", "the one that is ordered is not Ready yet"
    found = world.condition(conditions.PROMOTION_RECORDED)
    assert (found.status, found.reason) == ("True", "RollingOut")
