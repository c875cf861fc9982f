"""Intervals of means that few units tell of."""

import numpy as np
import pytest
from scipy.stats import beta

from interleaver.lab.measures.few_intervals import Few, few_interval


def make(sums: list[float], units: int) -> Few:
    """So many units of one case each, of which these differ from 0."""
    return Few(np.array(sums), np.ones(len(sums)), units - len(sums), 1.0)


@pytest.mark.parametrize(("errors", "units"), [(1, 20), (1, 300), (3, 300), (20, 100)])
def test_of_shares_it_is_the_interval_of_clopper_and_pearson(errors: int, units: int) -> None:
    low, high = few_interval(make([1.0] * errors, units), 0, 1, 0.95)
    assert low == pytest.approx(beta.ppf(0.025, errors, units - errors + 1), rel=0.1, abs=5e-4)
    assert high == pytest.approx(beta.ppf(0.975, errors + 1, units - errors), rel=0.05)


def test_losses_and_gains_each_reach_to_their_own_side() -> None:
    low, high = few_interval(make([-1.0, -0.5, 0.25], 300), -1, 1, 0.95)
    assert low < -(1.0 + 0.5) / 300
    assert high > 0.25 / 300
    turned = few_interval(make([1.0, 0.5, -0.25], 300), -1, 1, 0.95)
    assert turned == pytest.approx((-high, -low), rel=0.1)


def test_a_unit_of_many_cases_counts_as_many() -> None:
    even = few_interval(make([-1.0], 100), -1, 1, 0.95)
    heavy = few_interval(Few(np.array([-5.0]), np.array([5.0]), 99, 1.0), -1, 1, 0.95)
    assert heavy[0] < 2 * even[0]


def test_one_seed_gives_one_interval() -> None:
    few = make([-0.3, 0.2], 50)
    assert few_interval(few, -1, 1, 0.95) == few_interval(few, -1, 1, 0.95)


def test_a_surer_interval_is_wider() -> None:
    few = make([-0.3, 0.2], 50)
    ends = [few_interval(few, -1, 1, confidence) for confidence in (0.5, 0.8, 0.95, 0.999)]
    assert [low for low, _ in ends] == sorted((low for low, _ in ends), reverse=True)
    assert [high for _, high in ends] == sorted(high for _, high in ends)
