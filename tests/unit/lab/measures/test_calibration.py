"""Whether scores are probabilities."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from interleaver.lab.measures.calibration import (
    calibration_error,
    can_be_probabilities,
    spread_over_bins,
    square_errors,
)
from interleaver.lab.measures.curves import divide

from .classifier import score_tumours, weigh


def test_the_brier_score_is_that_of_scikit_learn_on_public_data() -> None:
    data = score_tumours()
    for row in weigh(len(data.labels), 5):
        found = row @ square_errors(data.labels, data.scores) / row.sum()
        assert found == pytest.approx(brier_score_loss(data.labels, data.scores, sample_weight=row), abs=1e-12)


def test_the_calibration_error_is_that_of_the_definition_on_public_data() -> None:
    data = score_tumours()
    weights = weigh(len(data.labels), 6)
    found = divide(*calibration_error(weights @ spread_over_bins(data.labels, data.scores)))
    edges = [index / 10 for index in range(11)]
    for row, error in zip(weights, found, strict=True):
        wanted = 0.0
        for index in range(10):
            top = data.scores <= 1 if index == 9 else data.scores < edges[index + 1]
            part = (data.scores >= edges[index]) & top
            if row[part].sum():
                confidence = np.average(data.scores[part], weights=row[part])
                wanted += row[part].sum() * abs(np.average(data.labels[part], weights=row[part]) - confidence)
        assert error == pytest.approx(wanted / row.sum(), abs=1e-12)


def test_scores_outside_of_0_and_1_are_no_probabilities_and_an_answer_that_is_missing_says_nothing_of_it() -> None:
    assert can_be_probabilities(np.array([0.0, 1.0, np.inf, -np.inf]))
    assert not can_be_probabilities(np.array([0.5, 1.5]))
    assert not can_be_probabilities(np.array([np.inf]))


def test_a_sample_without_an_answer_counts_as_wrong_as_can_be() -> None:
    assert square_errors(np.array([1, 0], dtype=np.int8), np.array([-np.inf, np.inf])).tolist() == [1, 1]
