"""Gates are passed one after the other before any user sees the candidate, and the first that fails ends the run."""

from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.api.observed import GateJob, Gating
from interleaver.api.record import draw_up, seal
from interleaver.experiment.gates.passing import GRACE_SECONDS, SWITCHED_OFF, TABLE
from interleaver.experiment.records.verify import verify
from tests.builders import World, make_experiment, make_source

DEADLINE = 600.0  # seconds; promotion.progressDeadline, and so the gates'
POD = {"spec": {"containers": [{"name": "tests", "image": "localhost/tests:1"}]}}


def make_gates(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, "job": {"template": POD}} | more for name in names]


def make_gated_world(*names: str, **more: Any) -> World:
    """A world whose run has come to its first gate."""
    gated = make_source("v42") | {"gates": make_gates(*(names or ("tests",)), **more)}
    world = World(make_experiment(candidate=gated), gating=Gating(is_on=True))
    world.settle(6)
    assert world.run.gate is not None, world.status
    return world


def see(world: World, state: Any, why: str = "", log: str = "") -> None:
    """The next look finds the Job of the gate in this state."""
    gate = world.run.gate
    assert gate is not None
    world.gating = Gating(is_on=True, job=GateJob(gate.job, state, why, log))
    world.step(1)
    world.gating = Gating(is_on=True)


def read_states(world: World) -> list[tuple[str, str]]:
    return [(result.name, result.state) for result in world.run.gates]


def test_no_unit_is_interleaved_before_the_last_gate_is_passed() -> None:
    world = make_gated_world("tests", "load")
    see(world, "Active")
    assert read_states(world) == [("tests", "Running")]
    see(world, "Complete", log="all is well")
    assert read_states(world) == [("tests", "Passed"), ("load", "Starting")]
    assert (world.run.stage, set(world.percents)) == ("Preparing", {0})
    see(world, "Complete")
    assert world.run.stage == "Running"
    assert [result.log for result in world.run.gates] == ["all is well", None]


def test_the_first_that_fails_ends_the_run_and_no_user_has_seen_the_candidate() -> None:
    world = make_gated_world("tests", "load")
    see(world, "Active")
    see(world, "Failed", "container tests ended with exit code 3", "assert 2 == 3")
    decision = world.status.decision
    assert decision is not None
    assert (decision.verdict, decision.reason) == ("Rollback", "GateFailed")
    assert "'tests': container tests ended with exit code 3" in decision.message
    assert read_states(world) == [("tests", "Failed")]
    assert set(world.percents) == {0}
    world.settle(8)
    assert world.status.run is None
    assert world.revisions() == {"v41": 1}
    assert world.condition(conditions.LAB_PASSED).reason == "GateFailed", "it says so until the next run"


@pytest.mark.parametrize(("before", "seen"), [*TABLE, ("Starting", "Absent"), ("Running", "Active")])
def test_what_is_seen_decides_by_the_table_and_leaves_all_else_as_it_is(before: Any, seen: str) -> None:
    world = make_gated_world()
    if before == "Running":
        see(world, "Active")
    see(world, seen)
    assert read_states(world) == [("tests", TABLE.get((before, seen), before))]


def test_a_job_that_is_deleted_by_hand_is_a_failed_gate_and_one_that_was_never_made_is_made() -> None:
    never, deleted = make_gated_world(), make_gated_world()
    see(never, "Absent")
    assert never.run.stage == "Preparing"
    see(deleted, "Active")
    see(deleted, "Absent")
    assert deleted.status.decision is not None
    assert "was deleted before it ended" in deleted.status.decision.message


def test_the_job_has_a_name_of_its_run_and_gate_alone() -> None:
    first, again = make_gated_world("tests", "load"), make_gated_world("tests", "load")
    job = first.run.gates[0].job
    assert again.run.gates[0].job == job
    see(first, "Complete")
    assert first.run.gates[1].job != job
    assert len(job) <= 63


def test_a_gate_of_which_nothing_comes_has_failed_after_its_deadline() -> None:
    world = make_gated_world(deadline="20s")
    world.denied = (f"the API server denied Job {world.run.gates[0].job}: exceeded quota",)
    see(world, "Absent")
    assert "exceeded quota" in world.condition(conditions.LAB_PASSED).message
    world.step(20 + GRACE_SECONDS)
    assert world.status.decision is not None
    assert world.status.decision.reason == "GateFailed"
    assert "nothing came of it within 20s" in world.status.decision.message
    assert "exceeded quota" in world.status.decision.message


def test_gates_take_nothing_of_the_time_that_the_candidate_has_to_get_ready() -> None:
    world = make_gated_world("tests", "load")
    world.step(DEADLINE)
    assert world.run.stage == "Preparing"
    world.broken.add("v42")
    see(world, "Complete")
    assert read_states(world) == [("tests", "Passed")], "the next waits for the candidate"
    world.step(DEADLINE - 10)
    assert world.run.stage == "Preparing"
    world.step(10)
    assert world.status.decision is not None
    assert world.status.decision.reason == "CandidateNotReady"


def test_an_abort_stops_the_gate() -> None:
    world = make_gated_world()
    see(world, "Active")
    world.edit({"interleaver.dev/abort": world.run.id})
    world.step(1)
    assert world.status.decision is not None
    assert world.status.decision.reason == "Command"
    assert read_states(world) == [("tests", "Stopped")]


def test_where_gates_are_switched_off_the_candidate_waits_and_a_person_is_told() -> None:
    world = World(make_experiment(candidate=make_source("v42") | {"gates": make_gates("tests")}))
    world.settle(6)
    assert world.status.run is None
    assert world.condition(conditions.STALLED).reason == conditions.GATES_NOT_ALLOWED
    world.gating = Gating(is_on=True)
    world.settle(3)
    assert world.run.gate is not None


def test_where_they_are_switched_off_in_mid_run_the_next_gate_has_failed() -> None:
    world = make_gated_world("tests", "load")
    see(world, "Complete")
    world.gating = Gating()
    world.step(DEADLINE + GRACE_SECONDS)
    assert world.status.decision is not None
    assert SWITCHED_OFF in world.status.decision.message


def test_a_gate_whose_job_is_denied_is_told_before_any_run() -> None:
    gated = make_source("v42") | {"gates": make_gates("tests")}
    world = World(make_experiment(candidate=gated), gating=Gating(True, invalid={"tests": "image: Required value"}))
    world.settle(6)
    assert world.status.run is None
    stalled = world.condition(conditions.STALLED)
    assert stalled.reason == conditions.INVALID_TEMPLATE
    assert "'tests' was refused: image: Required value" in stalled.message


def test_the_gates_of_a_run_are_frozen() -> None:
    world = make_gated_world("tests")
    world.edit(candidate=make_source("v42"))
    see(world, "Complete")
    assert (world.run.stage, len(world.run.gates)) == ("Running", 1)
    assert any(told.reason == "PlanChanged" for told in world.announced)


def test_the_condition_tells_where_the_gates_stand() -> None:
    world = make_gated_world("tests", "load")
    told = world.condition(conditions.LAB_PASSED)
    assert (told.status, told.reason) == ("Unknown", "GateRunning")
    assert "gate 'tests', 1 of 2" in told.message
    see(world, "Complete")
    see(world, "Complete")
    told = world.condition(conditions.LAB_PASSED)
    assert (told.status, told.reason) == ("True", "GatesPassed")
    assert f"feed-{world.run.id}" in told.message
    reasons = [announcement.reason for announcement in world.announced if announcement.reason.startswith("Gate")]
    assert reasons == ["GateStarted", "GatePassed", "GateStarted", "GatePassed"]


def test_a_candidate_without_gates_has_none_to_pass() -> None:
    world = World(make_experiment())
    world.settle(8)
    assert world.run.stage == "Running"
    assert world.condition(conditions.LAB_PASSED).reason == "NoGates"
    assert "gates" not in world.run.plan.to_dict(), "or the hash of every plan would be another one"


@pytest.mark.parametrize("end", ["Failed", "Absent"])
def test_the_record_comes_to_the_same_verdict(end: Any) -> None:
    world = make_gated_world()
    see(world, "Active")
    see(world, end, "container tests ended with exit code 3", "the log")
    record = draw_up(world.experiment)
    assert record is not None
    document = seal(record.to_dict())
    assert verify(document) == []
    document["run"]["gates"][0]["state"] = "Passed"
    assert any("computed" in words for words in verify(seal(document)))
