"""A run from start to end, in a world where `advance` and `desired` meet."""

import pytest

from interleaver.api import conditions, names
from interleaver.experiment.stages import TRANSITIONS, IllegalTransition, follow
from tests.builders import World, make_experiment, make_running_world, make_source

HOUR = 3600


def condition(world: World, kind: str) -> tuple[str, str]:
    found = world.condition(kind)
    return found.status, found.reason


def climb_to_top(world: World) -> None:
    for _ in range(2):
        world.step(HOUR + 1)
        world.settle(4)
    assert world.run.percent == 100
    assert world.run.stepped_at is not None


def test_the_champion_is_rolled_out_before_anything_else() -> None:
    world = World()
    world.step()
    assert condition(world, conditions.RECONCILING) == ("True", "RollingOut")
    assert condition(world, conditions.READY)[0] == "False"
    assert world.status.run is None
    world.settle(3)
    assert world.status.serving is not None
    assert (world.status.serving.revision, world.status.serving.origin) == ("v41", "Seed")
    assert condition(world, conditions.READY) == ("True", "Serving")


def test_a_run_climbs_the_ramp_and_never_goes_down() -> None:
    world = make_running_world()
    climb_to_top(world)
    assert sorted(set(world.percents)) == [0, 10, 50, 100]
    assert world.percents == sorted(world.percents)


def test_the_candidate_is_sized_before_the_percent_rises() -> None:
    world = make_running_world()
    world.broken.add("v42")
    world.step(HOUR + 1)
    assert (world.run.step, world.run.percent) == (1, 10)
    world.broken.clear()
    world.step()
    assert world.run.percent == 50


def test_a_step_counts_from_when_every_router_has_taken_it() -> None:
    world = World()
    world.slow_routers = True
    world.settle(10)
    assert world.run.stage == "Running"
    assert world.run.stepped_at is None
    world.step(5 * HOUR)
    assert world.run.percent == 10
    world.slow_routers = False
    world.settle(2)
    assert world.run.stepped_at is not None


def test_a_better_candidate_is_promoted_after_the_minimum_run_at_the_top() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb_to_top(world)
    assert world.run.stage == "Running", "minimumRun is not over"
    assert world.run.crossed.on_par is not None
    world.step(HOUR + 1)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Promote", "Better")
    assert world.status.serving is not None
    assert (world.status.serving.revision, world.status.serving.origin) == ("v42", "Promotion")
    assert condition(world, conditions.CONCLUDED) == ("True", "Promote")
    assert condition(world, conditions.PROMOTION_RECORDED) == ("False", "NotRecorded")
    assert world.revisions() == {"v41": 1, "v42": 1}, "the former champion keeps its size"
    world.step(HOUR + 1)
    world.settle(2)
    assert world.revisions() == {"v42": 1}
    assert world.status.run is None
    assert [past.verdict for past in world.status.history] == ["Promote"]


def test_identical_models_are_promoted_as_on_par() -> None:
    world = make_running_world(analysis={"minimumRun": "3h", "window": "24h", "margin": "0.02", "plannedVotes": 1000})
    world.vote(tie=463)
    climb_to_top(world)
    world.step(HOUR + 1)
    assert world.run.stage == "Running", "463 ties are one short"
    world.vote(tie=1)
    world.step()
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Promote", "OnPar")


def test_harm_rolls_back_at_any_time_and_removes_the_loser() -> None:
    world = make_running_world()
    world.vote(win=50, loss=150)
    world.step()
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Rollback", "Harm")
    assert world.run.stage == "RollingBack"
    assert condition(world, conditions.CONCLUDED) == ("True", "Rollback")
    world.settle(3)
    assert world.status.run is None
    assert world.revisions() == {"v41": 1}
    world.settle(20)
    assert world.status.run is None, "a concluded candidate is never run again by itself"


def test_after_on_par_only_worse_than_the_margin_rolls_back() -> None:
    world = make_running_world()
    world.vote(tie=3000)
    world.step()
    assert world.run.crossed.on_par is not None
    world.vote(loss=140)  # harm against 0 is proven, worse than the margin of .05 is not
    world.step()
    assert world.run.evidence is not None
    assert float(world.run.evidence.harm) > 20
    assert world.run.stage == "Running"
    world.vote(loss=3000)
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.reason == "Harm"


def test_suspicion_of_harm_holds_the_ramp() -> None:
    world = make_running_world()
    world.vote(win=40, loss=62)
    world.step(HOUR + 1)
    assert world.run.evidence is not None
    assert 3 < float(world.run.evidence.harm) < 20
    assert world.run.step == 0
    assert "harm is suspected" in world.condition(conditions.CONCLUDED).message


def test_once_on_par_was_proven_only_suspicion_of_more_than_the_margin_holds_the_ramp() -> None:
    world = make_running_world()
    world.vote(tie=3000)
    world.step()
    assert world.run.crossed.on_par is not None
    world.vote(loss=140)  # worse than equal beyond doubt, and well within the margin of .05
    world.step(HOUR + 1)
    assert world.run.evidence is not None
    assert float(world.run.evidence.harm) > 20
    assert world.run.percent == 50
    world.settle(2)
    world.vote(loss=240)  # 380 in all: worse than the margin, as it seems
    world.step(HOUR + 1)
    assert world.run.stage == "Running"
    assert world.run.step == 1
    assert "harm is suspected" in world.condition(conditions.CONCLUDED).message


def test_stale_counters_hold_the_ramp_and_the_promotion_but_not_the_window() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb_to_top(world)
    world.readable = False
    world.step(2 * HOUR)
    assert condition(world, conditions.METRICS_FRESH) == ("False", "Stale")
    assert world.run.stage == "Running"
    world.step(24 * HOUR)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Inconclusive", "WindowOver")


def test_counters_that_come_back_are_fresh_again() -> None:
    world = make_running_world()
    world.readable = False
    world.step(HOUR)
    assert condition(world, conditions.METRICS_FRESH)[0] == "False"
    world.readable = True
    world.step()
    assert condition(world, conditions.METRICS_FRESH) == ("True", "Fresh")


def test_a_window_without_proof_ends_inconclusive() -> None:
    world = make_running_world()
    world.vote(win=20, loss=20)
    world.step(24 * HOUR)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Inconclusive"
    world.settle(3)
    assert world.revisions() == {"v41": 1}


def test_a_candidate_that_never_gets_ready_is_aborted_and_says_why() -> None:
    world = World(broken={"v42"})
    world.settle(8)
    assert world.run.stage == "Preparing"
    assert condition(world, conditions.CANDIDATE_READY) == ("False", "CrashLoopBackOff")
    assert condition(world, conditions.READY)[0] == "True"
    world.step(601)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Aborted", "CandidateNotReady")


def test_a_candidate_that_breaks_in_mid_run_is_rolled_back_after_the_deadline() -> None:
    world = make_running_world()
    world.broken.add("v42")
    world.step()
    assert condition(world, conditions.CANDIDATE_READY)[0] == "False"
    world.step(599)
    assert world.run.stage == "Running"
    world.step(2)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Rollback", "CandidateUnhealthy")


def test_a_command_aborts_only_the_run_it_names() -> None:
    world = make_running_world()
    world.edit({names.ANNOTATION_ABORT: "v42-20200101t000000z"})
    world.step()
    assert world.run.stage == "Running"
    world.edit({names.ANNOTATION_ABORT: world.run.id})
    world.step()
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Aborted", "Command")


def test_removing_the_candidate_aborts_the_run() -> None:
    world = make_running_world()
    world.edit(candidate=None)
    world.settle(4)
    assert world.status.decision is not None
    assert world.status.decision.reason == "CandidateRemoved"
    assert world.revisions() == {"v41": 1}


def test_replacing_the_candidate_aborts_the_run_and_starts_the_next() -> None:
    world = make_running_world()
    first = world.run.id
    world.vote(win=10)
    world.step()
    world.edit(candidate=make_source("v43"))
    world.settle(10)
    assert world.run.id != first
    assert world.run.plan.candidate.revision == "v43"
    assert world.status.history[0].reason == "CandidateReplaced"
    assert world.status.decision is None, "a new run clears the former decision"
    assert condition(world, conditions.CONCLUDED) == ("False", "RunInProgress")


def test_another_champion_aborts_the_run_and_takes_over_once_ready() -> None:
    world = make_running_world()
    world.broken.add("v50")
    world.edit(champion=make_source("v50"))
    world.settle(5)
    assert world.status.decision is not None
    assert world.status.decision.reason == "ChampionChanged"
    assert world.status.serving is not None
    assert world.status.serving.revision == "v41", "the former champion serves until the new one is Ready"
    assert condition(world, conditions.READY)[0] == "True"
    world.broken.clear()
    world.settle(3)
    assert (world.status.serving.revision, world.status.serving.origin) == ("v50", "Seed")
    assert world.revisions() == {"v41": 1, "v50": 1}
    world.step(HOUR + 1)
    assert world.revisions() == {"v50": 1}


def promoted_world() -> World:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb_to_top(world)
    world.step(HOUR + 1)
    world.step(HOUR + 1)
    world.settle(2)
    assert world.status.run is None
    return world


def test_recording_a_promotion_restarts_no_pod() -> None:
    world = promoted_world()
    before = world.objects("Deployment")
    world.edit(champion=make_source("v42"), candidate=None)
    world.settle(3)
    assert condition(world, conditions.PROMOTION_RECORDED) == ("True", "Recorded")
    assert world.objects("Deployment") == before


def test_reapplying_git_unchanged_after_a_promotion_changes_nothing() -> None:
    world = promoted_world()
    before = world.status.serving
    world.edit()
    world.settle(5)
    assert world.status.serving == before
    assert world.status.run is None


def test_a_candidate_that_waits_for_its_run_does_not_show_the_former_verdict() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb_to_top(world)
    world.step(HOUR + 1)
    assert condition(world, conditions.CONCLUDED) == ("True", "Promote")
    world.edit(champion=make_source("v42"), candidate=make_source("v43"))
    world.settle(3)
    assert world.run.stage == "Settling"
    assert condition(world, conditions.CONCLUDED) == ("False", "RunPending")
    assert "rollback window of 1h after the promotion of v42" in world.condition(conditions.CONCLUDED).message
    world.step(HOUR + 1)
    world.settle(3)
    assert world.run.plan.candidate.revision == "v43"
    assert condition(world, conditions.CONCLUDED) == ("False", "RunInProgress")


def test_a_candidate_waits_for_its_champion_and_says_so() -> None:
    world = World()
    world.broken.add("v41")
    world.settle(3)
    assert condition(world, conditions.CONCLUDED) == ("False", "RunPending")
    assert world.condition(conditions.CONCLUDED).message == "v42 is tried once v41 serves"


def test_a_pinned_champion_overrides_a_promotion() -> None:
    world = promoted_world()
    world.edit(champion=make_source("v41") | {"pinned": True}, candidate=None)
    world.settle(4)
    assert world.status.serving is not None
    assert world.status.serving.revision == "v41"


def test_the_pointer_survives_a_lost_status() -> None:
    world = promoted_world()
    world.experiment = make_experiment()
    world.settle(5)
    assert world.status.serving is not None
    assert (world.status.serving.revision, world.status.serving.origin) == ("v42", "Promotion")
    assert world.status.run is None, "the entry Service remembers what was concluded"
    assert condition(world, conditions.CONCLUDED) == ("True", "Promote")
    assert "the run of v42 came to Promote" in world.condition(conditions.CONCLUDED).message


def test_a_lost_snapshot_that_git_does_not_hold_is_named_until_git_does() -> None:
    world = promoted_world()
    world.edit(candidate=None)
    world.manifests = world.objects("Service")
    world.settle(2)
    assert condition(world, conditions.READY) == ("False", "SnapshotLost")
    world.edit(champion=make_source("v42"))
    world.settle(3)
    assert condition(world, conditions.READY) == ("True", "Serving")


def test_a_restarted_router_loses_no_vote_that_was_read() -> None:
    world = make_running_world()
    world.vote(win=10, loss=5)
    world.step()
    world.counts, world.start = {}, "2"
    world.vote(win=1)
    world.step()
    assert (world.run.tally.wins, world.run.tally.losses) == (11, 5)
    assert {gap.reason for gap in world.run.gaps} == {"Restarted"}


def test_advance_without_news_returns_the_same_status() -> None:
    world = make_running_world()
    world.vote(win=10, loss=5)
    world.step()
    before = world.status
    assert world.step(0) == before


def test_a_changed_plan_takes_effect_with_the_next_run_and_is_announced() -> None:
    world = make_running_world()
    frozen = world.run.plan
    world.edit(analysis={"minimumRun": "1h", "window": "48h", "margin": "0.2"})
    world.step()
    assert world.run.plan == frozen
    assert "PlanChanged" in [announcement.reason for announcement in world.announced]


def test_a_move_that_the_table_does_not_hold_is_illegal() -> None:
    legal = set(TRANSITIONS)
    for stage in (None, "Preparing", "Running", "Promoting", "RollingBack", "Settling", "Reverting"):
        for move in ("Start", "BecomeReady", "Promote", "GiveUp", "MovePointer", "Remove", "Settle", "Revert"):
            if (stage, move) not in legal:
                with pytest.raises(IllegalTransition):
                    follow(stage, move)
