"""Rates at a threshold, and costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from interleaver.lab.measures.curves import divide
from interleaver.lab.measures.rates import QUOTIENTS, count, decide, mean_cost, measure_rate

from .classifier import score_tumours, weigh


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.93])
def test_rates_are_those_of_scikit_learn_on_public_data(threshold: float) -> None:
    data = score_tumours()
    weights = weigh(len(data.labels), 4)
    counts = count(weights @ decide(data.labels, data.scores, threshold))
    found = {name: measure_rate(name, counts) for name in QUOTIENTS}
    for index, row in enumerate(weights):
        taken = (data.scores >= threshold).astype(int)
        (passes, alarms), (misses, hits) = confusion_matrix(data.labels, taken, sample_weight=row)
        wanted = {
            "precision": precision_score(data.labels, taken, sample_weight=row),
            "recall": recall_score(data.labels, taken, sample_weight=row),
            "F1": f1_score(data.labels, taken, sample_weight=row),
            "FPR": alarms / (alarms + passes),
            "FNR": misses / (misses + hits),
        }
        assert {name: value[index] for name, value in found.items()} == pytest.approx(wanted, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1), st.floats(0, 1))
def test_what_is_missed_is_what_is_not_found(samples: list[tuple[int, float]], threshold: float) -> None:
    labels = np.array([label for label, _ in samples], dtype=np.int8)
    counts = count(decide(labels, np.array([score for _, score in samples]), threshold).sum(axis=0)[None, :])
    assert measure_rate("FNR", counts) == pytest.approx(1 - measure_rate("recall", counts), nan_ok=True)
    assert counts.positives + counts.negatives == pytest.approx(len(samples))


@pytest.mark.parametrize(
    ("labels", "scores", "not_told"),
    [
        ([1, 1], [0.9, 0.1], {"FPR", "precision", "F1"}),
        ([0, 0], [0.9, 0.1], {"recall", "FNR", "precision", "F1"}),
        ([0, 0], [0.1, 0.1], {"recall", "FNR", "precision", "F1"}),
        ([0, 1], [0.1, 0.1], {"precision"}),
    ],
    ids=["no label 0", "no label 1", "no label 1 and none taken", "none taken as 1"],
)
def test_a_rate_of_nothing_is_not_told(labels: list[int], scores: list[float], not_told: set[str]) -> None:
    counts = count(decide(np.array(labels, dtype=np.int8), np.array(scores), 0.5).sum(axis=0)[None, :])
    assert {name for name in QUOTIENTS if np.isnan(measure_rate(name, counts)[0])} == not_told


def test_a_score_at_the_threshold_is_taken_as_1() -> None:
    assert decide(np.array([1, 0], dtype=np.int8), np.array([0.5, 0.5]), 0.5).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_cost_is_a_mean_over_all_samples() -> None:
    counts = count(decide(np.array([1, 0, 0, 1], dtype=np.int8), np.array([0.1, 0.9, 0.1, 0.9]), 0.5).sum(axis=0)[None])
    assert divide(*mean_cost(counts, 1, 25)) == pytest.approx(26 / 4)
