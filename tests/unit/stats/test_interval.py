"""The confidence sequence is what neither one-sided test rejects."""

from math import log
from typing import get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interleaver.stats.betting import Mixture, log_e_value
from interleaver.stats.interval import confidence_sequence
from interleaver.stats.tally import Tally

counts = st.integers(0, 10_000)
tallies = st.builds(Tally, counts, counts, counts)
plans = st.integers(600, 20_000)
mixtures = st.sampled_from(get_args(Mixture))
alphas = st.sampled_from([0.001, 0.01, 0.05, 0.2, 0.49])


@given(tallies, alphas, plans, mixtures)
def test_it_holds_the_preference_of_the_votes(tally: Tally, alpha: float, planned: int, mixture: Mixture) -> None:
    low, high = confidence_sequence(tally, alpha, planned, mixture)
    assert -0.5 <= low <= tally.preference <= high <= 0.5


@given(tallies, alphas, plans, mixtures)
def test_the_champions_side_sees_its_mirror_image(tally: Tally, alpha: float, planned: int, mixture: Mixture) -> None:
    low, high = confidence_sequence(tally, alpha, planned, mixture)
    assert confidence_sequence(tally.mirrored, alpha, planned, mixture) == pytest.approx((-high, -low), abs=1e-12)


@given(tallies, alphas, plans, mixtures)
def test_each_end_is_where_a_test_begins_to_reject(tally: Tally, alpha: float, planned: int, mixture: Mixture) -> None:
    low, high = confidence_sequence(tally, alpha, planned, mixture)
    bar = log(1 / alpha)
    if low > -0.5:
        assert log_e_value(tally, low + 0.5, planned, mixture) == pytest.approx(bar, abs=1e-3)
    if high < 0.5:
        assert log_e_value(tally.mirrored, 0.5 - high, planned, mixture) == pytest.approx(bar, abs=1e-3)


@given(tallies, plans, mixtures)
def test_a_smaller_alpha_gives_a_wider_interval(tally: Tally, planned: int, mixture: Mixture) -> None:
    low, high = confidence_sequence(tally, 0.05, planned, mixture)
    wider = confidence_sequence(tally, 0.01, planned, mixture)
    assert wider[0] <= low <= high <= wider[1]


@settings(max_examples=50)
@given(tallies, plans, mixtures)
def test_it_agrees_with_better_and_harm(tally: Tally, planned: int, mixture: Mixture) -> None:
    low, high = confidence_sequence(tally, 0.05, planned, mixture)
    assume(min(abs(low), abs(high)) > 1e-9)
    assert (low > 0) == (log_e_value(tally, 0.5, planned, mixture) > log(20))
    assert (high < 0) == (log_e_value(tally.mirrored, 0.5, planned, mixture) > log(20))


def test_without_votes_every_preference_is_possible() -> None:
    assert confidence_sequence(Tally(), 0.05, 2000) == (-0.5, 0.5)


@pytest.mark.parametrize("mixture", get_args(Mixture))
def test_a_billion_votes_leave_a_narrow_interval(mixture: Mixture) -> None:
    low, high = confidence_sequence(Tally(10**9, 10**9, 10**9), 0.05, 2000, mixture)
    assert high - low < 0.002
    assert low == pytest.approx(-high, abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_an_alpha_that_is_no_error_rate_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        confidence_sequence(Tally(1, 1, 1), alpha, 2000)
