"""Curves and histograms of scores, against scikit-learn and against what can be counted by hand."""

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from interleaver.lab.report.curves import Scored, draw_curves, read_scores
from interleaver.lab.report.histogram import draw_histograms
from interleaver.lab.report.plot import MOST_POINTS, draw_line
from tests.unit.lab.builders import make_evaluation


def make_scored(labels: list[int], scores: list[float], style: str = "candidate") -> Scored:
    return Scored(style, np.asarray(labels, dtype=np.int8), np.asarray(scores), np.ones(len(labels)))


def test_both_models_are_drawn_into_each_curve_and_their_areas_are_said() -> None:
    evaluation = make_evaluation(scoring=True, count=2000)
    models = read_scores(evaluation, evaluation.trials[0])
    precision, hits, calibration = draw_curves(models)
    assert [[line.style for line in plot.lines] for plot in (precision, hits, calibration)] == [
        ["champion", "candidate"],
        ["ideal", "champion", "candidate"],
        ["ideal", "champion", "candidate"],
    ]
    for model in models:
        assert f"{model.style} {average_precision_score(model.labels, model.scores):.4f}" in precision.words
        assert f"{model.style} {roc_auc_score(model.labels, model.scores):.4f}" in hits.words


def test_samples_without_an_answer_are_in_no_curve() -> None:
    evaluation = make_evaluation(scoring=True, count=100, failed=30)
    assert [len(model.labels) for model in read_scores(evaluation, evaluation.trials[0])] == [100, 70]


def test_with_one_label_there_is_no_curve_but_a_histogram() -> None:
    one = make_scored([1, 1, 1], [0.1, 0.5, 0.9])
    assert list(draw_curves([one])) == []
    assert len(list(draw_histograms([one]))) == 1


def test_scores_that_are_no_probabilities_are_not_calibrated() -> None:
    titles = [plot.title for plot in draw_curves([make_scored([0, 1, 0, 1], [-3.0, 7.0, 1.0, 2.0])])]
    assert titles == ["Precision and recall", "ROC"]


def test_a_perfect_model_runs_along_the_edge() -> None:
    _, hits, _ = draw_curves([make_scored([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])])
    assert hits.lines[1].path == "M52 248 L52 130 L52 12 L408 12"


def test_curves_of_scores_as_far_apart_as_numbers_go_are_those_of_their_order() -> None:
    far = list(draw_curves([make_scored([0, 1, 0, 1], [-1e308, 1e308, 1e308, -1e308])]))
    near = list(draw_curves([make_scored([0, 1, 0, 1], [-1.0, 7.0, 7.0, -1.0])]))
    assert far == near


def test_scores_as_far_apart_as_numbers_go_are_drawn() -> None:
    (plot,) = draw_histograms([make_scored([0, 1, 0, 1], [-1e308, 1e308, -1e308, 0.0])])
    assert [mark.text for mark in plot.x_marks] == ["-1e+308", "-6e+307", "-2e+307", "2e+307", "6e+307", "1e+308"]
    assert len(plot.blocks) == 3


def test_scores_that_are_all_one_great_number_are_drawn() -> None:
    (plot,) = draw_histograms([make_scored([0, 1], [1e308, 1e308])])
    assert [block.style for block in plot.blocks] == ["label0", "label1"]


def test_label_1_stands_up_and_label_0_hangs_down() -> None:
    (plot,) = draw_histograms([make_scored([0, 1, 1], [0.0, 1.0, 1.0])])
    (down,) = [block for block in plot.blocks if block.style == "label0"]
    (up,) = [block for block in plot.blocks if block.style == "label1"]
    assert (down.y, down.height, down.x) == (130.0, 118.0, 52.5)
    assert (up.y, up.height) == (12.0, 118.0)
    assert up.x > 390
    assert up.text == "0.967 to 1: 100.0 % of label 1"


def test_models_have_one_range_of_scores() -> None:
    models = [make_scored([0, 1], [0.0, 1.0]), make_scored([0, 1], [0.5, 4.0])]
    assert [plot.x_marks[-1].text for plot in draw_histograms(models)] == ["4", "4"]


def test_equal_scores_are_drawn_too() -> None:
    (plot,) = draw_histograms([make_scored([0, 1], [0.3, 0.3])])
    assert len(plot.blocks) == 2


def test_a_long_line_keeps_its_ends_and_few_points() -> None:
    line = draw_line("champion", [(x / 9999, x / 9999) for x in range(10_000)])
    points = line.path.removeprefix("M").split(" L")
    assert len(points) == MOST_POINTS
    assert (points[0], points[-1]) == ("52 248", "408 12")


def test_samples_count_as_much_in_curves_as_in_figures() -> None:
    labels, scores = np.asarray([0, 1, 0, 1], dtype=np.int8), np.asarray([0.2, 0.3, 0.6, 0.9])
    weights = np.asarray([1.0, 4.0, 1.0, 1.0])
    precision, hits, _ = draw_curves([Scored("candidate", labels, scores, weights)])
    assert f"{average_precision_score(labels, scores, sample_weight=weights):.4f}" in precision.words
    assert f"{roc_auc_score(labels, scores, sample_weight=weights):.4f}" in hits.words


def test_what_no_curve_can_show_is_said() -> None:
    evaluation = make_evaluation(scoring=True, count=100, failed=30)
    _, hits, _ = draw_curves(read_scores(evaluation, evaluation.trials[0]))
    assert hits.words.endswith("Without the samples that got no answer: 30 of the candidate.")
