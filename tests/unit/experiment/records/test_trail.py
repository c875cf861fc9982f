"""What the status keeps for the record of a run: little, enough, and until the record is stored."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.fields import timestamp
from interleaver.api.guardrail_metrics import ALWAYS
from interleaver.api.measured import COLUMNS, OLDEST
from interleaver.api.observed import Observed
from interleaver.api.plan import freeze
from interleaver.api.status import GuardrailReading, Run, Status, Tally
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.records.trail import TRAIL_POINTS, extend_trail, read_counts, read_point
from interleaver.experiment.run import advance
from interleaver.experiment.view import View
from tests.builders import START, World, make_experiment, make_running_world
from tests.unit.experiment.verdicts import HOUR, climb, make_better, make_harmful, read_record

EXPERIMENT = make_experiment()
PLAN = freeze(EXPERIMENT.spec, make_running_world().run.plan.champion, make_running_world().run.plan.candidate)


def follow(looks: int, interval: int, votes_a_look: int = 1) -> Run:
    """A run after so many looks, each with more votes."""
    run = Run(
        id="v42-20261122t101500z", plan=PLAN, plan_hash=PLAN.hash, stage="Running",
        started_at=timestamp(START), running_since=timestamp(START),
    )  # fmt: skip
    for number in range(1, looks + 1):
        view = View(EXPERIMENT, Observed("image"), START + timedelta(seconds=number * interval))
        tally = Tally(wins=number * votes_a_look, ties=number * votes_a_look, losses=number * votes_a_look)
        run = run.model_copy(update={"tally": tally})
        run = run.model_copy(update={"trail": extend_trail(view, run)})
    return run


@pytest.mark.parametrize(("looks", "interval"), [(150, 30), (672, 1800), (5000, 30), (3000, 1)])
def test_the_trail_is_bounded_spans_the_run_and_is_dense_enough_to_draw(looks: int, interval: int) -> None:
    points = [read_point(point) for point in follow(looks, interval).trail]
    times = [at for at, *_ in points]
    assert min(looks, TRAIL_POINTS // 4) <= len(times) <= TRAIL_POINTS
    assert times == sorted(set(times))
    assert times[0] == interval
    assert all(points[i][1:] == (at // interval,) * 3 for i, at in enumerate(times)), "each is the tally at its time"
    longest = max(after - before for before, after in pairwise(times))
    assert longest <= max(interval, looks * interval / 20)
    assert looks * interval - times[-1] <= max(interval, looks * interval / 100)


def test_a_look_at_which_nobody_voted_leaves_no_point() -> None:
    world = make_running_world()
    world.step()
    assert world.run.trail == []
    world.vote(win=1)
    world.step()
    trail = world.run.trail
    assert [read_point(point)[1:] for point in trail] == [(1, 0, 0)]
    world.step()
    assert world.run.trail == trail


def test_a_clock_that_was_set_back_leaves_no_point() -> None:
    run = follow(10, 30)
    view = View(EXPERIMENT, Observed("image"), START + timedelta(seconds=5))
    assert extend_trail(view, run.model_copy(update={"tally": Tally(wins=99)})) == run.trail


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 9)), min_size=1, max_size=400))
def test_no_history_of_looks_makes_the_trail_too_long_or_lets_it_fall(history: list[tuple[int, int]]) -> None:
    run, seconds, wins = follow(0, 1), 0, 0
    for passed, votes in history:
        seconds, wins = seconds + passed, wins + votes
        run = run.model_copy(update={"tally": Tally(wins=wins)})
        view = View(EXPERIMENT, Observed("image"), START + timedelta(seconds=seconds))
        run = run.model_copy(update={"trail": extend_trail(view, run)})
    points = [read_point(point) for point in run.trail]
    assert len(points) <= TRAIL_POINTS
    assert points == sorted(points)
    assert Run.model_validate(run.to_dict()) == run


def test_every_step_up_is_kept_with_what_it_waited_for() -> None:
    world = make_running_world()
    climb(world)
    assert [(change.percent, change.reason) for change in world.run.ramp] == [
        (10, "CandidateReady"), (50, "Hold"), (100, "Hold"),
    ]  # fmt: skip
    world = make_running_world()
    world.broken.add("v42")
    world.step(HOUR + 1)
    world.broken.clear()
    world.step()
    assert (world.run.ramp[-1].percent, world.run.ramp[-1].reason) == (50, "CandidateNotReady")
    assert world.run.ramp[-1].at == timestamp(world.now)


def test_each_look_says_what_to_expect() -> None:
    world = make_running_world()
    world.step()
    assert world.run.estimate is None, "nobody has voted"
    world.vote(win=30, tie=10, loss=20)
    world.step()
    assert world.run.estimate is not None
    assert world.run.estimate.votes_per_day > 1000
    assert world.run.estimate.days_left is None, "too few votes"
    world.vote(win=300, tie=100, loss=200)
    world.step()
    assert world.run.estimate.days_left is not None
    assert 0 <= float(world.run.estimate.days_left) <= 1, "the window is a day"
    shown = world.run.estimate
    world.step(looking=False)
    assert world.run.estimate == shown, "without a look nothing new is known"


def lose_record(world: World, seconds: float, denied: tuple[str, ...] = ()) -> Status:
    """The next status when the record was not stored."""
    observed = replace(world.observe(), recorded=False, denied=denied)
    return advance(world.experiment, observed, world.now + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [5, 61, 7 * 24 * HOUR])
def test_a_run_is_not_forgotten_before_its_record_is_stored(seconds: float) -> None:
    for world in (make_harmful(), make_better()):
        assert lose_record(world, seconds).run is not None
        world.step(HOUR + 1)
        world.step(HOUR + 1)
        assert world.status.run is None
        assert len(world.records) == 1


def test_a_record_that_cannot_be_stored_does_not_keep_the_next_run_from_starting() -> None:
    world = make_harmful()
    denied = (f"ConfigMap feed-{world.run.id}: exceeded quota",)
    assert lose_record(world, 599, denied).run is not None
    assert lose_record(world, 601, denied).run is None
    assert lose_record(world, 601, ("Deployment feed-1: exceeded quota",)).run is not None


def test_a_record_holds_the_run_as_it_was_decided() -> None:
    world = make_better()
    run, document = world.run, read_record(world)
    assert document["run"] == run.to_dict()
    assert document["decision"]["verdict"] == "Promote"
    world.step()
    assert world.run.trail == run.trail
    assert world.run.probation is not None, "what follows is another matter"
    compared = world.run.model_copy(update={"probation": None})
    assert compared.to_dict() == document["run"], "nothing of it changes after the verdict"


def fill(run: Run) -> Run:
    """A run with as much of everything as two weeks can bring."""
    most = 9_007_199_254_740_992
    counts: Counts = dict.fromkeys([f"votes.outcome-{number}" for number in range(25)], most)
    pods = {f"feed-0123456789-abcdefgh-{number:05}": {"start": "1.7e9", "counts": counts} for number in range(3)}
    guardrails = [
        GuardrailReading(name="g" * 30, ratio="0.1234", bar="0.123456", streak=3) for _ in range(20 + len(ALWAYS))
    ]
    return run.model_copy(
        update={
            "trail": [f"{1_209_600 + number} {most} {most} {most}" for number in range(TRAIL_POINTS)],
            "measured": [f"{1_209_600 + number}{f' {most}' * len(COLUMNS)}" for number in range(TRAIL_POINTS)],
            "ledger": {"base": counts, "pods": pods},
            "guardrails": guardrails,
        }
    )


def test_the_whole_status_stays_small() -> None:
    world = make_better()
    status = world.status.model_copy(update={"history": list(world.status.history) * 50, "run": fill(world.run)})
    assert Status.model_validate(status.to_dict()) == status
    assert len(json.dumps(status.to_dict())) < 60_000


def test_what_guardrails_went_by_is_on_record_over_time() -> None:
    world = make_running_world()
    for _ in range(3):
        world.count(**{"calls.candidate.ok": 90, "calls.candidate.error": 4, "calls.candidate.slow": 6})
        world.fall_back("timeout", 2)
        world.fall_back("champion", 9)
        world.vote(win=10)
        world.step(3600)
    counts = [read_counts(point)[1 : 1 + len(OLDEST)] for point in world.run.measured]
    assert counts == [[4, 6, 100, 2, 12], [8, 12, 200, 4, 24], [12, 18, 300, 6, 36]]
    assert [read_counts(point)[0] for point in world.run.measured] == sorted(read_point(p)[0] for p in world.run.trail)


def test_a_usual_trail_takes_a_few_kilobytes() -> None:
    run = follow(5000, 240, votes_a_look=3)
    assert len(json.dumps(run.trail)) < 6_000
