"""The sample ratio test."""

from math import exp, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.stats.allocation import log_e_value


# Source: docs/explanation/statistics.md#reference-values, concentration 100.
def test_six_hundred_of_a_thousand_is_no_fair_coin() -> None:
    assert round(exp(log_e_value([600, 400], [0.5, 0.5]))) == 26_667_080


def test_fifty_one_percent_of_ten_thousand_is_not_suspicious() -> None:
    # A chi-square test at 5 % would cry wolf here (p = 0.046).
    assert exp(log_e_value([5100, 4900], [0.5, 0.5])) == pytest.approx(0.719, abs=5e-4)


@given(st.integers(0, 30), st.sampled_from([0.1, 0.5, 0.75]))
def test_the_next_unit_is_expected_to_change_nothing_if_the_shares_hold(count: int, share: float) -> None:
    now = [count, 7]
    after = share * exp(log_e_value([count + 1, 7], [share, 1 - share]))
    after += (1 - share) * exp(log_e_value([count, 8], [share, 1 - share]))
    assert after == pytest.approx(exp(log_e_value(now, [share, 1 - share])), rel=1e-9)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=4))
def test_groups_can_be_listed_in_any_order(counts: list[int]) -> None:
    shares = [1 / len(counts)] * len(counts)
    forwards, backwards = log_e_value(counts, shares), log_e_value(counts[::-1], shares)
    assert isfinite(forwards)
    assert forwards == pytest.approx(backwards, rel=1e-9, abs=1e-3)


def test_nobody_counted_is_no_evidence() -> None:
    assert log_e_value([0, 0], [0.5, 0.5]) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "shares"), [([1], [0.5, 0.5]), ([], []), ([-1, 1], [0.5, 0.5]), ([1, 1], [0.5, 0.6]), ([1, 1], [0, 1])]
)
def test_counts_and_shares_that_do_not_fit_are_refused(counts: list[int], shares: list[float]) -> None:
    with pytest.raises(ValueError, match="shares"):
        log_e_value(counts, shares)
