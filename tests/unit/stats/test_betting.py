"""The bet mixture against reference values, and against what a test martingale must do."""

from itertools import product
from math import exp, isfinite, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.stats.betting import log_e_value, log_e_values
from interleaver.stats.tally import Tally

counts = st.integers(0, 5000)
tallies = st.builds(Tally, counts, counts, counts)
means = st.floats(0.0, 1.0)
plans = st.integers(600, 100_000)
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


def evaluate_by_definition(tally: Tally, null_mean: float, planned: int) -> float:
    """E as the design prints it, term by term and without logs."""
    bets = [(0.05 + number * (4 - 0.05) / 39) for number in range(40)]
    terms = [(c * 5.6 / sqrt(planned), exp(-c * c / 2)) for c in bets]
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
def test_it_is_the_formula_of_the_design(null_mean: float, planned: int) -> None:
    for tally in (Tally(), Tally(30, 5, 20), Tally(3, 60, 9), Tally(0, 0, 40)):
        expected = log(evaluate_by_definition(tally, null_mean, planned))
        assert log_e_value(tally, null_mean, planned) == pytest.approx(expected, abs=1e-9)


@given(tallies, counts, plans)
def test_ties_say_nothing_about_better(tally: Tally, more: int, planned: int) -> None:
    with_ties = log_e_value(tally + Tally(ties=more), 0.5, planned)
    assert with_ties == pytest.approx(log_e_value(tally, 0.5, planned), abs=NOISE)


@pytest.mark.parametrize("planned", [1, 600, 2000])
@pytest.mark.parametrize("null_mean", [0.02, 0.48, 0.5, 0.9])
def test_no_vote_is_expected_to_earn_anything_if_the_mean_is_the_null(null_mean: float, planned: int) -> None:
    # The martingale property, exactly: for every law of a vote with that mean, E over three votes averages to 1.
    for tie_share in (0.0, min(null_mean, 1 - null_mean)):
        law = (null_mean - tie_share / 2, tie_share, 1 - null_mean - tie_share / 2)
        average = sum(
            np.prod([law[vote] for vote in votes])
            * exp(log_e_value(Tally(votes.count(0), votes.count(1), votes.count(2)), null_mean, planned))
            for votes in product(range(3), repeat=3)
        )
        assert average == pytest.approx(1.0, abs=1e-12)


@given(tallies, means, means, plans)
def test_evidence_falls_as_the_null_mean_rises(tally: Tally, one: float, other: float, planned: int) -> None:
    low, high = sorted((one, other))
    assert log_e_value(tally, low, planned) >= log_e_value(tally, high, planned) - NOISE


@given(tallies, means, plans)
def test_a_win_raises_evidence_and_a_loss_lowers_it(tally: Tally, null_mean: float, planned: int) -> None:
    now = log_e_value(tally, null_mean, planned)
    assert log_e_value(tally + Tally(wins=1), null_mean, planned) >= now - NOISE
    assert log_e_value(tally + Tally(losses=1), null_mean, planned) <= now + NOISE


@given(st.builds(Tally, *[st.integers(0, 10**9)] * 3), means, plans)
def test_a_billion_votes_give_a_finite_number(tally: Tally, null_mean: float, planned: int) -> None:
    assert isfinite(log_e_value(tally, null_mean, planned))


@given(st.lists(tallies, min_size=1, max_size=5), means, plans)
def test_many_tallies_at_once_are_each_as_alone(each: list[Tally], null_mean: float, planned: int) -> None:
    table = np.array([[tally.wins, tally.ties, tally.losses] for tally in each])
    together = log_e_values(table.reshape(len(each), 1, 3), null_mean, planned)
    assert together.shape == (len(each), 1)
    alone = [log_e_value(tally, null_mean, planned) for tally in each]
    assert together[:, 0] == pytest.approx(alone, abs=1e-9)


def test_without_votes_there_is_no_evidence() -> None:
    assert log_e_value(Tally(), 0.5, 1000) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("null_mean", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_null_mean_that_is_no_share_is_refused(null_mean: float) -> None:
    with pytest.raises(ValueError, match="null_mean"):
        log_e_value(Tally(1, 1, 1), null_mean, 1000)


def test_a_plan_without_votes_is_refused() -> None:
    with pytest.raises(ValueError, match="planned"):
        log_e_value(Tally(1, 1, 1), 0.5, 0)
