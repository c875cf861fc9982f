"""Ends of intervals move to where units reach farther."""

import numpy as np
import pytest

from interleaver.lab.measures.leaning import lean, measure_leaning
from interleaver.lab.measures.resampling import bound, count_draws

UNITS, RESAMPLES = 120, 400


def resample(values: np.ndarray) -> np.ndarray:
    """Means of the values under resamples, (1, resamples)."""
    counts = np.concatenate(list(count_draws(len(values), RESAMPLES, 0))).astype(float)
    return np.asarray(counts @ values / len(values))[None, :]


def test_where_units_scatter_alike_to_both_sides_ends_stay() -> None:
    assert lean(0.025, np.zeros(3)) == pytest.approx([0.025] * 3)
    even = measure_leaning(np.linspace(-1, 1, 101)[None, :], np.array([101]), np.array([True]))
    assert even == pytest.approx([0.0], abs=1e-12)


def test_a_sixth_of_the_skewness_is_how_far_they_lean() -> None:
    draw = np.random.default_rng(0).exponential(size=(1, 200_000))
    assert measure_leaning(draw, np.array([200_000]), np.array([True])) == pytest.approx([2 / 6], rel=0.05)


def test_both_ends_move_to_the_side_that_units_reach_farther_to() -> None:
    assert lean(0.025, np.array([-0.05])) < 0.025
    assert lean(0.975, np.array([-0.05])) < 0.975
    assert lean(0.025, np.array([0.05])) > 0.025
    assert 0 <= lean(0.001, np.array([-2.0])) <= lean(0.999, np.array([2.0])) <= 1


def test_what_has_no_spread_and_what_cannot_be_used_leans_nowhere() -> None:
    rows = np.array([[0.5] * 4, [0.0, 0.0, 0.0, 1.0], [np.nan] * 4])
    found = measure_leaning(rows, np.array([4, 4, 0]), np.array([True, False, False]))
    assert found.tolist() == [0.0, 0.0, 0.0]


def test_a_candidate_that_misses_its_margin_passes_less_often_by_leaning_intervals() -> None:
    """One unit in twenty loses much, half of the others gain a little, and the margin is just missed: 100 suites."""
    chance, truth = np.random.default_rng(1), -0.05 * 0.8 + 0.95 * 0.5 * 0.04
    passed = {False: 0, True: 0}
    for _ in range(300):
        lost, gained = chance.random(UNITS) < 0.05, chance.random(UNITS) < 0.5
        values = np.where(lost, -0.8, np.where(gained, 0.04, 0.0))
        resampled = resample(values)
        for means in passed:
            found = bound(np.array([values.mean()]), resampled, UNITS, 0.95, means=means)
            passed[means] += int(found.low[0] >= truth)
    assert passed[True] <= 0.05 * 300 < passed[False]
