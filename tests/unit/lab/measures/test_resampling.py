"""Intervals come from units drawn as often as chance draws them, and say when they cannot be had."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chisquare, norm

from interleaver.lab.measures import resampling
from interleaver.lab.measures.resampling import bound, count_draws, draw, interval, p_value, tail


def draw_all(units: int, resamples: int, seed: int = 0) -> NDArray[np.float32]:
    return np.concatenate(list(draw(units, resamples, seed)))


def means(values: NDArray[np.float64], resamples: int = 2000, seed: int = 0) -> NDArray[np.float64]:
    return np.asarray(draw_all(len(values), resamples, seed) @ values / len(values))


@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 5))
def test_every_resample_holds_as_many_units_as_there_are(units: int, resamples: int, seed: int) -> None:
    weights = draw_all(units, resamples, seed)
    assert weights.shape == (resamples, units)
    assert (weights.sum(axis=1) == units).all()


def test_weights_follow_the_multinomial_distribution() -> None:
    weights = draw_all(3, 27_000).astype(int)
    outcomes = {(3, 0, 0): 1, (2, 1, 0): 3, (1, 1, 1): 6}  # probability of each order of them, times 27
    kinds, seen = np.unique(weights, axis=0, return_counts=True)
    wanted = [outcomes[tuple(sorted(kind, reverse=True))] * 1000 for kind in kinds]
    assert len(kinds) == 10
    assert chisquare(seen, wanted).pvalue > 1e-3


def test_the_size_of_blocks_changes_no_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = draw_all(101, 50, seed=3)
    monkeypatch.setattr(resampling, "BLOCK", 303)
    assert len(list(count_draws(101, 50, 3))) == 17
    assert (draw_all(101, 50, seed=3) == whole).all()


def test_with_many_units_the_tail_is_half_of_what_the_interval_leaves_out() -> None:
    assert tail(10**7, 0.95) == pytest.approx(0.025, rel=1e-4)


def test_the_tail_of_ten_units_is_the_one_that_hesterberg_gives() -> None:
    # t(0.975, 9) = 2.262 (any table), and sqrt(10 / 9): 2.3845 standard deviations of the normal distribution.
    assert tail(10, 0.95) == pytest.approx(norm.cdf(-2.2622 * np.sqrt(10 / 9)), rel=1e-3)


def cover(units: int, trials: int = 400) -> float:
    """How often the interval holds the true mean of skewed values (exponential, mean 1)."""
    generator = np.random.default_rng(1)
    weights = draw_all(units, 1000)
    held = 0
    for values in generator.exponential(size=(trials, units)):
        found, _ = interval(float(values.mean()), weights @ values / units, units, 0.9)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1 <= found.high
    return held / trials


@pytest.mark.parametrize(("units", "least"), [(4, 0.78), (12, 0.8), (60, 0.84)])
def test_intervals_hold_the_truth_nearly_as_often_as_they_say_even_for_few_skewed_units(
    units: int, least: float
) -> None:
    assert least <= cover(units) <= 0.96


def test_one_unit_has_no_interval() -> None:
    found, why = interval(0.4, np.full(100, 0.4), 1, 0.95, (0, 1))
    assert (found.low, found.high, why) == (None, None, "one unit has no interval")


def test_resamples_without_a_value_are_left_out() -> None:
    values = means(np.arange(30.0))
    plain, _ = interval(14.5, values, 30, 0.95)
    holed, why = interval(14.5, np.concatenate([values, np.full(500, np.nan)]), 30, 0.95)
    assert holed == plain
    assert not why


def test_too_few_resamples_with_a_value_give_no_interval_and_words() -> None:
    found, why = interval(0.5, np.concatenate([np.linspace(0, 1, 40), np.full(60, np.nan)]), 30, 0.95)
    assert (found.low, found.high) == (None, None)
    assert why == "no interval: only 40 resamples had a value"


def test_a_share_of_none_in_ten_units_may_be_three_in_ten() -> None:
    # Clopper and Pearson's interval of 0 out of 10 at 0.95: 0 to 0.3085.
    found, _ = interval(0.0, np.zeros(100), 10, 0.95, (0, 1))
    assert found.low == 0
    assert found.high == pytest.approx(0.3085, abs=1e-4)


def test_where_all_units_agree_on_a_value_without_bounds_there_is_no_interval_of_width_0() -> None:
    found, why = interval(3.0, np.full(100, 3.0), 10, 0.95)
    assert found.low is None
    assert why == "no interval: all 10 units have the same value"


def test_an_interval_stays_within_what_the_metric_can_be() -> None:
    values = np.array([1.0, 1.0, 0.2])
    found, _ = interval(float(values.mean()), means(values), 3, 0.95, (0, 1))
    assert (found.low, found.high) == (0, 1)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_an_interval_holds_its_value(values: list[float]) -> None:
    array = np.array(values)
    found, why = interval(float(array.mean()), means(array, 200), len(array), 0.95)
    if found.low is None or found.high is None:
        assert why
    else:
        assert found.low <= found.value <= found.high


def test_columns_are_bounded_as_each_would_be_alone() -> None:
    generator = np.random.default_rng(2)
    values = generator.random((3, 25))
    resampled = values @ draw_all(25, 500).T / 25
    together = bound(values.mean(axis=1), resampled, 25, 0.95)
    for column in range(3):
        alone, _ = interval(float(values[column].mean()), resampled[column], 25, 0.95)
        assert (alone.low, alone.high) == (together.low[column], together.high[column])


def test_no_difference_is_likely_whatever_its_error() -> None:
    assert p_value(0.0, 0.0, 50) == 1
    assert p_value(0.0, 0.1, 50) == 1


def test_a_difference_is_as_likely_as_the_t_distribution_says() -> None:
    assert p_value(2.262, 1.0, 10) == pytest.approx(0.05, abs=1e-4)  # t(0.975, 9) = 2.262


def test_five_units_that_all_got_worse_are_no_finding_and_six_are() -> None:
    assert p_value(-1.0, 0.0, 5, moved=5) == pytest.approx(0.0625)  # the sign test's smallest
    of_six = p_value(-1.0, 0.0, 6, moved=6)
    assert of_six is not None
    assert of_six < 0.05


def test_what_could_not_be_measured_has_no_p_value() -> None:
    assert p_value(0.1, float("nan"), 10) is None
    assert p_value(0.1, 0.1, 1) is None


def test_two_models_that_agreed_in_three_units_are_not_told_to_agree() -> None:
    found, why = interval(0.0, np.zeros(100), 3, 0.95, (-1, 1))
    unseen = 1 - 0.025 ** (1 / 3)
    assert found.high == -(found.low or 0) == pytest.approx(unseen)
    assert why == ""
