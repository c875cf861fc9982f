"""Both engines say the same when requests fail, coins are broken, people step in, and votes are kept in a store."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from interleaver.api.v1alpha1 import Guardrail
from interleaver.simulate import guards
from interleaver.simulate.guards import Guards
from interleaver.simulate.many_runs import Fleet, run_many
from interleaver.simulate.moments import Recorded
from interleaver.simulate.one_run import run_one
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.people import People
from interleaver.simulate.requests import Requests
from interleaver.simulate.scenario import Faults, Scenario, Truth
from interleaver.simulate.shoppers import Shoppers

from .histories import make_scenario

RUNS = 25
REPLAYED = 10  # of these, through `advance`, which takes its time
HOUR = 3600.0
FAULTS = Faults(resets=0.3, gaps=0.2, restarts=0.2)
LIMITS = {"ErrorRatio": "0.02", "LatencyP99": "250ms", "FallbackRatio": "0.06"}
GUARDRAILS = tuple(
    Guardrail.model_validate({"name": metric.lower(), "metric": metric, "max": limit})
    for metric, limit in LIMITS.items()
)
WON = Truth(votes_per_day=900, win_share=0.97, tie_share=0.3)
TROUBLE = {"requests_per_vote": 1.5, "bursts_of_errors": 0.5}

CASES: dict[str, dict[str, Any]] = {
    "errors above the limit": {"requests": Requests(candidate_errors=0.045, requests_per_vote=1.5)},
    "bursts of errors": {"requests": Requests(candidate_errors=0.01, **TROUBLE)},
    "slow calls above the limit": {"requests": Requests(slow=0.025, requests_per_vote=1.5)},
    "fallbacks at the limit": {"requests": Requests(fallbacks=0.06, requests_per_vote=0.5)},
    "fallbacks, and a store": {
        "requests": Requests(fallbacks=0.055, **TROUBLE),
        "faults": replace(FAULTS, store=True),
    },
    "a broken assignment": {"requests": Requests(skew=0.57, requests_per_vote=1.5)},
    "a store": {"faults": replace(FAULTS, store=True)},
    "a person who confirms late": {"people": People("Manual", confirm_after=130 * HOUR)},
    "a person who never does": {"people": People("Manual")},
    "nearly all votes won": {"truth": WON},
    "nearly all won, and a word before that": {"truth": WON, "people": People("Manual", confirm_after=1 * HOUR)},
    "nearly all won, and a word after that": {"truth": WON, "people": People("Manual", confirm_after=130 * HOUR)},
    "a pause in the ramp": {"people": People(pause=(12 * HOUR, 60 * HOUR))},
    "a pause until the end": {"people": People(pause=(90 * HOUR, 400 * HOUR))},
}


def watch(case: str) -> tuple[Scenario, Recorded]:
    """The scenario, with shoppers whose moments are recorded."""
    whole: dict[str, Any] = {"faults": FAULTS, "guardrails": GUARDRAILS} | CASES[case]
    scenario = replace(make_scenario(votes_per_day=900, win_share=0.5, tie_share=0.3), **whole)
    return scenario, Recorded(Shoppers(scenario, RUNS, np.random.default_rng(7)))


def replay(scenario: Scenario, recorded: Recorded) -> list[Outcome]:
    """What `advance` makes of the first of the runs."""
    return [run_one(scenario, recorded.replay(run)) for run in range(REPLAYED)]


@pytest.mark.parametrize("case", CASES)
def test_many_runs_at_once_end_as_each_of_them_does_through_advance(case: str) -> None:
    scenario, recorded = watch(case)
    outcomes = run_many(scenario, RUNS, recorded)
    assert replay(scenario, recorded) == outcomes[:REPLAYED]


@pytest.mark.parametrize(
    ("case", "way"),
    [
        ("errors above the limit", ("Rollback", "Guardrail")),
        ("bursts of errors", ("Rollback", "Guardrail")),
        ("slow calls above the limit", ("Rollback", "Guardrail")),
        ("fallbacks at the limit", ("Inconclusive", "WindowOver")),
        ("a broken assignment", ("Inconclusive", "WindowOver")),
        ("a person who confirms late", ("Promote", "OnPar")),
        ("a person who never does", ("Inconclusive", "NotConfirmed")),
        ("nearly all votes won", ("Inconclusive", "WindowOver")),
        ("nearly all won, and a word before that", ("Inconclusive", "WindowOver")),
        ("nearly all won, and a word after that", ("Promote", "Better")),
        ("a pause in the ramp", ("Promote", "OnPar")),
        ("a pause until the end", ("Inconclusive", "Paused")),
    ],
)
def test_the_cases_are_about_what_they_say(case: str, way: tuple[str, str]) -> None:
    scenario, recorded = watch(case)
    assert way in {(each.verdict, each.reason) for each in run_many(scenario, RUNS, recorded)}


def test_with_a_store_no_vote_is_lost() -> None:
    lost, kept = watch("a pause until the end"), watch("a store")
    without, with_ = run_many(lost[0], RUNS, lost[1]), run_many(kept[0], RUNS, kept[1])
    assert all(counted(each, kept[1], run) for run, each in enumerate(with_))
    assert not all(counted(each, lost[1], run) for run, each in enumerate(without))


def counted(outcome: Outcome, recorded: Recorded, run: int) -> bool:
    """Whether the tally holds every vote that was cast up to the verdict."""
    moments = [moment for _, moment in recorded.moments[run]]
    return outcome.votes == sum(int((each.before + each.after)[:, :3].sum()) for each in moments)


def breach_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "STREAK", 1)


def need_more_evidence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "BREACH", 20.0)


def never_forget_fallbacks(patch: pytest.MonkeyPatch) -> None:
    former = Guards.watch

    def watch(guards: Guards, runs: Any, look: Any, now: float) -> None:
        former(guards, runs, look, 0.0)

    patch.setattr(Guards, "watch", watch)


def trust_the_coins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "SUSPICION", 1e9)


def lose_what_a_store_keeps(patch: pytest.MonkeyPatch) -> None:
    former: Any = Fleet.__init__

    def start(fleet: Fleet, scenario: Scenario, runs: int) -> None:
        former(fleet, scenario, runs)
        fleet.kept[:] = False

    patch.setattr(Fleet, "__init__", start)


def ignore_people(patch: pytest.MonkeyPatch) -> None:
    former: Any = Fleet.__init__

    def start(fleet: Fleet, scenario: Scenario, runs: int) -> None:
        former(fleet, scenario, runs)
        fleet.people = People()

    patch.setattr(Fleet, "__init__", start)


MUTANTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a burst is a breach": ("bursts of errors", breach_at_once),
    "more evidence is needed for a breach": ("errors above the limit", need_more_evidence),
    "fallbacks of the first days count for ever": ("fallbacks at the limit", never_forget_fallbacks),
    "broken coins are not noticed": ("a broken assignment", trust_the_coins),
    "a store loses what is not read": ("a store", lose_what_a_store_keeps),
    "nobody has to confirm": ("a person who never does", ignore_people),
    "nobody pauses": ("a pause in the ramp", ignore_people),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_rule_that_differs_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case, apply = MUTANTS[mutant]
    scenario, recorded = watch(case)
    truth = run_many(scenario, RUNS, recorded)
    apply(monkeypatch)
    assert run_many(scenario, RUNS, watch(case)[1]) != truth
