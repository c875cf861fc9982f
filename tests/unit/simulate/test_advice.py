"""Which number of votes to plan for: what the traffic brings by when runs end, if that decides sooner."""

from dataclasses import replace

import pytest

from interleaver.api.v1alpha1 import Analysis
from interleaver.simulate.advice import Advice, Trial, advise, count_votes, describe_advice, list_trials, write_advice
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import DAY, Scenario, Truth

DEFAULT = Scenario()


def end(verdict: str, days: float) -> Outcome:
    return Outcome(verdict, "", 1, days, (1, 1, 1), 1.0, (0,), None)


@pytest.mark.parametrize(
    ("days", "votes"),
    [
        pytest.param(1, 600, id="a day at 10 % has 150 votes, and the API takes 600"),
        pytest.param(4, 2800, id="a day at 10, 25, 50 and 100 %"),
        pytest.param(7, 7300, id="7,275 to two digits"),
        pytest.param(14, 18_000, id="17,775 to two digits"),
    ],
)
def test_the_votes_by_a_day_are_those_that_the_ramp_lets_in(days: float, votes: int) -> None:
    assert count_votes(1500, DEFAULT.rules, days * DAY) == votes


def test_no_advice_is_refused_by_the_api() -> None:
    for votes_per_day in (0.01, 1e12):
        for trial in list_trials(Scenario(Truth(votes_per_day=votes_per_day))):
            assert Analysis.model_validate(trial.analysis.to_dict()) == trial.analysis


def test_equal_candidates_are_tried_at_what_is_planned_and_at_what_the_traffic_asks_for() -> None:
    trials = list_trials(Scenario(Truth(win_share=0.4)))
    assert [each.rules.planned for each in trials] == [2000, 7300, 18_000]
    assert {each.truth.preference for each in trials} == {0.0}


def test_without_a_minimum_run_the_window_alone_is_asked() -> None:
    scenario = replace(DEFAULT, analysis=Analysis(minimum_run="0s"))
    assert [each.rules.planned for each in list_trials(scenario)] == [2000, 18_000]


def test_what_promotes_an_equal_candidate_soonest_is_advised() -> None:
    planned, sooner, later = list_trials(DEFAULT)
    ended = [
        [end("Promote", 9), end("Inconclusive", 14)],
        [end("Promote", 8), end("Promote", 10)],
        [end("Promote", 12), end("Rollback", 2)],
    ]
    advice = advise([planned, sooner, later], ended)
    assert advice.best == Trial(7300, 1.0, 9.0)
    assert advice.planned == Trial(2000, 0.5, 11.5), "a run that is not promoted counts as the whole window"
    assert advice.saves == 2.5
    assert describe_advice(advice) == (
        "advice:  plannedVotes 7300 suits 1500 votes a day better than 2000: an equal candidate is promoted in 100% of "
        "runs instead of 50%, 2.5 days sooner on average"
    )
    assert write_advice(advice) == {
        "asPlanned": {"plannedVotes": 2000, "promoted": 0.5, "days": 11.5},
        "advised": {"plannedVotes": 7300, "promoted": 1.0, "days": 9.0},
    }


def test_a_difference_that_nobody_would_notice_is_no_reason_to_plan_anew() -> None:
    trials = list_trials(DEFAULT)
    advice = advise(trials, [[end("Promote", 7.02)], [end("Promote", 7.0)], [end("Promote", 7.01)]])
    assert advice == Advice(Trial(2000, 1.0, 7.02), Trial(2000, 1.0, 7.02), 1500)
    assert "no other value that was tried does it sooner" in describe_advice(advice)
