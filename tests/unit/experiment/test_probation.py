"""What was promoted is watched by its own calls, and the former champion serves again where it does not do."""

from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.api.conditions import find
from interleaver.api.status import Serving
from tests.builders import World, make_running_world, make_source
from tests.unit.experiment.verdicts import HOUR, climb, fail_calls, make_promoted

ERRORS = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]
LATENCY = [{"name": "slowness", "metric": "LatencyP99", "max": "250ms"}]
DEADLINE = 600


def serving(world: World) -> Serving:
    assert world.status.serving is not None
    return world.status.serving


def verdict(world: World) -> tuple[str, str]:
    assert world.status.decision is not None
    return world.status.decision.verdict, world.status.decision.reason


def stalled(world: World) -> tuple[str, str]:
    found = find(world.status, conditions.STALLED)
    return (found.reason, found.message) if found else ("", "")


def order_revert(world: World, run_id: str | None = None, **spec: Any) -> None:
    world.edit({names.ANNOTATION_REVERT: run_id or world.run.id}, **spec)


def assert_reverted(world: World, words: str) -> None:
    """The former champion serves, people are told why, and the candidate is not tried again by itself."""
    assert (serving(world).revision, serving(world).origin, serving(world).former) == ("v41", "Revert", None)
    assert verdict(world) == ("Rollback", "Reverted")
    assert world.status.decision is not None
    assert words in world.status.decision.message
    assert "v41 serves again, in place of v42" in world.status.decision.message
    assert [(past.verdict, past.reason) for past in world.status.history] == [("Rollback", "Reverted")]
    assert words in (world.status.history[0].detail or "")
    assert world.condition(conditions.CONCLUDED).reason == "Rollback"
    assert world.condition(conditions.PROMOTION_RECORDED).status == "True"
    assert [said.kind for said in world.announced if said.reason == "Reverted"] == ["Warning"]
    world.settle(6)
    assert world.status.run is None
    assert world.revisions() == {"v41": 1}
    world.step(2 * HOUR)
    world.settle(6)
    assert world.status.run is None, "a candidate that was sent back is not run again by itself"
    assert serving(world).revision == "v41"


@pytest.mark.parametrize(
    ("guardrails", "calls", "words"),
    [
        (ERRORS, {"ok": 30, "error": 30}, "guardrail errors is breached by v42 since it serves (ratio 0.5000"),
        (ERRORS, {"ok": 30, "timeout": 30}, "guardrail errors is breached by v42"),
        (LATENCY, {"ok": 30, "slow": 30}, "guardrail slowness is breached by v42"),
        (LATENCY, {"ok": 30, "timeout": 30}, "guardrail slowness is breached by v42"),
        ([], {"ok": 30, "error": 30}, "guardrail fallbacks is breached by v42"),
    ],
)
def test_a_guardrail_that_the_new_champion_breaches_sends_it_back(
    guardrails: list[dict[str, str]], calls: dict[str, int], words: str
) -> None:
    world = make_promoted(guardrails=guardrails)
    for _ in range(2):
        world.serve("", **calls)
        world.step()
    assert serving(world).revision == "v42", "two looks may be a burst"
    world.serve("", **calls)
    world.step()
    assert_reverted(world, words)


def test_a_new_champion_that_does_well_stays() -> None:
    world = make_promoted(guardrails=ERRORS)
    for _ in range(40):
        world.serve(ok=1000, error=2)
        world.step()
    world.step(HOUR)
    world.settle(3)
    assert verdict(world) == ("Promote", "Better")
    assert (serving(world).revision, world.status.run) == ("v42", None)
    assert world.revisions() == {"v42": 1}


def test_what_was_wrong_before_the_promotion_is_not_held_against_it() -> None:
    world = make_promoted(guardrails=ERRORS)
    before = {reading.name: float(reading.bar) for reading in world.run.guardrails}
    assert set(before) >= {"errors", "fallbacks"}
    world.serve(error=1)
    world.step()
    assert world.run.probation is not None
    assert {reading.name: reading.streak for reading in world.run.probation.guardrails} == {"errors": 1, "fallbacks": 1}
    assert world.run.guardrails == [reading for reading in world.run.guardrails if reading.name in before]


def test_calls_that_the_former_champion_failed_are_not_its_own() -> None:
    world = make_promoted(guardrails=ERRORS)
    for _ in range(6):
        world.serve("v41", error=500)
        world.serve("v42", ok=50)
        world.step()
    assert verdict(world) == ("Promote", "Better")


def test_a_router_that_starts_anew_counts_on() -> None:
    world = make_promoted(guardrails=ERRORS)
    for start in ("2", "3", "4"):
        world.served, world.start = {}, start
        world.serve(ok=30, error=30)
        world.step()
    assert verdict(world) == ("Rollback", "Reverted")


def test_looks_that_are_not_made_say_nothing() -> None:
    world = make_promoted(guardrails=ERRORS)
    world.readable = False
    for _ in range(5):
        world.serve(error=100)
        world.step()
    assert verdict(world) == ("Promote", "Better")


def test_a_new_champion_without_half_of_its_pods_is_sent_back_after_the_deadline() -> None:
    world = make_promoted()
    world.broken.add("v42")
    world.step()
    world.step(DEADLINE - 1)
    assert serving(world).revision == "v42"
    world.step(1)
    assert_reverted(world, "fewer than half of the pods of v42, which serves, were Ready for 10m")


def test_one_that_is_ready_again_in_time_stays() -> None:
    world = make_promoted()
    for _ in range(3):
        world.broken.add("v42")
        world.step()
        world.step(DEADLINE - 100)
        world.broken.clear()
        world.step()
    assert verdict(world) == ("Promote", "Better")


def test_a_person_takes_a_promotion_back() -> None:
    world = make_promoted()
    order_revert(world)
    world.step(1)
    assert_reverted(world, "the annotation interleaver.dev/revert sends v42 back")


def test_a_command_that_names_another_run_takes_nothing_back() -> None:
    world = make_promoted()
    order_revert(world, "v42-20200101t000000z")
    world.settle(3)
    assert verdict(world) == ("Promote", "Better")
    assert stalled(world) == ("", "")


def test_what_was_sent_back_keeps_its_size_until_all_routers_have_let_go_of_it() -> None:
    world = make_promoted()
    world.slow_routers = True
    order_revert(world)
    world.settle(5)
    assert (world.run.stage, world.revisions()) == ("Reverting", {"v41": 1, "v42": 1})
    world.slow_routers = False
    world.settle(4)
    assert (world.status.run, world.revisions()) == (None, {"v41": 1})


def test_a_router_that_cannot_be_read_does_not_keep_it() -> None:
    world = make_promoted()
    order_revert(world)
    world.step(1)
    world.slow_routers = True
    world.step(61)
    world.settle(2)
    assert world.status.run is None


def test_the_command_is_taken_once_it_was_seen_though_the_former_champion_is_not_ready() -> None:
    world = make_promoted()
    world.broken.add("v41")
    order_revert(world)
    world.step(1)
    assert serving(world).revision == "v42", "nothing would serve"
    world.edit()  # a tool removes the annotation
    world.settle(2)
    assert stalled(world)[0] == "NotReverted"
    assert "v41 serves again once 1 of its pods are Ready, and 0 are" in stalled(world)[1]
    world.broken.clear()
    world.step(1)
    assert stalled(world) == ("", "")
    assert_reverted(world, "interleaver.dev/revert")


def test_a_command_that_is_given_too_soon_is_told_and_never_obeyed() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    order_revert(world)
    world.settle(2)
    assert stalled(world)[0] == "NotReverted"
    assert (
        "has had no promotion that could be taken back: to end it, annotate interleaver.dev/abort" in stalled(world)[1]
    )
    climb(world)
    world.step(HOUR + 1)
    world.settle(4)
    assert (world.run.stage, serving(world).revision) == ("Settling", "v42")
    assert "if it is still meant, give it again" in stalled(world)[1]
    world.edit()
    world.step(1)
    assert stalled(world) == ("", "")


def promote_with_revert_ordered(when: str) -> World:
    """A promotion whose run was named in a command to revert before, which still stands there."""
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    if when == "Running":
        order_revert(world)
        world.step()
    world.broken.add("v42")
    world.step(HOUR + 1)
    assert world.run.stage == "Promoting"
    if when == "Promoting":
        order_revert(world)
        world.step(1)
    world.broken.clear()
    if when == "as it is promoted":
        order_revert(world)
    world.step(60)
    world.settle(3)
    return world


@pytest.mark.parametrize("when", ["Running", "Promoting", "as it is promoted"])
def test_a_command_that_was_given_too_soon_and_withdrawn_is_obeyed_when_it_is_given_again(when: str) -> None:
    world = promote_with_revert_ordered(when)
    assert (world.run.stage, serving(world).revision) == ("Settling", "v42")
    assert "if it is still meant, give it again" in stalled(world)[1]
    world.edit()
    world.step(1)
    order_revert(world)
    world.step(1)
    assert stalled(world) == ("", "")
    assert_reverted(world, "the annotation interleaver.dev/revert sends v42 back")


def test_of_a_command_that_was_given_too_soon_nothing_is_said_once_a_guardrail_takes_the_promotion_back() -> None:
    world = make_running_world(guardrails=ERRORS)
    world.vote(win=400, tie=100, loss=250)
    order_revert(world)
    climb(world)
    world.step(HOUR + 1)
    world.settle(4)
    world.slow_routers = True
    fail_calls(world)
    assert world.run.stage == "Reverting"
    assert stalled(world) == ("", "")


def test_a_command_that_comes_after_the_window_says_what_to_do_instead() -> None:
    world = make_promoted()
    run = world.run.id
    world.step(HOUR + 1)
    world.settle(3)
    assert world.status.run is None
    order_revert(world, run)
    world.settle(3)
    assert serving(world).revision == "v42"
    assert stalled(world)[0] == "NotReverted"
    assert "what served before v42 is gone: to serve another revision, set spec.champion to it" in stalled(world)[1]
    assert "NotReverted" in [said.reason for said in world.announced]
    assert world.condition(conditions.READY).status == "True"


@pytest.mark.parametrize("how", ["by a guardrail", "by command"])
def test_a_promotion_that_git_orders_by_now_is_not_taken_back_and_people_are_told(how: str) -> None:
    world = make_promoted(guardrails=ERRORS)
    run = world.run.id
    world.edit(champion=make_source("v42"), candidate=None)
    world.settle(2)
    assert world.condition(conditions.PROMOTION_RECORDED).reason == "Recorded"
    if how == "by command":
        order_revert(world, run)
        world.settle(3)
    else:
        fail_calls(world)
    assert (serving(world).revision, verdict(world)) == ("v42", ("Promote", "Better"))
    reason, words = stalled(world)
    assert reason == "NotReverted"
    assert "but spec.champion orders v42, and that order stands: to go back, set spec.champion to v41 again" in words
    world.edit(champion=make_source("v41"))
    world.settle(4)
    assert (serving(world).revision, serving(world).origin) == ("v41", "Seed")
    assert stalled(world) == ("", "")


def test_another_champion_that_git_orders_after_a_revert_is_rolled_out() -> None:
    world = make_promoted()
    order_revert(world)
    world.step(1)
    world.edit(champion=make_source("v50"))
    world.settle(6)
    assert (serving(world).revision, serving(world).origin) == ("v50", "Seed")


def test_a_revert_to_what_git_does_not_name_yet_says_what_to_commit() -> None:
    world = make_promoted()
    world.step(HOUR + 1)
    world.settle(3)
    world.counts, world.served = {}, {}
    world.edit(candidate=make_source("v43"))
    world.settle(8)
    for _ in range(4):
        world.vote(win=100, tie=25, loss=60)
        world.step()
    climb(world)
    world.step(HOUR + 1)
    world.settle(2)
    assert serving(world).revision == "v43"
    order_revert(world)
    world.step(1)
    assert (serving(world).revision, serving(world).origin, serving(world).seed) == ("v42", "Revert", "v41")
    found = world.condition(conditions.PROMOTION_RECORDED)
    assert (found.status, found.reason) == ("False", "NotRecorded")
    assert "v42 serves again, while spec.champion is still v41. Commit this" in found.message
    assert "set spec.champion.revision to v42" in found.message
    world.settle(8)
    assert serving(world).revision == "v42"
    assert world.revisions() == {"v42": 1}


def test_the_record_of_the_promotion_stays_and_the_amended_one_is_what_the_status_vouches_for() -> None:
    world = make_promoted()
    (first,) = world.records
    before = dict(world.records)
    digest = world.status.history[0].digest
    order_revert(world)
    world.settle(3)
    assert world.records[first] == before[first]
    (second,) = set(world.records) - {first}
    assert second.startswith(f"{first}-")
    assert world.status.history[0].digest not in (None, digest)
    assert str(world.status.history[0].digest).removeprefix("sha256:").startswith(second.removeprefix(f"{first}-"))


def test_a_lost_status_after_a_revert_is_rebuilt_to_the_former_champion() -> None:
    world = make_promoted()
    order_revert(world)
    world.settle(6)
    world.experiment = world.experiment.model_copy(update={"status": type(world.status)()})
    world.settle(6)
    assert (serving(world).revision, world.status.run) == ("v41", None)
    assert world.status.concluded is not None
    assert (world.status.concluded.candidate, world.status.concluded.verdict) == ("v42", "Rollback")


def test_a_person_may_have_it_tried_again() -> None:
    world = make_promoted()
    order_revert(world)
    run = world.run.id
    world.settle(6)
    world.counts = {}
    world.edit({names.ANNOTATION_RETRY: run})
    world.settle(8)
    assert (world.run.stage, world.run.plan.candidate.revision) == ("Running", "v42")
    assert world.run.id != run
