"""Curves come to what scikit-learn's come to, weighted or not."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from interleaver.lab.measures import curves
from interleaver.lab.measures.curves import cumulate, equal_error_rate, sort
from interleaver.lab.measures.quick_curves import measure_curves

from .classifier import score_tumours, weigh

SAMPLES = st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=30)


def measure(labels: list[int], scores: list[float], weights: list[float] | None = None) -> list[float]:
    order = sort(np.array(labels, dtype=np.int8), np.array(scores, dtype=float))
    row = np.ones(len(labels)) if weights is None else np.array(weights, dtype=float)
    return [float(value) for value in measure_curves(order, row[None, :])[0]]


@pytest.mark.parametrize("decimals", [1, 2, 15])
def test_area_and_average_precision_are_those_of_scikit_learn_on_public_data(decimals: int) -> None:
    data = score_tumours(decimals)
    weights = np.vstack([np.ones(len(data.labels)), weigh(len(data.labels), 1)])
    found = measure_curves(sort(data.labels, data.scores), weights)
    for row, (auc, precision, _) in zip(weights, found, strict=True):
        assert auc == pytest.approx(roc_auc_score(data.labels, data.scores, sample_weight=row), abs=1e-12)
        wanted = average_precision_score(data.labels, data.scores, sample_weight=row)
        assert precision == pytest.approx(wanted, abs=1e-12)


def test_the_equal_error_rate_is_where_the_roc_curve_of_scikit_learn_crosses_the_other_diagonal() -> None:
    data = score_tumours()
    for row in weigh(len(data.labels), 2):
        false, true, _ = roc_curve(data.labels, data.scores, sample_weight=row, drop_intermediate=False)
        dense = np.linspace(0, 1, 2_000_001)
        missed = 1 - np.interp(dense, false, true)
        crossing = dense[np.argmax(dense >= missed)]
        (rate,) = equal_error_rate(cumulate(sort(data.labels, data.scores), row[None, :]))
        assert rate == pytest.approx(crossing, abs=2e-6)


@given(SAMPLES)
def test_a_weight_is_as_if_the_sample_stood_there_so_often(samples: list[tuple[int, int, int]]) -> None:
    labels, scores, weights = (list(column) for column in zip(*samples, strict=True))
    weighted = measure(labels, [float(score) for score in scores], [float(weight) for weight in weights])
    rows = [(label, float(score)) for label, score, weight in samples for _ in range(weight)]
    if rows:
        repeated = measure([label for label, _ in rows], [score for _, score in rows])
        assert weighted == pytest.approx(repeated, abs=1e-12, nan_ok=True)
    else:
        assert np.isnan(weighted).all()


@given(SAMPLES)
def test_negated_scores_have_the_rest_of_the_area_and_turned_classes_the_same_error(
    samples: list[tuple[int, int, int]],
) -> None:
    labels, scores, weights = (list(column) for column in zip(*samples, strict=True))
    auc, _, error = measure(labels, [float(score) for score in scores], [float(weight) for weight in weights])
    turned, _, _ = measure(labels, [-float(score) for score in scores], [float(weight) for weight in weights])
    _, _, same = measure(
        [1 - label for label in labels], [-float(s) for s in scores], [float(weight) for weight in weights]
    )
    assert turned == pytest.approx(1 - auc, abs=1e-12, nan_ok=True)
    assert same == pytest.approx(error, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("labels", [[1, 1], [0, 0], []])
def test_one_class_has_no_figure(labels: list[int]) -> None:
    assert np.isnan(measure(labels, [0.5] * len(labels))).all()


def test_all_scores_alike_are_a_coin() -> None:
    auc, precision, error = measure([1, 0, 0, 1], [0.3] * 4)
    assert (auc, precision, error) == (0.5, 0.5, 0.5)


def test_a_perfect_order_has_no_error() -> None:
    assert measure([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]) == [1, 1, 0]


def test_a_score_that_is_no_number_is_never_ordered() -> None:
    with pytest.raises(ValueError, match="1 scores are NaN"):
        sort(np.array([0, 1], dtype=np.int8), np.array([0.1, np.nan]))


def test_blocks_of_rows_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = score_tumours()
    order, weights = sort(data.labels, data.scores), weigh(len(data.labels), 3, rows=9)
    whole = measure_curves(order, weights)
    monkeypatch.setattr("interleaver.lab.measures.quick_curves.BLOCK", 2 * len(data.labels))
    np.testing.assert_allclose(measure_curves(order, weights), whole, rtol=1e-12)  # sums are added in another order


@given(SAMPLES, st.sampled_from([np.uint8, np.float64]))
def test_thousands_of_resamples_are_measured_quickly_and_come_to_what_is_defined(
    samples: list[tuple[int, int, int]], kind: type
) -> None:
    labels, scores, _ = (np.array(column) for column in zip(*samples, strict=True))
    order = sort(labels.astype(np.int8), scores.astype(float))
    drawn = np.random.default_rng(len(samples)).poisson(0.7, (20, len(samples)))
    weights: NDArray[np.number[Any]] = drawn.astype(kind)
    wanted = curves.measure(cumulate(order, weights.astype(float)))
    np.testing.assert_allclose(measure_curves(order, weights), wanted, rtol=1e-12, atol=1e-12)


def test_weights_that_are_no_whole_numbers_are_measured_as_well() -> None:
    data = score_tumours(15)
    weights = np.random.default_rng(0).gamma(1.0, 1.0, (5, len(data.labels)))
    order = sort(data.labels, data.scores)
    wanted = [roc_auc_score(data.labels, data.scores, sample_weight=row) for row in weights]
    assert measure_curves(order, weights)[:, 0] == pytest.approx(wanted, abs=1e-12)
