"""Both engines say the same of the same history: verdict, reason, look, tally, path of the ramp, and first proof."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from interleaver.api.v1alpha1 import Analysis
from interleaver.experiment.deciding.ramp import SUSPICION
from interleaver.simulate import many_runs
from interleaver.simulate.many_runs import Fleet, run_many
from interleaver.simulate.moments import Integers, Moments, Recorded
from interleaver.simulate.one_run import run_one
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Faults, Scenario
from interleaver.simulate.shoppers import Shoppers
from interleaver.simulate.signs import Signs

from .histories import make_histories, make_scenario

RUNS = 80
SCENARIO = make_scenario()


@pytest.fixture(scope="module")
def truth() -> list[Outcome]:
    """What `advance` makes of each history."""
    histories = make_histories(1, RUNS)
    return [run_one(SCENARIO, histories.alone(run)) for run in range(RUNS)]


def test_the_histories_end_in_every_way_and_take_different_paths(truth: list[Outcome]) -> None:
    ways = {(each.verdict, each.reason) for each in truth}
    assert ways == {("Promote", "Better"), ("Promote", "OnPar"), ("Rollback", "Harm"), ("Inconclusive", "WindowOver")}
    assert len({each.path for each in truth}) > 5
    assert len({each.look for each in truth}) > 5
    assert any(each.verdict == "Rollback" and each.on_par_look is not None for each in truth)
    assert any(each.verdict == "Rollback" and each.on_par_look is None for each in truth)


def test_many_runs_at_once_end_as_each_of_them_does_through_advance(truth: list[Outcome]) -> None:
    assert run_many(SCENARIO, RUNS, make_histories(1, RUNS)) == truth


def forget_suspicion(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(many_runs, "SUSPICION", 100.0)


def suspect_sooner(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(many_runs, "SUSPICION", 0.8)


def keep_what_a_fault_takes(patch: pytest.MonkeyPatch) -> None:
    def count(fleet: Fleet, runs: Integers, moments: Moments) -> None:
        fleet.unread[runs] += moments.before + moments.after

    patch.setattr(Fleet, "count", count)


def look_when_the_operator_is_away(patch: pytest.MonkeyPatch) -> None:
    former = Fleet.count

    def count(fleet: Fleet, runs: Integers, moments: Moments) -> None:
        former(fleet, runs, moments)
        moments.away[:] = False

    patch.setattr(Fleet, "count", count)


def change(**changes: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """A mutant whose rules are a little different."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        former: Any = Fleet.__init__

        def start(fleet: Fleet, scenario: Scenario, runs: int) -> None:
            former(fleet, scenario, runs)
            fleet.rules = replace(fleet.rules, **changes)

        patch.setattr(Fleet, "__init__", start)

    return apply


def never_cross(patch: pytest.MonkeyPatch) -> None:
    """On par, once proven, changes nothing."""
    former = Fleet.read_signs

    def read_signs(fleet: Fleet, runs: Integers) -> Signs:
        fleet.on_par_look[:] = many_runs.NEVER
        return former(fleet, runs)

    patch.setattr(Fleet, "read_signs", read_signs)


def suspect_after_on_par_as_before(patch: pytest.MonkeyPatch) -> None:
    former = Fleet.read_signs

    def read_signs(fleet: Fleet, runs: Integers) -> Signs:
        signs = former(fleet, runs)
        everywhere = np.ones(len(runs), dtype=np.bool_)
        return replace(signs, suspect=fleet.test(fleet.totals[runs][:, ::-1], 0.5, everywhere, SUSPICION) >= SUSPICION)

    patch.setattr(Fleet, "read_signs", read_signs)


def hold_shorter(patch: pytest.MonkeyPatch) -> None:
    former: Any = Fleet.__init__

    def start(fleet: Fleet, scenario: Scenario, runs: int) -> None:
        former(fleet, scenario, runs)
        fleet.holds = fleet.holds - 3600 * 12

    patch.setattr(Fleet, "__init__", start)


MUTANTS = {
    "the ramp never suspects harm": forget_suspicion,
    "the ramp suspects harm sooner": suspect_sooner,
    "the ramp suspects harm after on par as before": suspect_after_on_par_as_before,
    "holds are half a day shorter": hold_shorter,
    "votes that were not read survive a fault": keep_what_a_fault_takes,
    "looks are made while the operator is away": look_when_the_operator_is_away,
    "the margin is wider": change(margin=0.04),
    "harm is judged after on par as before": never_cross,
    "more votes are needed": change(minimum_votes=1000),
    "nothing is promoted in the first five days": change(minimum_run=120 * 3600),
    "the window is half a day longer": change(window=180 * 3600),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_rule_that_differs_is_noticed(mutant: str, truth: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    assert run_many(SCENARIO, RUNS, make_histories(1, RUNS)) != truth


def test_they_agree_on_a_run_that_began_before_there_were_large_bets(truth: list[Outcome]) -> None:
    scenario, histories = replace(SCENARIO, mixture="Planned"), make_histories(1, RUNS)
    outcomes = run_many(scenario, RUNS, make_histories(1, RUNS))
    assert outcomes == [run_one(scenario, histories.alone(run)) for run in range(RUNS)]
    assert outcomes != truth


@pytest.mark.parametrize("seed", [2, 3])
def test_they_agree_on_shoppers_whose_votes_depend_on_the_ramp(seed: int) -> None:
    truth = {"votes_per_day": 600, "win_share": 0.48, "returning": 0.4, "taste": 3, "bursts": 0.3, "drift": 0.1}
    scenario = replace(make_scenario(**truth), faults=Faults(resets=0.3, gaps=0.2, restarts=0.2))
    recorded = Recorded(Shoppers(scenario, 20, np.random.default_rng(seed)))
    outcomes = run_many(scenario, 20, recorded)
    assert [run_one(scenario, recorded.replay(run)) for run in range(20)] == outcomes
    assert len({each.path for each in outcomes}) > 1


def test_a_ramp_of_one_step_and_rules_that_ask_for_nothing_end_at_the_first_proof() -> None:
    histories = make_histories(4, 10)
    steps = SCENARIO.traffic.model_copy(update={"steps": SCENARIO.traffic.steps[-1:]})
    analysis = Analysis.model_validate(SCENARIO.analysis.to_dict() | {"minimumRun": "0s", "minimumVotes": 0})
    scenario = replace(SCENARIO, traffic=steps, analysis=analysis)
    outcomes = run_many(scenario, 10, make_histories(4, 10))
    assert outcomes == [run_one(scenario, histories.alone(run)) for run in range(10)]
    assert all(each.look == each.on_par_look for each in outcomes if each.verdict == "Promote")


def test_a_recorded_run_does_not_fit_another_path_of_the_ramp() -> None:
    recorded = Recorded(make_histories(1, RUNS))
    run_many(SCENARIO, RUNS, recorded)
    with pytest.raises(ValueError, match="step"):
        recorded.replay(0).next(np.zeros(1, dtype=np.int64), np.array([2]))
