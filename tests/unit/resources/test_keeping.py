"""What outlives the experiment: from when a revision has no owner, and from when it has one again."""

from typing import Any

import pytest

from interleaver.api import names
from tests.builders import World, make_experiment, make_running_world, make_source

KEEPING: dict[str, Any] = {"deletionPolicy": "KeepServing"}
HOLDS = (3601, 5, 5, 3601, 5, 5, 3601)


def list_kept(world: World) -> set[str]:
    """Who outlives the experiment: revisions by name, all other objects by kind."""
    kept = [item for item in world.manifests if "ownerReferences" not in item["metadata"]]
    assert all(item["metadata"]["annotations"][names.ANNOTATION_KEPT] == "u-1" for item in kept)
    return {name_of(item) for item in kept}


def list_owned(world: World) -> set[str]:
    owned = [item for item in world.manifests if "ownerReferences" in item["metadata"]]
    assert not any(names.ANNOTATION_KEPT in item["metadata"]["annotations"] for item in owned)
    return {name_of(item) for item in owned}


def name_of(item: dict[str, Any]) -> str:
    return str(item["metadata"]["labels"].get(names.LABEL_REVISION, item["metadata"]["name"]))


def make_promoting() -> World:
    """A world whose candidate has won and does not serve yet, for it is not Ready."""
    world = make_running_world(**KEEPING)
    world.vote(win=400, tie=100, loss=250)
    for seconds in HOLDS:
        before = world.branch()
        world.step(seconds)
        if world.run.stage == "Promoting":
            before.broken.add("v42")
            before.step(seconds)
            assert before.run.stage == "Promoting"
            return before
    raise AssertionError(f"the run is {world.run.stage}")


def test_next_to_nothing_outlives_an_experiment_that_has_never_served() -> None:
    world = World(make_experiment(**KEEPING), broken={"v41"})
    world.settle()
    assert world.objects("Deployment")
    assert list_kept(world) == {"feed-router"}, "the configuration, by which the keys are known again"


def test_what_serves_outlives_the_experiment_and_the_candidate_goes_with_it() -> None:
    world = make_running_world(**KEEPING)
    assert list_kept(world) == {"v41", "home-feed", "feed-router"}
    assert list_owned(world) == {"v42"}


def test_the_first_champion_is_set_free_with_all_it_needs_before_it_serves() -> None:
    world = World(make_experiment(candidate=None, **KEEPING))
    while list_kept(world) <= {"feed-router"}:
        world.step(1)
        assert world.status.serving is None
    assert list_kept(world) == {"v41", "home-feed", "feed-router"}
    world.step(1)
    assert world.status.serving is not None


def test_a_candidate_that_has_won_is_set_free_once_it_is_ready_and_only_then_serves() -> None:
    world = make_promoting()
    assert "v42" in list_owned(world), "not Ready yet"
    world.broken.clear()
    world.step(1)
    assert world.run.stage == "Promoting"
    assert world.status.serving is not None
    assert world.status.serving.revision == "v41"
    assert "v42" in list_kept(world)
    world.step(1)
    assert world.status.serving.revision == "v42"


def test_a_pod_that_restarts_in_that_moment_does_not_tie_the_revision_again() -> None:
    world = make_promoting()
    world.broken.clear()
    world.step(1)
    world.broken.add("v42")
    world.step(1)
    assert "v42" in list_kept(world)


def test_one_that_was_set_free_and_does_not_serve_after_all_is_tied_again_before_it_goes() -> None:
    world = make_promoting()
    world.broken.clear()
    world.step(1)
    assert "v42" in list_kept(world)
    world.edit(candidate=make_source("v43"))
    world.step(1)
    assert world.run.stage == "RollingBack"
    assert "v42" in list_owned(world)


def test_what_served_before_outlives_the_experiment_for_the_rollback_window_and_then_goes() -> None:
    world = make_promoting()
    world.broken.clear()
    world.settle(3)
    assert {"v41", "v42"} <= list_kept(world)
    world.step(3601)
    assert {name_of(item) for item in world.manifests} == {"v42", "home-feed", "feed-router"}


def test_with_delete_everything_goes_with_the_experiment() -> None:
    world = make_running_world(deletionPolicy="Delete")
    assert list_kept(world) == set()
    assert list_owned(world) == {"v41", "v42", "home-feed", "feed-router"}


def test_the_policy_may_change_in_mid_run_both_ways() -> None:
    world = make_running_world(**KEEPING)
    world.edit(deletionPolicy="Delete")
    world.step(1)
    assert list_kept(world) == set()
    world.edit(deletionPolicy="KeepServing")
    world.step(1)
    assert list_kept(world) == {"v41", "home-feed", "feed-router"}


@pytest.mark.parametrize(("policy", "owned"), [("KeepServing", False), ("Delete", True)])
def test_the_record_of_a_run_lives_as_long_as_what_serves(policy: str, owned: bool) -> None:
    world = make_running_world(deletionPolicy=policy)
    world.edit(candidate=make_source("v43"), deletionPolicy=policy)
    world.step(1)
    (record,) = world.records.values() or [
        item for item in world.manifests if names.LABEL_RUN in item["metadata"]["labels"]
    ]
    assert ("ownerReferences" in record["metadata"]) is owned
