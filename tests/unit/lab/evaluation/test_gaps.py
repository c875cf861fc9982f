"""Groups are compared with each other, and never over groups that could not be measured."""

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate
from sklearn.metrics import precision_score, roc_auc_score

from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.gaps import Gap, find_gaps
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure
from tests.unit.lab.measures.classifier import score_tumours

from .score_suites import make_answers, make_suite

DATA = score_tumours()
GROUPS = [("x", "y", "z")[row % 3] for row in range(569)]


def figure(group: str | None, candidate: Estimate | None, champion: Estimate | None = None) -> Figure:
    return Figure("FNR", (("a", group),), 9, 9, champion, candidate, None, None)


def only(*figures: Figure, of_champion: bool = False) -> Gap:
    (gap,) = find_gaps(figures, of_champion=of_champion)
    return gap


def test_values_differences_and_ratios_by_group_are_those_of_fairlearn_on_public_data() -> None:
    suite = make_suite(DATA.labels, attributes={"a": GROUPS}, threshold=0.5)
    evaluation = evaluate_scoring(suite, None, [make_answers(DATA.scores)], Settings(resamples=50))
    figures = evaluation.trials[0].figures
    taken = (DATA.scores >= 0.5).astype(int)
    features = {"y_true": DATA.labels, "sensitive_features": GROUPS}
    decided = MetricFrame(metrics={"FNR": false_negative_rate, "precision": precision_score}, y_pred=taken, **features)
    scored = MetricFrame(metrics={"AUC": roc_auc_score}, y_pred=DATA.scores, **features)
    for frame, metric in ((decided, "FNR"), (decided, "precision"), (scored, "AUC")):
        (gap,) = [one for one in find_gaps(figures) if one.metric == metric]
        values = {one.slice[0][1]: one.candidate for one in figures if one.metric == metric and one.slice != WHOLE}
        for group, estimate in values.items():
            assert estimate is not None
            assert estimate.value == pytest.approx(frame.by_group[metric][group])
        assert gap.difference is not None
        assert gap.difference.value == pytest.approx(frame.difference()[metric])
        assert gap.ratio == pytest.approx(frame.ratio()[metric])


def test_a_group_that_was_not_measured_leaves_no_difference_and_is_named() -> None:
    gap = only(figure("x", Estimate(0.1)), figure("y", Estimate(0.1)), figure(None, None))
    assert (gap.difference, gap.ratio, gap.unmeasured) == (None, None, ((("a", None),),))


def test_a_group_without_the_label_has_no_rate_where_fairlearn_says_that_nobody_of_it_was_missed() -> None:
    labels, taken = np.array([1, 1, 0, 0]), np.array([1, 0, 0, 1])
    frame = MetricFrame(
        metrics=false_negative_rate, y_true=labels, y_pred=taken, sensitive_features=["x", "x", "y", "y"]
    )
    assert frame.by_group["y"] == 0
    suite = make_suite(labels, attributes={"a": ["x", "x", "y", "y"]}, threshold=0.5)
    evaluation = evaluate_scoring(suite, None, [make_answers(taken)], Settings(resamples=50))
    (gap,) = [one for one in find_gaps(evaluation.trials[0].figures) if one.metric == "FNR"]
    assert gap.unmeasured == ((("a", "y"),),)


def test_one_group_alone_has_no_gap_and_the_whole_is_no_group() -> None:
    whole = Figure("FNR", WHOLE, 9, 9, None, Estimate(0.5), None, None)
    assert find_gaps([whole, figure("x", Estimate(0.1))]) == []


def test_each_model_has_gaps_of_its_own() -> None:
    figures = [figure("x", Estimate(0.1), Estimate(0.5)), figure("y", Estimate(0.2), Estimate(0.25))]
    assert (only(*figures).lowest, only(*figures).ratio) == ((("a", "x"),), 0.5)
    champion = only(*figures, of_champion=True)
    assert (champion.lowest, champion.highest, champion.ratio) == ((("a", "y"),), (("a", "x"),), 0.5)


def test_the_interval_of_a_difference_takes_both_intervals() -> None:
    gap = only(figure("x", Estimate(0.1, 0.06, 0.13)), figure("y", Estimate(0.5, 0.46, 0.58)))
    assert gap.difference is not None
    assert (gap.difference.low, gap.difference.high) == pytest.approx((0.4 - 0.05, 0.4 + (0.08**2 + 0.04**2) ** 0.5))


@pytest.mark.parametrize(("low", "high", "ratio"), [(0.0, 0.0, None), (-0.1, 0.2, None), (0.0, 0.2, 0.0)])
def test_a_ratio_takes_something_to_divide_by(low: float, high: float, ratio: float | None) -> None:
    assert only(figure("x", Estimate(low)), figure("y", Estimate(high))).ratio == ratio
