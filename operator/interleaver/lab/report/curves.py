"""Curves of scores: precision against recall, hits against false alarms, and frequencies against promises."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.suites.suite import Cases

from .plot import Line, Plot, Point, draw_line, draw_square

BINS = 10
"""Of the calibration: as many samples in each."""


@dataclass(frozen=True)
class Scored:
    """The labels and scores of one model, of the samples that it answered, and what each sample counts."""

    style: str
    labels: NDArray[np.int8]
    scores: NDArray[np.float64]
    weights: NDArray[np.float64]
    unanswered: int = 0

    @property
    def has_both(self) -> bool:
        """Whether there are both labels; with one of them no curve is defined."""
        return len(np.unique(self.labels[self.weights > 0])) == 2

    @property
    def places(self) -> NDArray[np.int64]:
        """Scores as their places among the distinct ones. Curves take their order alone, and scikit-learn subtracts
        them, but from 1e308 to -1e308 it is further than numbers reach."""
        return np.asarray(np.unique(self.scores, return_inverse=True)[1], dtype=np.int64)

    @property
    def is_probability(self) -> bool:
        """Whether scores can be read as probabilities at all."""
        return bool(((self.scores >= 0) & (self.scores <= 1)).all())


def read_scores(evaluation: Evaluation, trial: Trial) -> Sequence[Scored]:
    """The champion's, if there is one, and the candidate's."""
    models = {"champion": evaluation.champion, "candidate": trial.candidate}
    return [keep_answered(style, evaluation.suite.cases, model) for style, model in models.items() if model]


def keep_answered(style: str, cases: Cases, model: Answers) -> Scored:
    assert cases.labels is not None, "only scoring suites have curves"
    assert model.scores is not None, "only scoring suites have curves"
    kept = np.isfinite(model.scores)
    return Scored(style, cases.labels[kept], model.scores[kept], cases.counting[kept], int((~kept).sum()))


def draw_curves(models: Sequence[Scored]) -> Iterator[Plot]:
    """The curves that are defined; with one label there is none."""
    models = [model for model in models if model.has_both]
    if not models:
        return
    yield draw_precision(models)
    yield draw_hits(models)
    if all(model.is_probability for model in models):
        yield draw_calibration(models)


def draw_precision(models: Sequence[Scored]) -> Plot:
    """Precision against recall, by threshold."""
    areas = {
        model.style: float(average_precision_score(model.labels, model.places, sample_weight=model.weights))
        for model in models
    }
    words = f"Precision against recall. Average precision: {show_areas(areas)}.{tell_unanswered(models)}"
    lines = [draw_line(model.style, precision_points(model)) for model in models]
    return draw_square("Precision and recall", words, "recall", "precision", lines)


def precision_points(model: Scored) -> Sequence[Point]:
    precision, recall, _ = precision_recall_curve(
        model.labels, model.places, sample_weight=model.weights, drop_intermediate=True
    )
    return list(zip(recall.tolist()[::-1], precision.tolist()[::-1], strict=True))


def draw_hits(models: Sequence[Scored]) -> Plot:
    """The receiver operating characteristic: true against false positives, by threshold."""
    areas = {
        model.style: float(roc_auc_score(model.labels, model.places, sample_weight=model.weights)) for model in models
    }
    words = f"True against false positive rate. Area under the curve: {show_areas(areas)}.{tell_unanswered(models)}"
    lines = [draw_line("ideal", [(0, 0), (1, 1)]), *(draw_line(model.style, hit_points(model)) for model in models)]
    return draw_square("ROC", words, "false positive rate", "true positive rate", lines)


def hit_points(model: Scored) -> Sequence[Point]:
    false, true, _ = roc_curve(model.labels, model.places, sample_weight=model.weights, drop_intermediate=True)
    return list(zip(false.tolist(), true.tolist(), strict=True))


def draw_calibration(models: Sequence[Scored]) -> Plot:
    """How often the label is 1 where a model gives a score, in groups of equally many samples."""
    lines: list[Line] = [draw_line("ideal", [(0, 0), (1, 1)])]
    lines += [draw_line(model.style, calibration_points(model), dotted=True) for model in models]
    gaps = {model.style: calibration_gap(model) for model in models}
    words = f"Share of label 1 against the mean score of ten groups of samples. Mean distance: {show_areas(gaps)}."
    return draw_square("Calibration", words, "mean score", "share of label 1", lines)


def calibration_points(model: Scored) -> Sequence[Point]:
    order = np.argsort(model.scores, kind="stable")
    order = order[model.weights[order] > 0]
    groups = [(group, model.weights[group]) for group in np.array_split(order, BINS) if len(group)]
    return [
        (float(np.average(model.scores[group], weights=weight)), float(np.average(model.labels[group], weights=weight)))
        for group, weight in groups
    ]


def calibration_gap(model: Scored) -> float:
    return float(np.mean([abs(x - y) for x, y in calibration_points(model)]))


def tell_unanswered(models: Sequence[Scored]) -> str:
    """What no curve can show: samples without a score, which the figures count as wrong."""
    words = [f"{model.unanswered:,} of the {model.style}" for model in models if model.unanswered]
    return f" Without the samples that got no answer: {', '.join(words)}." if words else ""


def show_areas(areas: Mapping[str, float]) -> str:
    return ", ".join(f"{style} {area:.4f}" for style, area in areas.items())
