"""Means of many metrics and slices at once are what each would be alone."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from interleaver.lab.measures import remeans
from interleaver.lab.measures.means import Columns, average, lay_out, part, tabulate
from interleaver.lab.measures.remeans import resample_all

CASES, UNITS, SLICES = 40, 12, 3


def make(seed: int) -> tuple[Columns, list[NDArray[np.float64]], NDArray[np.int64], NDArray[np.float64]]:
    """Two resampled columns, of which one has holes, and one that is not; units of several cases; weights."""
    draw = np.random.default_rng(seed)
    columns = [draw.random(CASES), np.where(draw.random(CASES) < 0.2, np.nan, draw.random(CASES)), draw.random(CASES)]
    weights = draw.choice([0.5, 1.0, 2.0], CASES)
    laid_out = lay_out(columns[:2], columns[2:], weights, [True, False, True])
    return laid_out, columns, draw.integers(0, UNITS, CASES), weights


def mean(column: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    defined = ~np.isnan(column)
    total = weights[defined].sum()
    return float((column[defined] * weights[defined]).sum() / total) if total else float("nan")


places = [0, 1, 4]  # behind the two that are resampled stand two denominators


@given(st.integers(0, 50))
def test_values_are_weighted_means_of_the_cases_in_the_slice(seed: int) -> None:
    laid_out, columns, units, weights = make(seed)
    codes = np.random.default_rng(seed + 1).integers(0, SLICES, CASES)
    found = average(laid_out, part(laid_out, units, codes, SLICES, UNITS))
    for one in range(SLICES):
        inside = codes == one
        wanted = [mean(column[inside], weights[inside]) for column in columns]
        assert found.values[one, places] == pytest.approx(wanted, nan_ok=True)
        assert found.units[one] == len(set(units[inside]))
        assert found.cases[one] == inside.sum()


@pytest.mark.parametrize("exact", [0, 10**6])
@pytest.mark.parametrize("kept", [0, 10**9])
@given(seed=st.integers(0, 20))
def test_resampled_values_are_those_of_the_cases_as_often_as_their_units_are_drawn(
    exact: int, kept: int, seed: int
) -> None:
    laid_out, columns, units, weights = make(seed)
    fine = np.random.default_rng(seed + 1).integers(0, SLICES, CASES)
    cuts = [np.zeros(CASES, dtype=np.int64), fine]  # the whole is made of the slices, where they are kept
    table = tabulate(UNITS, 15, seed)
    parts = [part(laid_out, units, cut, SLICES, UNITS) for cut in cuts]
    with patch.object(remeans, "EXACT", exact), patch.object(remeans, "KEPT", kept), patch.object(remeans, "ROWS", 5):
        found = resample_all(laid_out, parts, cuts, table)
        for at, cut in enumerate(cuts):
            for one in range(SLICES):
                values = found[at].of(one)
                for resample in range(15):
                    often = weights * table[units, resample] * (cut == one)
                    wanted = [mean(np.where(often > 0, column, np.nan), often) for column in columns[:2]]
                    assert values[:, resample] == pytest.approx(wanted, nan_ok=True, abs=1e-5)


def test_the_error_by_linearisation_is_what_many_resamples_come_to() -> None:
    laid_out, _, units, _ = make(3)
    codes = np.zeros(CASES, dtype=np.int64)
    parts = part(laid_out, units, codes, 1, UNITS)
    error = average(laid_out, parts).errors[0, :2]
    resampled = resample_all(laid_out, [parts], [codes], tabulate(UNITS, 20_000, 0))[0].of(0)
    assert error == pytest.approx(resampled.std(axis=1) * np.sqrt(UNITS / (UNITS - 1)), rel=0.06)


def test_the_error_of_a_mean_of_units_of_one_case_is_the_textbooks() -> None:
    values = np.array([0.1, 0.5, 0.9, 0.4])
    laid_out = lay_out([values], [], np.ones(4), [True])
    found = average(laid_out, part(laid_out, np.arange(4), np.zeros(4, dtype=np.int64), 1, 4))
    assert found.errors[0, 0] == pytest.approx(values.std(ddof=1) / 2)


def test_a_difference_that_is_0_in_every_unit_moves_none() -> None:
    draw = np.random.default_rng(0)
    values = draw.random(CASES)
    laid_out = lay_out([values - values, np.where(np.arange(CASES) == 3, 0.1, 0.0)], [], np.ones(CASES), [False, False])
    found = average(laid_out, part(laid_out, np.arange(CASES), np.zeros(CASES, dtype=np.int64), 1, CASES))
    assert found.moved[0, :2].tolist() == [0, 1]


def test_a_unit_carries_a_column_where_it_has_a_value_that_counts() -> None:
    """Of three units one has no value in the second column, and one no weight at all."""
    values, holes, weights = np.array([0.1, 0.5, 0.9]), np.array([0.1, np.nan, 0.9]), np.array([1.0, 1.0, 0.0])
    laid_out = lay_out([values, holes], [], weights, [True, True])
    found = average(laid_out, part(laid_out, np.arange(3), np.zeros(3, dtype=np.int64), 1, 3))
    assert found.units.tolist() == [3]
    assert found.carrying[0, :2].tolist() == [2, 1]


def test_units_that_do_not_count_make_no_error_smaller() -> None:
    values, weights = np.array([0.1, 0.5, 0.9, 0.4, 0.3, 0.2]), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    codes = np.zeros(6, dtype=np.int64)
    laid_out = lay_out([values], [], weights, [True])
    found = average(laid_out, part(laid_out, np.arange(6), codes, 1, 6)).errors[0, 0]
    assert found == pytest.approx(values[:3].std(ddof=1) / 3**0.5)
