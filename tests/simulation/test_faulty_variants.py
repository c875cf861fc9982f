"""One test of false verdicts, which the product's rules pass and every way that teams write first fails.

Each case is a world in which the right verdict is known, the mistake, and the same world without it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from interleaver.api.v1alpha1 import Traffic
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Faults, Scenario
from interleaver.simulate.summary import Share
from tests.simulation.countings import (
    Counting,
    count_picks_without_rival_as_ties,
    give_slots_away,
    let_a_mute_candidate_meet_the_champion,
    let_equal_models_meet,
    let_one_model_lead,
    let_unrelated_models_meet,
    merge,
    run_counting,
)
from tests.simulation.whole_runs import NaiveFleet, make_scenario

ALPHA = 0.05
RUNS = 200
RAMP = [
    {"percent": 10, "hold": "72h"},
    {"percent": 25, "hold": "72h"},
    {"percent": 50, "hold": "23h"},
    {"percent": 100},
]


@dataclass(frozen=True)
class Case:
    """A mistake and the world in which it shows."""

    product: Counting
    mistake: Counting
    is_wrong: Callable[[Outcome], bool]


def calls_equal_models_worse(outcome: Outcome) -> bool:
    return outcome.verdict == "Rollback"


def calls_equal_models_better(outcome: Outcome) -> bool:
    return outcome.reason == "Better"


def promotes(outcome: Outcome) -> bool:
    return outcome.verdict == "Promote"


UNRELATED, EQUAL, MUTE = (
    let_unrelated_models_meet(),
    let_equal_models_meet(),
    let_a_mute_candidate_meet_the_champion(),
)
CASES = {
    "a z-test of fixed size at every look": Case(
        merge(EQUAL), replace(merge(EQUAL), fleet=NaiveFleet), calls_equal_models_worse
    ),
    "one model always proposes first": Case(
        merge(UNRELATED), let_one_model_lead(UNRELATED), calls_equal_models_worse
    ),
    "every conversion of a unit with strong taste is counted": Case(
        merge(EQUAL), replace(merge(EQUAL), conversions=10), calls_equal_models_worse
    ),
    "the ramp gives the candidate a share of the slots": Case(
        merge(EQUAL), give_slots_away(EQUAL), calls_equal_models_better
    ),
    "picks without a rival are counted as ties": Case(
        merge(MUTE), merge(MUTE, count_picks_without_rival_as_ties), promotes
    ),
}  # fmt: skip


def make_plan() -> Scenario:
    """The default plan with a ramp of a week, looked at every 30 minutes for 14 days, and 6,000 visits a day."""
    scenario = make_scenario(0.0, faults=Faults(), votes_per_day=6000)
    return replace(scenario, traffic=Traffic.model_validate({"steps": RAMP}))


def is_beyond_alpha(counting: Counting, is_wrong: Callable[[Outcome], bool]) -> bool:
    """The test that all have to pass: whether runs end with the wrong verdict more often than alpha, chance aside."""
    outcomes = run_counting(counting, make_plan(), RUNS, seed=1)
    share = Share(sum(map(is_wrong, outcomes)), RUNS)
    sys.stdout.write(f"wrong in {share.count} of {RUNS} runs: {share}\n")  # pytest -rP shows it
    return share.interval[0] > ALPHA


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_rules_of_the_product_keep_to_alpha(case: Case) -> None:
    assert not is_beyond_alpha(case.product, case.is_wrong)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_same_runs_with_a_usual_mistake_do_not(case: Case) -> None:
    assert is_beyond_alpha(case.mistake, case.is_wrong)
