"""What must be true of figures of scores, whatever the data."""

from dataclasses import replace

import numpy as np

from interleaver.lab.measures.curves import CURVES, cumulate, measure, sort
from interleaver.lab.measures.identities import hold
from interleaver.lab.measures.quick_curves import measure_curves
from interleaver.lab.measures.rates import count, decide, measure_rate
from interleaver.lab.measures.score_sheet import Scored


def check_identities(model: Scored, threshold: float | None) -> None:
    """Raises ViolatedIdentity where two figures of one model contradict each other. Computes them in other ways than
    figures are: from scores that are turned round, and rates from the curve."""
    check_turned(model)
    if threshold is not None:
        check_rates(model, threshold)


def check_turned(model: Scored) -> None:
    """Turned scores have the rest of the area; turned classes too have the same errors."""
    turned = replace(model, scores=-model.scores)
    both = replace(turned, labels=1 - model.labels)
    found, of_both = measure_once(model), measure_once(both)
    auc, _, error = found
    hold("AUC of negated scores = 1 - AUC", measure_once(turned)[0], 1 - auc)
    hold("AUC of negated scores and turned labels = AUC", of_both[0], auc)
    hold("EER of negated scores and turned labels = EER", of_both[2], error)
    defined = measure(cumulate(sort(model.labels, model.scores), model.weights[None, :]))[0]
    for name, quick, plain in zip(CURVES, found, defined, strict=True):
        hold(f"{name} of resamples = {name} as it is defined", quick, plain)


def check_rates(model: Scored, threshold: float) -> None:
    """Rates at a threshold are those that the curve has there, and fit each other."""
    counts = count((model.weights @ decide(model.labels, model.scores, threshold))[None, :])
    rates = {name: float(measure_rate(name, counts)[0]) for name in ("precision", "recall", "F1", "FPR", "FNR")}
    hold("FNR = 1 - recall", rates["FNR"], 1 - rates["recall"])
    hold("counts add up", float((counts.positives + counts.negatives)[0]), float(model.weights.sum()))
    if rates["precision"] + rates["recall"] > 0:
        harmonic = 2 * rates["precision"] * rates["recall"] / (rates["precision"] + rates["recall"])
        hold("F1 = harmonic mean of precision and recall", rates["F1"], harmonic)
    order = sort(model.labels, model.scores)
    curve, place = cumulate(order, model.weights[None, :]), int((order.thresholds >= threshold).sum())
    hold("true positives at the threshold = those of the curve", float(counts.hits[0]), float(curve.hits[0, place]))
    hold(
        "false positives at the threshold = those of the curve", float(counts.alarms[0]), float(curve.alarms[0, place])
    )


def measure_once(model: Scored) -> tuple[float, float, float]:
    """AUC, average precision and equal error rate."""
    found = measure_curves(sort(model.labels, model.scores), model.weights[None, :])[0]
    return float(found[0]), float(found[1]), float(np.asarray(found)[2])
