"""Thresholds are chosen on one half of the units."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from interleaver.lab.measures.curves import divide
from interleaver.lab.measures.rates import count, decide, mean_cost, measure_rate
from interleaver.lab.measures.thresholds import Aim, NoThreshold, choose, split_units

from .classifier import score_tumours


def rate(name: str, threshold: float) -> float:
    data = score_tumours()
    counts = count(decide(data.labels, data.scores, threshold).sum(axis=0)[None, :])
    return float(measure_rate(name, counts)[0])


def chosen(aim: Aim) -> float:
    data = score_tumours()
    threshold = choose(aim, data.labels, data.scores)
    assert isinstance(threshold, float), threshold
    return threshold


@pytest.mark.parametrize("fixed", [0.005, 0.01, 0.1, 0.5])
def test_a_fixed_false_positive_rate_is_held_by_the_lowest_threshold_as_on_the_curve_of_scikit_learn(
    fixed: float,
) -> None:
    data = score_tumours()
    false, true, thresholds = roc_curve(data.labels, data.scores, drop_intermediate=False)
    place = np.flatnonzero(false <= fixed)[-1]
    threshold = chosen(Aim("FPR", fixed))
    assert threshold == pytest.approx(min(thresholds[place], np.nextafter(data.scores.max(), 2)))
    assert rate("FNR", threshold) == pytest.approx(1 - true[place])


@pytest.mark.parametrize("fixed", [0.01, 0.1])
def test_a_fixed_false_negative_rate_is_held_by_the_greatest_threshold(fixed: float) -> None:
    data = score_tumours()
    false, true, thresholds = roc_curve(data.labels, data.scores, drop_intermediate=False)
    place = np.flatnonzero(1 - true <= fixed + 1e-12)[0]
    assert chosen(Aim("FNR", fixed)) == thresholds[place] == chosen(Aim("recall", 1 - fixed))
    assert rate("FPR", thresholds[place]) == false[place]


def test_a_fixed_precision_keeps_the_most_recall() -> None:
    data = score_tumours()
    precision, recall, _ = precision_recall_curve(data.labels, data.scores)
    threshold = chosen(Aim("precision", 0.9))
    assert rate("precision", threshold) >= 0.9
    assert rate("recall", threshold) == pytest.approx(recall[precision >= 0.9].max())


def test_at_equal_errors_the_two_rates_differ_least() -> None:
    threshold = chosen(Aim("EER"))
    gap = abs(rate("FPR", threshold) - rate("FNR", threshold))
    assert gap == pytest.approx(min(abs(rate("FPR", s) - rate("FNR", s)) for s in set(score_tumours().scores)))


@pytest.mark.parametrize(("alarm", "miss"), [(1, 1), (1, 25), (30, 1)])
def test_for_a_cost_nothing_costs_less(alarm: float, miss: float) -> None:
    data = score_tumours()

    def cost(threshold: float) -> float:
        counts = count(decide(data.labels, data.scores, threshold).sum(axis=0)[None, :])
        return float(divide(*mean_cost(counts, alarm, miss))[0])

    threshold = chosen(Aim("cost", alarm=alarm, miss=miss))
    assert cost(threshold) == pytest.approx(min(cost(s) for s in {*data.scores.tolist(), 2.0}))


def test_where_everything_errs_the_threshold_lies_just_above_all_scores() -> None:
    labels = np.array([0] * 100 + [1], dtype=np.int8)
    threshold = choose(Aim("FPR", 0.01), labels, np.ones(101))
    assert threshold == np.nextafter(1.0, 2.0)


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (
            Aim("FPR", 0.01),
            "a threshold for FPR=0.01 is chosen on half of the units, and needs 100 samples with label 0",
        ),
        (
            Aim("recall", 0.9),
            "a threshold for recall=0.9 is chosen on half of the units, and needs 10 samples with label",
        ),
        (Aim("EER"), "a threshold for EER is chosen on half of the units, and needs 1 samples with label 1"),
    ],
    ids=str,
)
def test_a_rate_that_the_half_cannot_show_is_not_chosen_for(aim: Aim, said: str) -> None:
    outcome = choose(aim, np.zeros(99, dtype=np.int8), np.linspace(0, 1, 99))
    assert isinstance(outcome, NoThreshold)
    assert outcome.words.startswith(said)


def test_a_precision_that_nothing_reaches_is_told() -> None:
    outcome = choose(Aim("precision", 0.9), np.array([1, 0], dtype=np.int8), np.array([0.1, 0.2]))
    assert isinstance(outcome, NoThreshold)
    assert "no threshold reaches precision=0.9" in outcome.words


def test_what_has_no_answer_never_makes_the_threshold_infinite() -> None:
    labels = np.array([1, 0, 0, 1], dtype=np.int8)
    threshold = choose(Aim("FPR", 0.5), labels, np.array([0.9, 0.2, np.inf, -np.inf]))
    assert threshold == 0.9


def test_the_halves_are_the_same_for_one_seed_and_others_for_another() -> None:
    half = split_units(101, 7)
    assert half.sum() == 50
    assert np.array_equal(half, split_units(101, 7))
    assert not np.array_equal(half, split_units(101, 8))


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize(
    "aim", [Aim("FPR", 0.01), Aim("recall", 0.9), Aim("precision", 0.9), Aim("EER"), Aim("cost", alarm=1, miss=10)]
)
def test_what_all_samples_weigh_alike_changes_no_threshold(aim: Aim, scale: float) -> None:
    data = score_tumours()
    assert choose(aim, data.labels, data.scores, np.full(len(data.labels), scale)) == chosen(aim)
