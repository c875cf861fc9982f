"""Intervals of rates and areas hold as often as they say, over people who have several samples each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, norm, t

from interleaver.lab.measures.curves import sort
from interleaver.lab.measures.quick_curves import measure_curves
from interleaver.lab.measures.resampling import draw, interval
from interleaver.lab.measures.share_intervals import (
    Rate,
    bounded_interval,
    difference_interval,
    share_interval,
)

REPETITIONS = 300
RESAMPLES = 200


@dataclass(frozen=True)
class People:
    """Samples of people: scores are normal around 3 (label 1) or 0 (label 0), shifted by what the person is like."""

    units: NDArray[np.int64]
    labels: NDArray[np.int8]
    scores: NDArray[np.float64]

    @classmethod
    def draw(cls, seed: int, people: int = 40, each: int = 6) -> "People":
        generator = np.random.default_rng([seed, 13])
        units = np.repeat(np.arange(people), each)
        labels = generator.integers(0, 2, people * each).astype(np.int8)
        person = generator.normal(size=people)[units]
        return cls(units, labels, generator.normal(size=people * each) + person + 3 * labels)

    def apart(self) -> "People":
        """The same samples, each taken for a person."""
        return People(np.arange(len(self.units)), self.labels, self.scores)


@cache
def weigh(units: int) -> NDArray[np.float64]:
    """How often each unit is in each resample."""
    return np.concatenate(list(draw(units, RESAMPLES, 0))).astype(float)


def bound_missed(threshold: float, people: People) -> tuple[float, float]:
    """The interval of FNR at a threshold."""
    count = int(people.units.max()) + 1
    positive = np.bincount(people.units, people.labels == 1, count)
    missed = np.bincount(people.units, (people.labels == 1) & (people.scores < threshold), count)
    weights = weigh(count)
    bearing = int((positive > 0).sum())
    rate = missed.sum() / positive.sum()
    return share_interval(Rate(rate, (weights @ missed) / (weights @ positive), int(positive.sum()), bearing), 0.95)


def bound_area(people: People) -> tuple[float, float]:
    """The interval of AUC."""
    count = int(people.units.max()) + 1
    order = sort(people.labels, people.scores)
    weights = weigh(count)[:, people.units]
    drawn = measure_curves(order, weights)[:, 0]
    value = float(measure_curves(order, np.ones((1, len(people.units))))[0, 0])
    error = float(drawn.std(ddof=1)) * (count / (count - 1)) ** 0.5
    return bounded_interval(value, error, count, 0.95)


# Of one sample the person and the noise have variance 1 each: scores of label 1 are normal around 3, of variance 2.
MISSED = {threshold: norm.cdf((threshold - 3) / 2**0.5) for threshold in (0.5, 2.0)}
AREA = norm.cdf(3 / 2)


@pytest.mark.parametrize(
    ("bounds", "truth", "repetitions"),
    [
        (partial(bound_missed, 0.5), MISSED[0.5], REPETITIONS),
        (partial(bound_missed, 2.0), MISSED[2.0], REPETITIONS),
        (bound_area, AREA, REPETITIONS // 2),
    ],
    ids=["FNR of 0.04", "FNR of 0.24", "AUC of 0.93"],
)
def test_intervals_over_people_hold_as_often_as_they_say_and_over_samples_they_are_too_narrow(
    bounds: Callable[[People], tuple[float, float]], truth: float, repetitions: int
) -> None:
    held = np.zeros(2)
    for seed in range(repetitions):
        people = People.draw(seed)
        for index, taken in enumerate((people, people.apart())):
            low, high = bounds(taken)
            held[index] += low <= truth <= high
    over_people, over_samples = held / repetitions
    assert 0.925 <= over_people <= 0.99
    assert over_samples <= over_people - 0.03


def test_a_difference_of_rare_errors_holds_as_often_as_it_says_where_percentiles_do_not() -> None:
    """Two models that see the same people; 0.04 and 0.048 of the samples are missed."""
    held = np.zeros(2)
    truth = norm.cdf(-2.5 / 2.25**0.5) - norm.cdf(-2.5 / 2**0.5)
    for seed in range(REPETITIONS):
        generator = np.random.default_rng([seed, 17])
        units = np.repeat(np.arange(40), 2)
        scores = generator.normal(size=80) + generator.normal(size=40)[units]
        sums = [np.bincount(units, one < -2.5, 40) for one in (scores, scores + 0.5 * generator.normal(size=80))]
        weights = weigh(40)
        champion, candidate = (Rate(missed.sum() / 80, weights @ missed / 80, 80, 40) for missed in sums)
        percentiles, _ = interval(candidate.value - champion.value, candidate.resampled - champion.resampled, 40, 0.95)
        ends = [difference_interval(candidate, champion, 0.95), (percentiles.low, percentiles.high)]
        held += [low is not None and high is not None and low <= truth <= high for low, high in ends]
    assert held[0] / REPETITIONS >= 0.94
    assert held[1] / REPETITIONS <= 0.92


@pytest.mark.parametrize("units", [2, 20, 500])
def test_no_error_of_n_people_is_what_the_exact_binomial_interval_says(units: int) -> None:
    rate = Rate(0.0, np.zeros(50), 3 * units, units)
    trials = units * (t.ppf(0.975, 3 * units - 1) / t.ppf(0.975, units - 1)) ** 2
    low, high = share_interval(rate, 0.95)
    assert low == 0
    assert high == pytest.approx(beta.ppf(0.975, 1, trials))
    assert high > 1 - 0.025 ** (1 / units) - 1e-12


def test_all_errors_are_the_mirror_image_of_none() -> None:
    none, every = (share_interval(Rate(value, np.full(50, value), 40, 20), 0.95) for value in (0.0, 1.0))
    assert every == pytest.approx((1 - none[1], 1 - none[0]))


def test_independent_samples_get_the_exact_binomial_interval() -> None:
    errors = np.random.default_rng(0).binomial(100, 0.1, 100_000) / 100
    low, high = share_interval(Rate(0.1, errors, 100, 100), 0.95)
    assert (low, high) == pytest.approx((beta.ppf(0.025, 10, 91), beta.ppf(0.975, 11, 90)), abs=2e-3)


def test_samples_of_the_same_people_are_worth_fewer() -> None:
    alone = Rate(0.1, np.random.default_rng(0).binomial(100, 0.1, 10_000) / 100, 100, 100)
    people = Rate(0.1, np.random.default_rng(0).binomial(20, 0.1, 10_000) / 20, 100, 20)
    assert share_interval(people, 0.95)[1] > share_interval(alone, 0.95)[1] + 0.05


def test_two_models_without_an_error_may_differ_by_what_none_of_so_many_shows() -> None:
    nothing = Rate(0.0, np.zeros(50), 20, 20)
    low, high = difference_interval(nothing, nothing, 0.95)
    assert (low, high) == pytest.approx((-0.168, 0.168), abs=1e-3)


def test_the_difference_the_other_way_round_is_the_mirror_image() -> None:
    generator = np.random.default_rng(1)
    one, other = (Rate(value, generator.binomial(30, value, 500) / 30, 30, 30) for value in (0.1, 0.2))
    low, high = difference_interval(one, other, 0.95)
    assert difference_interval(other, one, 0.95) == pytest.approx((-high, -low))


def test_an_interval_on_log_odds_stays_within_0_and_1_and_around_its_value() -> None:
    low, high = bounded_interval(0.99, 0.02, 10, 0.95)
    assert 0 < low < 0.99 < high < 1
    assert high - 0.99 < 0.99 - low
