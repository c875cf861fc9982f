"""What a suite is said to show beforehand is what the gate then does."""

from math import sqrt

import numpy as np
import pytest

from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.gate.power import (
    distance_told,
    effective_units,
    greatest_error,
    probability,
    quantile,
    units_for,
)
from interleaver.lab.measures.resampling import bound, count_draws
from tests.unit.lab.gate.gates import decide, make_evaluation, make_figure, make_gate

UNITS, TRIALS, DEVIATION = 120, 400, 0.3
ERROR = DEVIATION / sqrt(UNITS)


def simulate(difference: float, margin: float, seed: int) -> float:
    """Share of evaluations, each with units of its own, that the gate passes, with the lab's own bootstrap."""
    generator = np.random.default_rng(seed)
    units = generator.normal(difference, DEVIATION, (UNITS, TRIALS))
    draws = np.concatenate(list(count_draws(UNITS, 1000, seed)))
    found = bound(units.mean(axis=0), (draws @ units / UNITS).T, UNITS, 0.95)
    gate = make_gate(f"{{metric: nDCG@10, notWorseBy: {margin}}}")
    outcomes = [
        decide(gate, make_evaluation(make_figure(difference=ends, units=UNITS))).judgements[0].outcome
        for ends in zip(units.mean(axis=0), found.low, found.high, strict=True)
    ]
    return sum(outcome is Outcome.PASSED for outcome in outcomes) / TRIALS


@pytest.mark.parametrize(("difference", "share"), [(0.0, 1.0), (0.0, 0.6), (0.02, 0.5), (-0.02, 1.2)])
def test_the_gate_passes_as_often_as_was_said_beforehand(difference: float, share: float) -> None:
    """`share` is the margin as a part of what is told with probability 0.8 if both models are equal."""
    margin = share * distance_told(ERROR, UNITS, 0.95)
    said = probability(difference + margin, ERROR, UNITS, 0.95)
    found = simulate(difference, margin, seed=round(1000 * (1 + difference) * share))
    assert found == pytest.approx(said, abs=4 * sqrt(max(said * (1 - said), 0.01) / TRIALS))


def test_what_is_told_is_told_with_probability_0_8() -> None:
    for units in (2, 5, 30, 10_000):
        assert probability(distance_told(0.1, units, 0.95), 0.1, units, 0.95) == pytest.approx(0.8)


def test_with_many_units_what_is_told_is_that_of_the_normal_distribution() -> None:
    """z(0.975) + z(0.8) = 1.960 + 0.842: Chow, Shao and Wang 2008, chapter 3."""
    assert distance_told(1.0, 1_000_000, 0.95) == pytest.approx(1.95996 + 0.84162, abs=1e-4)


def test_with_few_units_more_distance_is_needed_than_the_normal_distribution_says() -> None:
    assert distance_told(1.0, 5, 0.95) > 1.2 * (1.95996 + 0.84162)


def test_at_the_bound_itself_a_rule_passes_as_seldom_as_its_confidence_says() -> None:
    assert probability(0.0, 0.1, 50, 0.95) == pytest.approx(0.025)


def test_units_for_a_distance_go_with_its_square() -> None:
    told = distance_told(0.1, 1000, 0.95)
    assert units_for(told, 0.1, 1000, 0.95) == 1000
    assert units_for(told / 2, 0.1, 1000, 0.95) == 4000
    assert units_for(0.0, 0.1, 1000, 0.95) is None


def test_far_from_a_bound_nothing_is_in_doubt() -> None:
    assert probability(1.0, 1e-9, 50, 0.95) == 1.0
    assert probability(-1.0, 1e-9, 50, 0.95) == 0.0
    assert (probability(0.0, 0.0, 50, 0.95), probability(-0.1, 0.0, 50, 0.95)) == (1.0, 0.0)


def test_no_mean_of_bounded_values_varies_more_than_the_worst_case() -> None:
    """Half of the units at either end; the equality case of Popoviciu's inequality."""
    values = np.repeat([0.0, 1.0], 50)
    assert greatest_error(1.0, 100) == pytest.approx(values.std() / sqrt(100))
    generator = np.random.default_rng(1)
    assert all(generator.random(100).std() / 10 <= greatest_error(1.0, 100) for _ in range(50))


def test_units_of_different_sizes_are_worth_fewer_of_one_size() -> None:
    """(8 + 1 + 1)^2 / (64 + 1 + 1)."""
    assert effective_units(np.array([1.0, 1.0, 1.0])) == 3
    assert effective_units(np.array([8.0, 1.0, 1.0])) == pytest.approx(100 / 66)


def test_the_worst_case_of_uneven_units_is_not_exceeded_where_all_cases_of_a_unit_are_alike() -> None:
    sizes = np.array([30.0, 10, 5, 5, 1, 1, 1, 1])
    generator = np.random.default_rng(2)
    means = (generator.integers(0, 2, (20_000, 8)) * sizes).sum(axis=1) / sizes.sum()
    assert means.std() == pytest.approx(greatest_error(1.0, effective_units(sizes)), rel=0.03)


def test_an_interval_reaches_as_far_as_its_quantile_of_t() -> None:
    """t(0.975; 9) = 2.262: any table."""
    assert quantile(10, 0.95) == pytest.approx(2.262, abs=5e-4)


def test_a_candidate_that_is_worse_by_the_margin_passes_no_more_often_than_the_confidence_says() -> None:
    """(1 - 0.95) / 2, and what 400 evaluations may show of it by chance: four standard errors."""
    assert simulate(-0.05, 0.05, seed=11) <= 0.025 + 4 * sqrt(0.025 * 0.975 / TRIALS)
