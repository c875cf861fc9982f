"""Error rates of whole runs at an alpha so high that hundreds of runs tell a rate that is held from one that is not."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pytest

from interleaver.api.v1alpha1 import Analysis, Traffic
from interleaver.simulate.many_runs import run_many
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Faults, Scenario
from interleaver.simulate.summary import Share
from tests.simulation.whole_runs import make_scenario, make_shoppers, share_of

RUNS: Final = 1000
ALPHA: Final = 0.2


def make_run(preference: float, margin: float) -> Scenario:
    """A run of a day at the top of its ramp: nothing but the evidence stands in a promotion's way."""
    analysis = Analysis(
        alpha=str(ALPHA), margin=str(margin), minimum_run="0s", window="24h", minimum_votes=0, planned_votes=1000
    )
    scenario = make_scenario(preference, faults=Faults(), tie_share=0.2, votes_per_day=1920)
    return replace(scenario, analysis=analysis, traffic=Traffic.model_validate({"steps": [{"percent": 100}]}))


def end(seed: int, *, preference: float, margin: float, runs: int = RUNS) -> list[Outcome]:
    """How runs of a candidate with that true preference end."""
    scenario = make_run(preference, margin)
    return run_many(scenario, runs, make_shoppers(scenario, runs, seed))


def count(outcomes: Iterable[Outcome], verdict: str) -> Share:
    return Share(sum(each.verdict == verdict for each in outcomes), RUNS)


@pytest.mark.parametrize(
    ("preference", "margin", "wrong"),
    [
        pytest.param(-0.03, 0.03, "Promote", id="a candidate at the margin is promoted"),
        pytest.param(0.0, 0.02, "Rollback", id="an equal candidate is rolled back"),
    ],
)
def test_whole_runs_err_in_a_share_of_alpha_at_most(preference: float, margin: float, wrong: str) -> None:
    share = count(end(1, preference=preference, margin=margin), wrong)
    assert share.value <= ALPHA
    assert share.interval[0] > ALPHA / 4, "a test that never errs would show nothing"


@pytest.mark.parametrize(("preference", "verdict"), [(0.1, "Promote"), (-0.1, "Rollback")])
def test_whole_runs_tell_a_candidate_that_differs(preference: float, verdict: str) -> None:
    assert share_of(end(3, preference=preference, margin=0.03, runs=200), verdict) > 0.95
