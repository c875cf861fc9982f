"""What the study says of A/B tests and interleaving follows from sessions alone."""

import numpy as np
import pytest
from hack.study.race import ALPHA, Law, go
from hack.study.sensitivity import MOODS, compare_sizes, size_samples
from hack.study.sessions import Sessions, visit

EQUAL = np.array([0.2, 0.6, 0.2])


def test_a_sample_for_60_against_70_percent_has_278_sessions_an_arm() -> None:
    # (1.6449 + .8416)^2 (.6 * .4 + .7 * .3) / .1^2 = 278.2
    ab, _ = size_samples(EQUAL[None] + [[0.1, 0, 0]], np.array([[0.6, 0.7]]))
    assert ab[0] == pytest.approx(2 * 278.2, abs=0.3)


def test_samples_of_these_sizes_succeed_in_80_percent_of_runs() -> None:
    random, runs = np.random.default_rng(1), 20_000
    votes, rates = np.array([0.0215, 0.004, 0.0107]), np.array([0.0314, 0.0377])  # the demo's, one in 20 of these buys
    ab, interleaved = size_samples(votes[None], rates[None])
    arm = round(ab[0] / 2)
    converted = random.binomial(arm, rates, size=(runs, 2)) / arm
    spread = np.sqrt((converted * (1 - converted)).sum(axis=1) / arm)
    score = random.multinomial(round(interleaved[0]), [*votes, 1 - votes.sum()], size=runs)
    wins, losses = score[:, 0], score[:, 2]
    assert ((converted[:, 1] - converted[:, 0]) / spread > 1.6449).mean() == pytest.approx(0.8, abs=0.02)
    assert ((wins - losses) / np.sqrt(wins + losses) > 1.6449).mean() == pytest.approx(0.8, abs=0.02)


def test_half_the_preference_takes_about_four_times_the_sessions() -> None:
    votes = np.array([[0.22, 0.6, 0.18], [0.21, 0.6, 0.19]])
    _, interleaved = size_samples(votes, np.array([[0.5, 0.6]] * 2))
    assert interleaved[1] / interleaved[0] == pytest.approx(4, rel=0.02)


def test_sessions_in_front_of_equal_lists_are_ties() -> None:
    lists, liked = {1: [1, 2, 3], 2: [3, 2, 1]}, {1: frozenset({1}), 2: frozenset({3})}
    sessions = visit(lists, lists, liked, count=20, seed=1)
    assert sessions.votes.tolist() == [[0, 1, 0], [0, 1, 0]]
    assert sessions.champion.tolist() == sessions.candidate.tolist() == [1, 1]


def test_a_candidate_that_alone_knows_what_users_like_never_loses() -> None:
    sessions = visit({1: [1, 2, 3]}, {1: [9, 2, 3]}, {1: frozenset({9})}, count=200, seed=1)
    win, tie, loss = sessions.votes[0]
    assert (tie, loss) == (0, 0)
    assert win > 0.9  # at rank 2, which nine in ten see, when the champion's item comes first
    assert (sessions.champion[0], sessions.candidate[0]) == (0, 1)


def test_a_shop_that_converts_less_favours_interleaving_more() -> None:
    random = np.random.default_rng(1)
    users = random.dirichlet([4.3, 0.8, 2.1, 2.8], size=200)
    sessions = Sessions(users[:, :3], random.beta(6.3, 3.7, size=200), random.beta(7.5, 2.5, size=200))
    ratios = [float(line[-1].split()[0]) for line in compare_sizes(sessions, seed=1)]
    assert len(ratios) == len(MOODS)
    assert ratios[1] > 2 * ratios[0]


def test_a_race_of_equal_models_is_hardly_ever_won() -> None:
    race = go(Law(EQUAL, sessions=1), scale=1000, runs=200, seed=1, planned=600)
    assert np.isfinite(race.ended).mean() <= ALPHA


def test_a_race_counts_both_sessions_of_a_pair() -> None:
    law = np.array([0.4, 0.4, 0.2])
    one, two = (go(Law(law, sessions=each), scale=400.0 * each, runs=50, seed=1, planned=600) for each in (1, 2))
    assert two.ended.tolist() == (2 * one.ended).tolist()
