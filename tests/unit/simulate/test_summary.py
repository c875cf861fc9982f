"""Shares with exact intervals, quantiles of what occurred, and what is called an error."""

from math import comb

import pytest

from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Scenario, Truth
from interleaver.simulate.summary import Share, find_error, find_quantiles, summarise, write_json


def make_outcome(verdict: str = "Promote", reason: str = "OnPar", days: float = 7.0, votes: int = 100) -> Outcome:
    return Outcome(verdict, reason, round(days * 48), days, (votes, 0, 0), exposure=days / 2, path=(0,), on_par_look=1)


def sum_tail(count: int, runs: int, share: float) -> float:
    """The chance of at least so many."""
    return sum(comb(runs, k) * share**k * (1 - share) ** (runs - k) for k in range(count, runs + 1))


@pytest.mark.parametrize(("count", "runs"), [(5, 10), (1, 200), (12, 300), (299, 300)])
def test_an_interval_ends_where_either_tail_is_half_a_percent(count: int, runs: int) -> None:
    low, high = Share(count, runs).interval
    assert sum_tail(count, runs, low) == pytest.approx(0.005)
    assert 1 - sum_tail(count + 1, runs, high) == pytest.approx(0.005)


def test_none_and_all_have_one_sided_bounds() -> None:
    assert Share(0, 10).interval == pytest.approx((0.0, 1 - 0.005**0.1))
    assert Share(10, 10).interval == pytest.approx((0.005**0.1, 1.0))


def test_quantiles_are_values_that_occurred() -> None:
    assert find_quantiles([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]) == (1.0, 5.0, 8.0, 10.0)


def test_a_summary_has_every_way_to_end_and_all_runs_behind_them() -> None:
    outcomes = [make_outcome(), make_outcome(), make_outcome("Rollback", "Harm", days=2.0, votes=50)]
    groups = summarise(outcomes)
    assert [(each.verdict, each.reason, each.share.count) for each in groups] == [
        ("Promote", "OnPar", 2),
        ("Rollback", "Harm", 1),
        ("all", "", 3),
    ]
    assert groups[1].days == (2.0,) * 4
    assert groups[1].votes == (50,) * 4
    assert groups[2].exposure == pytest.approx(8 / 3)
    assert groups[2].interleaved == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("preference", "wrong"),
    [(-0.05, "Promote"), (-0.02, "Promote"), (-0.01, None), (0.0, "Rollback"), (0.1, "Rollback")],
)
def test_what_is_an_error_depends_on_the_truth(preference: float, wrong: str | None) -> None:
    scenario = Scenario(Truth(win_share=0.5 + preference / 0.7, tie_share=0.3))
    error = find_error(scenario, [make_outcome(), make_outcome(), make_outcome("Rollback", "Harm")])
    assert (error[1].count if error else None) == {"Promote": 2, "Rollback": 1, None: None}[wrong]


def test_json_says_what_was_assumed_and_what_came() -> None:
    document = write_json(Scenario(), [make_outcome(), make_outcome("Rollback", "Harm")])
    assert document["scenario"]["truth"]["preference"] == 0
    assert document["scenario"]["analysis"]["margin"] == "0.02"
    assert [each["verdict"] for each in document["verdicts"]] == ["Promote", "Rollback", "all"]
    assert document["verdicts"][0]["days"]["0.5"] == 7.0
    assert (document["error"]["share"], document["error"]["allowed"]) == (0.5, 0.05)
