"""One look of a guardrail."""

from math import isfinite, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from interleaver.stats import betting
from interleaver.stats.guardrail import log_e_value
from interleaver.stats.tally import Tally
from tests.unit.stats.binomial import log_binomial


@pytest.mark.parametrize("limit", [0.01, 0.02, 0.05, 0.5])
@pytest.mark.parametrize("calls", [1, 50, 600])
def test_calls_that_fail_as_often_as_the_limit_allows_are_expected_to_earn_nothing(calls: int, limit: float) -> None:
    chances = log_binomial(np.arange(calls + 1), calls, limit)
    logs = [chance + log_e_value(events, calls, limit) for events, chance in enumerate(chances)]
    assert logsumexp(logs) == pytest.approx(0.0, abs=1e-6)


def test_an_outage_is_beyond_the_bar_of_a_million_within_one_look() -> None:
    assert log_e_value(100, 200, 0.02) > log(1_000_000)


def test_a_healthy_look_is_evidence_of_nothing() -> None:
    assert log_e_value(10, 1000, 0.02) < 0


@pytest.mark.parametrize(("limit", "planned"), [(0.5, 600), (0.02, 47), (0.01, 24)])
def test_it_is_the_bet_mixture_planned_for_six_hundred_calls_in_standard_deviations(limit: float, planned: int) -> None:
    assert log_e_value(30, 1000, limit) == betting.log_e_value(Tally(30, 0, 970), limit, planned)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0.001, 0.999))
def test_it_is_finite_and_rises_with_events(events: int, others: int, limit: float) -> None:
    now = log_e_value(events, events + others, limit)
    assert isfinite(now)
    assert log_e_value(events + 1, events + others + 1, limit) >= now - 1e-5  # rounding, at billions of calls


@pytest.mark.parametrize(("events", "calls", "limit"), [(2, 1, 0.02), (-1, 1, 0.02), (0, 1, 0.0), (0, 1, 1.0)])
def test_counts_and_limits_that_do_not_fit_are_refused(events: int, calls: int, limit: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        log_e_value(events, calls, limit)
