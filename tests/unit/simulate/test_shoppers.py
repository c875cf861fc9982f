"""Shoppers vote as often as they should, once each, and as the router forgets, again."""

import numpy as np
import pytest

from interleaver.simulate.moments import Fault, Integers, Moments
from interleaver.simulate.scenario import DAY, Faults, Scenario, Truth
from interleaver.simulate.shoppers import Shoppers

RUNS = 200
ALL = np.arange(RUNS)


def shop(truth: Truth, step: int, days: float, faults: Faults | None = None) -> list[Moments]:
    """The moments of RUNS runs that stand at one step for some days."""
    scenario = Scenario(truth, faults or Faults())
    shoppers = Shoppers(scenario, RUNS, np.random.default_rng(1))
    steps = np.full(RUNS, step)
    return [shoppers.next(ALL, steps) for _ in range(round(days * DAY / scenario.rules.interval))]


def count(moments: list[Moments]) -> Integers:
    """All votes of each run, by outcome: shape (runs, 3)."""
    return np.asarray(sum(each.before + each.after for each in moments))


@pytest.mark.parametrize(("step", "share"), [(0, 0.1), (1, 0.25), (2, 0.5), (3, 1.0)])
def test_a_step_gives_its_share_of_the_votes(step: int, share: float) -> None:
    votes = count(shop(Truth(votes_per_day=1000), step, days=1))
    assert votes.sum() / RUNS == pytest.approx(1000 * share, rel=0.02)


def test_wins_ties_and_losses_come_by_their_law() -> None:
    truth = Truth(win_share=0.6, tie_share=0.4)
    votes = count(shop(truth, 3, days=1)).sum(axis=0)
    assert votes / votes.sum() == pytest.approx(np.array(truth.law), abs=0.005)


def test_heavy_users_vote_first_and_lean_and_light_ones_make_up_for_it() -> None:
    moments = shop(Truth(votes_per_day=2000, heavy=0.1), 3, days=14)
    first, last, whole = count(moments[:12]).sum(axis=0), count(moments[48 * 7 :]).sum(axis=0), count(moments)
    # In the first quarter of a day half of the units vote at once, and of the others one in nine has converted.
    assert (first[0] - first[2]) / first.sum() / 2 == pytest.approx(0.1 * (1 - 0.115) / (1 + 0.115), abs=0.01)
    assert (last[0] - last[2]) / last.sum() / 2 == pytest.approx(0, abs=0.002)
    assert first[1] / first.sum() == pytest.approx(0.3, abs=0.01), "no tie leans"
    assert whole.sum() / RUNS == pytest.approx(2000 * (14 - 0.5), rel=0.01), "the light units of the last day are late"


def test_light_units_of_a_run_wait_for_that_run() -> None:
    scenario = Scenario(Truth(heavy=0.1))
    shoppers = Shoppers(scenario, 2, np.random.default_rng(1))
    one, both, top = np.array([1]), np.arange(2), np.full(2, 3)
    for _ in range(96):
        shoppers.next(one, top[:1])
    assert shoppers.light[0] == 0
    assert shoppers.light[1] > 500
    shoppers.next(both, top)
    assert shoppers.light[0] > 0


def test_votes_grow_by_the_drift_each_day() -> None:
    moments = shop(Truth(drift=0.5), 3, days=3)
    by_day = [count(moments[start : start + 48]).sum() for start in (0, 48, 96)]
    assert by_day[1] / by_day[0] == pytest.approx(1.5, rel=0.02)
    assert by_day[2] / by_day[1] == pytest.approx(1.5, rel=0.02)


def test_a_burst_brings_the_votes_of_ten_hours_between_two_looks() -> None:
    looks = np.array([each.after.sum(axis=1) for each in shop(Truth(votes_per_day=4800, bursts=1), 3, days=5)])
    busy = looks > 1000  # a usual interval has 100
    assert busy.sum() / RUNS == pytest.approx(5, rel=0.1)
    assert looks[busy].mean() == pytest.approx(2100, rel=0.02)


def test_regulars_vote_once_and_their_wave_ebbs() -> None:
    moments = shop(Truth(votes_per_day=1000, returning=1.0, return_days=2), 3, days=8)
    votes = np.array([count(moments[day * 48 : day * 48 + 48]).sum() / RUNS for day in range(8)])
    # A stock of 2,000 that thins out by exp(-1/2) a day.
    assert votes == pytest.approx(2000 * (np.exp(-np.arange(8) / 2) - np.exp(-np.arange(1, 9) / 2)), rel=0.05)
    assert (count(moments).sum(axis=1) <= 2000).all()


def test_a_step_lets_in_the_regulars_of_its_own_part_and_those_before_stay_closed() -> None:
    scenario = Scenario(Truth(votes_per_day=10_000, returning=1.0, return_days=0.02))
    shoppers = Shoppers(scenario, RUNS, np.random.default_rng(2))
    waves = []
    for step in range(4):
        moments = [shoppers.next(ALL, np.full(RUNS, step)) for _ in range(48)]
        waves.append(count(moments).sum() / RUNS)
    assert waves == [20, 30, 50, 100]  # a stock of 200, let in by 10, 15, 25 and 50 %, all of whom vote within the day


def test_without_faults_taste_changes_nothing_for_a_unit_votes_once() -> None:
    assert (count(shop(Truth(taste=5), 3, days=2)) == count(shop(Truth(), 3, days=2))).all()


def test_a_router_that_forgot_who_voted_counts_units_with_taste_again_and_as_before() -> None:
    truth, faults = Truth(taste=10), Faults(resets=5)
    calm, forgetful = count(shop(truth, 3, days=3)), count(shop(truth, 3, days=3, faults=faults))
    assert forgetful.sum() > 1.3 * calm.sum()
    spread = [(votes[:, 0] - votes[:, 2]).std() / np.sqrt(votes.sum() / RUNS) for votes in (calm, forgetful)]
    assert spread[1] > 1.15 * spread[0]  # dependent votes say less than as many independent ones


@pytest.mark.parametrize(("faults", "kind"), [(Faults(resets=2), Fault.RESET), (Faults(gaps=2), Fault.LOST)])
def test_faults_come_at_their_rate_and_split_the_votes(faults: Faults, kind: Fault) -> None:
    moments = shop(Truth(), 3, days=4, faults=faults)
    hits = sum(int((each.fault == kind).sum()) for each in moments)
    assert hits / RUNS == pytest.approx(8, rel=0.1)
    before = sum(int(each.before[each.fault == kind].sum()) for each in moments)
    after = sum(int(each.after[each.fault == kind].sum()) for each in moments)
    assert before / (before + after) == pytest.approx(0.5, abs=0.05)
    assert all(not each.before[each.fault == Fault.NONE].any() for each in moments)


def test_the_operator_is_away_as_often_and_as_long_as_asked() -> None:
    away = np.array([each.away for each in shop(Truth(), 3, days=20, faults=Faults(restarts=1, away_hours=3))])
    leavings = (away[1:] & ~away[:-1]).sum() / RUNS
    # Of 20 days a part is spent away, and what ends between two looks lasts until the next one.
    assert 14 < leavings < 20
    assert away.sum() / RUNS / 48 == pytest.approx(leavings * 3.25 / 24, rel=0.1)
