"""The bet mixture against reference values, and against what a test martingale must do."""

from itertools import product
from math import exp, isfinite, log, sqrt
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.stats.betting import MANY, Mixture, log_e_value, log_e_values, log_e_values_from
from interleaver.stats.tally import Tally

counts = st.integers(0, 5000)
tallies = st.builds(Tally, counts, counts, counts)
means = st.floats(0.0, 1.0)
plans = st.integers(600, 100_000)
mixtures = st.sampled_from(get_args(Mixture))
both = pytest.mark.parametrize("mixture", get_args(Mixture))
NOISE = 1e-9


# Source: docs/explanation/statistics.md#reference-values, planned 1000 votes, to all printed digits.
@pytest.mark.parametrize(
    ("tally", "null_mean", "expected"),
    [
        (Tally(60, 0, 40), 0.5, 1.19031),
        (Tally(550, 100, 450), 0.5, 4.04066),
        (Tally(500, 0, 500), 0.48, 0.19125),
        (Tally(0, 200, 0), 0.48, 0.66759),
    ],
)
def test_the_reference_values_hold_to_five_digits(tally: Tally, null_mean: float, expected: float) -> None:
    assert log_e_value(tally, null_mean, 1000) == pytest.approx(expected, abs=5.1e-6)


# Source: docs/explanation/statistics.md#reference-values, to all printed digits.
@pytest.mark.parametrize(
    ("tally", "null_mean", "planned", "expected"),
    [
        (Tally(700, 0, 300), 0.5, 1000, 76.05541),
        (Tally(15, 20, 35), 0.5, 1000, -1.21224),
        (Tally(53, 10, 47), 0.48, 2000, 0.31486),
    ],
)
def test_the_reference_values_with_large_bets_hold_to_five_digits(
    tally: Tally, null_mean: float, planned: int, expected: float
) -> None:
    assert log_e_value(tally, null_mean, planned, "PlannedAndLarge") == pytest.approx(expected, abs=5.1e-6)


@pytest.mark.parametrize(
    ("votes", "null_mean", "mixture", "needed"),
    [
        pytest.param(Tally(wins=1), 0.5, "PlannedAndLarge", 22, id="better by wins alone"),
        pytest.param(Tally(wins=1), 0.5, "Planned", 38, id="better by wins alone, without large bets"),
        pytest.param(Tally(ties=1), 0.48, "PlannedAndLarge", 479, id="on par by ties alone"),
        pytest.param(Tally(ties=1), 0.48, "Planned", 869, id="on par by ties alone, without large bets"),
    ],
)
def test_so_many_votes_of_one_kind_are_proof(votes: Tally, null_mean: float, mixture: Mixture, needed: int) -> None:
    def weigh(number: int) -> float:
        tally = Tally(votes.wins * number, votes.ties * number)
        return log_e_value(tally, null_mean, planned=2000, mixture=mixture)

    assert weigh(needed - 1) < log(20) <= weigh(needed)


@given(tallies, means, plans)
def test_large_bets_never_cost_more_than_their_stake(tally: Tally, null_mean: float, planned: int) -> None:
    without = log_e_value(tally, null_mean, planned)
    assert log_e_value(tally, null_mean, planned, "PlannedAndLarge") >= without + log(0.8) - NOISE


def evaluate_by_definition(tally: Tally, null_mean: float, planned: int, mixture: Mixture) -> float:
    """E as the design prints it, term by term and without logs."""
    multiples = [(0.05 + number * (4 - 0.05) / 39) for number in range(40)]
    whole = sum(exp(-c * c / 2) for c in multiples)
    terms = [(c * 5.6 / sqrt(planned), exp(-c * c / 2) / whole) for c in multiples]
    if mixture == "PlannedAndLarge":
        large = [(0.1 * 7 ** (number / 29), 0.2 / 30) for number in range(30)]
        terms = [*((bet, 0.8 * weight) for bet, weight in terms), *large]
    kept = [(bet, weight) for bet, weight in terms if bet * null_mean < 0.98]
    capital = sum(
        weight
        * (1 + bet * (1 - null_mean)) ** tally.wins
        * (1 + bet * (0.5 - null_mean)) ** tally.ties
        * (1 - bet * null_mean) ** tally.losses
        for bet, weight in kept
    )
    return capital / sum(weight for _, weight in kept)


@pytest.mark.parametrize("planned", [1, 50, 600, 2000])
@pytest.mark.parametrize("null_mean", [0.0, 0.02, 0.48, 0.5, 0.52, 1.0])
@both
def test_it_is_the_formula_of_the_design(null_mean: float, planned: int, mixture: Mixture) -> None:
    for tally in (Tally(), Tally(30, 5, 20), Tally(3, 60, 9), Tally(0, 0, 40)):
        expected = log(evaluate_by_definition(tally, null_mean, planned, mixture))
        assert log_e_value(tally, null_mean, planned, mixture) == pytest.approx(expected, abs=1e-9)


@given(tallies, counts, plans, mixtures)
def test_ties_say_nothing_about_better(tally: Tally, more: int, planned: int, mixture: Mixture) -> None:
    with_ties = log_e_value(tally + Tally(ties=more), 0.5, planned, mixture)
    assert with_ties == pytest.approx(log_e_value(tally, 0.5, planned, mixture), abs=NOISE)


@pytest.mark.parametrize("planned", [1, 600, 2000])
@pytest.mark.parametrize("null_mean", [0.02, 0.48, 0.5, 0.9])
@both
def test_no_vote_is_expected_to_earn_anything_if_the_mean_is_the_null(
    null_mean: float, planned: int, mixture: Mixture
) -> None:
    # The martingale property, exactly: for every law of a vote with that mean, E over three votes averages to 1.
    for tie_share in (0.0, min(null_mean, 1 - null_mean)):
        law = (null_mean - tie_share / 2, tie_share, 1 - null_mean - tie_share / 2)
        average = sum(
            np.prod([law[vote] for vote in votes])
            * exp(log_e_value(Tally(votes.count(0), votes.count(1), votes.count(2)), null_mean, planned, mixture))
            for votes in product(range(3), repeat=3)
        )
        assert average == pytest.approx(1.0, abs=1e-12)


@given(tallies, means, means, plans, mixtures)
def test_evidence_falls_as_the_null_mean_rises(
    tally: Tally, one: float, other: float, planned: int, mixture: Mixture
) -> None:
    low, high = sorted((one, other))
    assert log_e_value(tally, low, planned, mixture) >= log_e_value(tally, high, planned, mixture) - NOISE


@given(tallies, means, plans, mixtures)
def test_a_win_raises_evidence_and_a_loss_lowers_it(
    tally: Tally, null_mean: float, planned: int, mixture: Mixture
) -> None:
    now = log_e_value(tally, null_mean, planned, mixture)
    assert log_e_value(tally + Tally(wins=1), null_mean, planned, mixture) >= now - NOISE
    assert log_e_value(tally + Tally(losses=1), null_mean, planned, mixture) <= now + NOISE


@given(st.builds(Tally, *[st.integers(0, 10**9)] * 3), means, plans, mixtures)
def test_a_billion_votes_give_a_finite_number(tally: Tally, null_mean: float, planned: int, mixture: Mixture) -> None:
    assert isfinite(log_e_value(tally, null_mean, planned, mixture))


@given(st.lists(tallies, min_size=1, max_size=5), means, plans, mixtures)
def test_many_tallies_at_once_are_each_as_alone(
    each: list[Tally], null_mean: float, planned: int, mixture: Mixture
) -> None:
    table = np.array([[tally.wins, tally.ties, tally.losses] for tally in each])
    together = log_e_values(table.reshape(len(each), 1, 3), null_mean, planned, mixture)
    assert together.shape == (len(each), 1)
    alone = [log_e_value(tally, null_mean, planned, mixture) for tally in each]
    assert together[:, 0] == pytest.approx(alone, abs=1e-9)


@given(st.lists(tallies, min_size=1, max_size=5), means, plans, mixtures, st.floats(0.5, 5.0))
def test_what_is_left_out_for_it_cannot_reach_a_bar_does_not(
    each: list[Tally], null_mean: float, planned: int, mixture: Mixture, least: float
) -> None:
    table = np.tile([[tally.wins, tally.ties, tally.losses] for tally in each], (MANY, 1))
    every = log_e_values(table, null_mean, planned, mixture)
    found = log_e_values_from(least, table, null_mean, planned, mixture)
    left_out = np.isneginf(found)
    assert (every[left_out] < least).all()
    assert found[~left_out] == pytest.approx(every[~left_out], abs=NOISE)


@both
def test_without_votes_there_is_no_evidence(mixture: Mixture) -> None:
    assert log_e_value(Tally(), 0.5, 1000, mixture) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("null_mean", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_null_mean_that_is_no_share_is_refused(null_mean: float) -> None:
    with pytest.raises(ValueError, match="null_mean"):
        log_e_value(Tally(1, 1, 1), null_mean, 1000)


def test_a_plan_without_votes_is_refused() -> None:
    with pytest.raises(ValueError, match="planned"):
        log_e_value(Tally(1, 1, 1), 0.5, 0)
