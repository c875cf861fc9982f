"""Argo CD's actions on an experiment: which are offered when, and that the operator obeys what they write."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, Final

import pytest
import yaml
from lupa.lua51 import LuaError

from interleaver.api import names
from tests.builders import World, make_running_world
from tests.unit.experiment.verdicts import make_harmful, make_promoted
from tests.unit.health.lua import run
from tests.unit.health.situations import HEALTHY, SITUATIONS, make_new, show
from tests.unit.health.test_argo import SHIPPED
from tests.unit.health.worlds import make_paused, make_promoting, make_serving, make_waiting_for_a_word

ACTIONS: Final = "resource.customizations.actions.interleaver.dev_InterleavingExperiment"


@cache
def read_actions() -> dict[str, Any]:
    shipped = yaml.safe_load(SHIPPED.read_text())["data"][ACTIONS]
    found: dict[str, Any] = yaml.safe_load(shipped)
    return found


def offer(document: dict[str, Any]) -> set[str]:
    """The actions that can be chosen."""
    found = run(read_actions()["discovery.lua"], document)
    assert set(found) == {each["name"] for each in read_actions()["definitions"]}
    return {name for name, action in found.items() if not action["disabled"]}


def apply(action: str, document: dict[str, Any]) -> dict[str, Any]:
    (script,) = [each["action.lua"] for each in read_actions()["definitions"] if each["name"] == action]
    changed: dict[str, Any] = run(script, document)
    return changed


def command(world: World, action: str) -> World:
    """The world in which somebody chose the action, which had been offered."""
    before = show(world)
    assert action in offer(before)
    after = apply(action, deepcopy(before))
    assert after["spec"] == before["spec"]
    assert after["status"] == before["status"]
    world.edit(after["metadata"].get("annotations", {}))
    world.settle(2)
    return world


@pytest.mark.parametrize(
    ("make", "offered"),
    [
        (make_serving, set()),
        (make_running_world, {"abort", "pause"}),
        (make_paused, {"abort", "resume", "withdraw"}),
        (make_waiting_for_a_word, {"promote", "abort", "pause"}),
        (make_promoting, {"abort"}),
        (make_promoted, {"revert"}),
        (HEALTHY["promoted long ago"], set()),
        (HEALTHY["rolled back long ago"], {"retry"}),
        (HEALTHY["reverted long ago"], {"retry", "withdraw"}),
        (HEALTHY["Aborted/CandidateRemoved"], set()),
    ],
)
def test_only_what_means_something_is_offered(make: Callable[[], World], offered: set[str]) -> None:
    assert offer(show(make())) == offered


@pytest.mark.parametrize("name", SITUATIONS)
def test_something_can_be_said_of_every_situation(name: str) -> None:
    assert offer(SITUATIONS[name].document) <= {"promote", "abort", "pause", "resume", "retry", "revert", "withdraw"}


def test_one_that_nobody_has_seen_yet_is_offered_nothing() -> None:
    assert offer(make_new()) == set()


def test_a_run_is_aborted() -> None:
    decision = command(make_running_world(), "abort").status.decision
    assert decision is not None
    assert (decision.verdict, decision.reason) == ("Aborted", "Command")


def test_a_run_is_paused_and_resumed_as_often_as_one_likes() -> None:
    world = make_running_world()
    for _ in range(3):
        assert command(world, "pause").run.paused
        assert not command(world, "resume").run.paused


def test_a_run_in_mode_manual_gets_its_word() -> None:
    world = command(make_waiting_for_a_word(), "promote")
    assert world.run.stage in ("Promoting", "Settling")
    assert "promote" not in offer(show(world))


def test_votes_that_look_invented_can_be_vouched_for() -> None:
    document = deepcopy(show(make_running_world()))
    assert "promote" not in offer(document), "nobody is asked in mode Automatic"
    document["status"]["conditions"].append({"type": "AllocationHealthy", "reason": "VotesSuspicious"})
    assert "promote" in offer(document)


def test_a_promotion_is_reverted() -> None:
    world = command(make_promoted(), "revert")
    assert world.status.serving is not None
    assert (world.status.serving.revision, world.status.serving.origin) == ("v41", "Revert")


def test_a_candidate_is_tried_again() -> None:
    world = make_harmful()
    world.settle(4)
    assert world.status.run is None
    world.counts = {}  # routers count each run from zero
    former = world.status.decision
    command(world, "retry")
    world.settle(6)
    assert former is not None
    assert world.run.id != former.run_id


def test_what_was_withdrawn_is_obeyed_no_less_and_can_be_given_anew() -> None:
    world = make_paused()
    command(world, "withdraw")
    assert not [name for name in world.experiment.metadata.annotations if name in names.COMMANDS]
    assert world.run.paused
    assert offer(show(world)) == {"abort", "resume"}


def test_annotations_of_others_are_left_alone() -> None:
    document = show(make_paused())
    document["metadata"]["annotations"]["team"] = "ranking"
    for action in ("abort", "resume", "withdraw"):
        assert apply(action, deepcopy(document))["metadata"]["annotations"]["team"] == "ranking"


@pytest.mark.parametrize("action", ["promote", "abort", "pause", "resume", "revert", "retry"])
def test_an_action_that_is_called_although_it_is_not_offered_says_why_not(action: str) -> None:
    with pytest.raises(LuaError, match="no run"):
        apply(action, show(make_serving()))


def test_an_action_writes_annotations_where_there_are_none() -> None:
    document = show(make_running_world())
    del document["metadata"]["annotations"]
    changed = apply("pause", document)
    assert changed["metadata"]["annotations"] == {names.ANNOTATION_PAUSE: document["status"]["run"]["id"]}
