"""The errors of whole runs: through `advance` itself, and at looks every 30 minutes for two weeks on columns."""

import pytest

from interleaver.simulate.many_runs import run_many
from interleaver.simulate.one_run import run_one
from interleaver.simulate.scenario import Faults
from tests.simulation.whole_runs import (
    MARGIN,
    make_scenario,
    make_shoppers,
    share_of,
    shorten,
)

ALPHA = 0.05
RUNS = 200


@pytest.mark.parametrize(("preference", "wrong"), [(-MARGIN, "Promote"), (0.0, "Rollback")])
def test_advance_errs_in_a_share_of_alpha_at_most_whatever_fails(preference: float, wrong: str) -> None:
    scenario = shorten(make_scenario(preference))
    outcomes = [run_one(scenario, make_shoppers(scenario, 1, seed)) for seed in range(RUNS)]
    assert share_of(outcomes, wrong) <= ALPHA
    assert share_of(outcomes, {"Promote": "Rollback", "Rollback": "Promote"}[wrong]) > 0.5


@pytest.mark.parametrize("tie_share", [0.0, 0.3, 0.8])
@pytest.mark.parametrize(("preference", "wrong"), [(-MARGIN, "Promote"), (0.0, "Rollback")])
def test_two_weeks_of_looks_every_half_an_hour_do_not_make_it_worse(
    preference: float, wrong: str, tie_share: float
) -> None:
    scenario = make_scenario(preference, tie_share=tie_share)
    assert share_of(run_many(scenario, 300, make_shoppers(scenario, 300, 1)), wrong) <= ALPHA


@pytest.mark.parametrize(("preference", "wrong"), [(-MARGIN, "Promote"), (0.0, "Rollback")])
def test_busy_days_and_regulars_with_strong_taste_do_not_make_it_worse(preference: float, wrong: str) -> None:
    scenario = make_scenario(preference, faults=Faults(), drift=0.1, bursts=0.5, returning=0.4, taste=5)
    assert share_of(run_many(scenario, 300, make_shoppers(scenario, 300, 2)), wrong) <= ALPHA


def test_identical_models_are_on_par_and_not_inconclusive() -> None:
    scenario = make_scenario(0.0, tie_share=1.0)
    outcomes = run_many(scenario, 50, make_shoppers(scenario, 50, 4))
    assert {(each.verdict, each.reason) for each in outcomes} == {("Promote", "OnPar")}


def test_what_is_on_par_is_kept_even_at_high_traffic() -> None:
    scenario = make_scenario(-0.005, tie_share=0.0, votes_per_day=20_000)
    outcomes = run_many(scenario, 300, make_shoppers(scenario, 300, 5))
    assert share_of(outcomes, "Rollback") < 0.25
    rolled_back = [each for each in outcomes if each.verdict == "Rollback"]
    assert all(each.on_par_look is None for each in rolled_back)


def test_a_candidate_without_any_vote_is_never_promoted() -> None:
    scenario = make_scenario(0.0, faults=Faults(), votes_per_day=1e-9)
    outcomes = run_many(scenario, 20, make_shoppers(scenario, 20, 6))
    assert {(each.verdict, each.look) for each in outcomes} == {("Inconclusive", 14 * 48)}
