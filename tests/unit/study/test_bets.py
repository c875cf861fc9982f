"""The study of bets sets both mixtures on the same votes, and says which needs fewer."""

from argparse import Namespace
from dataclasses import replace

import numpy as np
import pytest
from hack.study.bets import Case, describe, list_cases, make_law, race, watch_heavy

from interleaver.api.v1alpha1 import Traffic
from interleaver.simulate.scenario import Scenario, Truth

DEMO = np.array([0.27, 0.31, 0.15])  # shares of sessions; the rest has no vote
CASES = {each.title: each for each in list_cases(DEMO)}


def test_votes_that_chance_does_not_move_need_exactly_what_the_bets_need() -> None:
    case = CASES["on par, all ties"]
    ended = race(case, runs=3, seed=1)
    assert ended["Planned"].tolist() == [869] * 3
    assert ended["PlannedAndLarge"].tolist() == [479] * 3
    assert describe(case, ended) == ("on par, all ties", "2,000", "869", "479", "0.551", "0.60")


def test_a_large_effect_takes_fewer_votes_and_never_later_by_both_alike() -> None:
    ended = race(CASES["better, effect .20, 30 % ties"], runs=200, seed=1)
    assert np.quantile(ended["PlannedAndLarge"], 0.5) < 0.75 * np.quantile(ended["Planned"], 0.5)


def test_sessions_without_a_vote_count_as_sessions() -> None:
    alone, among = make_law(0.0, 1.0), make_law(0.0, 1.0) / 2
    votes, sessions = (race(Case("", law, 0.48, 1, ""), runs=60, seed=1)["Planned"] for law in (alone, among))
    assert np.quantile(sessions, 0.5) == pytest.approx(2 * np.quantile(votes, 0.5), rel=0.05)


def test_heavy_users_that_lean_make_better_seem_proven_and_not_after_a_week() -> None:
    full, options = Traffic.model_validate({"steps": [{"percent": 100}]}), Namespace(runs=150, seed=1)
    scenario = replace(Scenario(Truth(heavy=0.03)), traffic=full)
    ever, late = watch_heavy(scenario, options)
    assert ever.value > 0.08, "alpha is .05, and does not speak of those who have not come yet"
    assert late.value < 0.05
