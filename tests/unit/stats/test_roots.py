"""Roots: as scipy finds them, and with about as many questions."""

from collections.abc import Callable
from math import cos, expm1, inf, log
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from interleaver.stats.betting import Mixture, log_e_value
from interleaver.stats.interval import find_root
from interleaver.stats.tally import Tally

CASES: dict[str, tuple[Callable[[float], float], float, float]] = {
    "a line": (lambda x: x - 0.3, 0.0, 1.0),
    "a line that falls": (lambda x: 0.3 - x, 0.0, 1.0),
    "ends that are named the other way round": (lambda x: x**2 - 2, 2.0, 0.0),
    "a root of order three": (lambda x: (x - 0.7) ** 3, 0.0, 1.0),
    "flat, then steep": (lambda x: expm1(50 * (x - 0.9)), 0.0, 1.0),
    "steep, then flat": (lambda x: expm1(-50 * (x - 0.1)), 0.0, 1.0),
    "a step": (lambda x: -1.0 if x < 0.123 else 1.0, 0.0, 1.0),
    "a wave": (lambda x: cos(x) - x, 0.0, 1.0),
    "a root far out": (lambda x: x - 1e6, 0.0, 1e9),
}


@pytest.mark.parametrize("case", CASES)
def test_a_root_is_found_where_scipy_finds_it(case: str) -> None:
    evaluate, one, other = CASES[case]
    expected = brentq(evaluate, one, other)
    assert find_root(evaluate, one, other) == pytest.approx(expected, rel=1e-12, abs=2e-5 if "three" in case else 1e-11)


@given(
    st.builds(Tally, *[st.integers(0, 10_000)] * 3),
    st.sampled_from([0.001, 0.05, 0.49]),
    st.integers(600, 20_000),
    st.sampled_from(get_args(Mixture)),
)
def test_the_end_of_an_interval_is_found_with_few_questions(
    tally: Tally, alpha: float, planned: int, mixture: Mixture
) -> None:
    asked = []

    def exceed(mean: float) -> float:
        asked.append(mean)
        return log_e_value(tally, mean, planned, mixture) + log(alpha)

    if exceed(0.0) < 0:
        return
    high = tally.preference + 0.5
    assert find_root(exceed, 0.0, high) == pytest.approx(brentq(exceed, 0.0, high), abs=1e-10)
    assert len(asked) < 60  # scipy's and ours together


def test_an_end_that_is_a_root_is_found() -> None:
    assert find_root(lambda x: x, 0.0, 1.0) == pytest.approx(0, abs=2e-12)
    assert find_root(lambda x: x - 1, 0.0, 1.0) == pytest.approx(1, abs=2e-12)


@pytest.mark.parametrize("ends", [(1.0, 2.0), (-inf, 1.0)])
def test_without_a_change_of_sign_there_is_none(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no root to be found"):
        find_root(lambda x: x, *ends)
