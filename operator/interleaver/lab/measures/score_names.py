"""Names of the metrics of scores and labels, and what each asks for."""

import re
from collections.abc import Mapping
from typing import Final

from interleaver.lab.measures.thresholds import Aim
from interleaver.lab.terms.metric import Direction, Metric

_HIGHER: Final = Direction.HIGHER
_LOWER: Final = Direction.LOWER

AT_THRESHOLD: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("precision", _HIGHER, words="share of the samples taken as 1 whose label is 1"),
        Metric("recall", _HIGHER, words="share of the samples with label 1 that are taken as 1"),
        Metric("F1", _HIGHER, words="harmonic mean of precision and recall"),
        Metric("FPR", _LOWER, words="share of the samples with label 0 that are taken as 1"),
        Metric("FNR", _LOWER, words="share of the samples with label 1 that are taken as 0"),
    )
}
WITHOUT_THRESHOLD: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("AUC", _HIGHER, words="how likely a sample with label 1 has a greater score than one with label 0"),
        Metric("average_precision", _HIGHER, words="precision at each score, weighted by the recall that it adds"),
        Metric("EER", _LOWER, words="equal error rate: where FPR and FNR are equal"),
        Metric("Brier", _LOWER, words="mean squared difference of score and label"),
        Metric("ECE", _LOWER, words="expected calibration error: score against share of label 1, in ten equal bins"),
    )
}
ATTACKS: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("APCER", _LOWER, words="attacks taken as genuine, of the kind for which that share is greatest"),
        Metric("BPCER", _LOWER, words="share of genuine presentations taken as attacks"),
    )
}
FLIPS: Final = Metric(
    "flips", _LOWER, words="share of samples that are right with the champion and wrong with the candidate", paired=True
)
KIND: Final = "APCER:"
COST: Final = "cost"

# How the names are written, for those who look for one.
TEMPLATES: Final = (
    *AT_THRESHOLD,
    *WITHOUT_THRESHOLD,
    *ATTACKS,
    f"{KIND}kind",
    FLIPS.name,
    "FNR@FPR=0.01",
    "FPR@FNR=0.01",
    "precision@recall=0.9",
    "recall@precision=0.9",
    "F1@EER",
    f"{COST}@FP=1,FN=10",
)

DEAREST: Final = 1e12
"""Of what a wrong decision can cost, so that the sum over all that weigh most is a number."""

_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?"
_FIXED: Final = re.compile(rf"(FPR|FNR|precision|recall)=({_NUMBER})")
_COST: Final = re.compile(rf"FP=({_NUMBER}),FN=({_NUMBER})")
_AIMED: Final[Mapping[str, str]] = {
    "FPR": "FPR is at most",
    "FNR": "FNR is at most",
    "precision": "precision is at least",
    "recall": "recall is at least",
}


def find_metric(name: str) -> Metric | None:
    """The metric of a name, or None where no metric of scores is called that."""
    plain = {**AT_THRESHOLD, **WITHOUT_THRESHOLD, **ATTACKS, FLIPS.name: FLIPS}
    if name in plain:
        return plain[name]
    if name.startswith(KIND) and len(name) > len(KIND):
        return Metric(name, _LOWER, words=f"share of attacks of the kind {name.removeprefix(KIND)} taken as genuine")
    rate, aim = read_aimed(name)
    if aim is None:
        return None
    where = f"where the threshold is chosen so that {describe(aim)}, on the other half of the units"
    if rate == COST:
        return Metric(name, _LOWER, words=f"mean cost of wrong decisions for a sample, {where}")
    return Metric(name, AT_THRESHOLD[rate].direction, words=f"{AT_THRESHOLD[rate].words}, {where}")


def read_aimed(name: str) -> tuple[str, Aim | None]:
    """What `FNR@FPR=0.01` measures, and what its threshold is chosen for; None where a name has no such form."""
    rate, _, wanted = name.partition("@")
    if rate == COST:
        costs = _COST.fullmatch(wanted)
        aim = costs and Aim("cost", alarm=float(costs[1]), miss=float(costs[2]))
        return rate, aim if aim and 0 < aim.alarm + aim.miss <= DEAREST else None
    if rate not in AT_THRESHOLD:
        return rate, None
    if wanted == "EER":
        return rate, Aim("EER")
    fixed = _FIXED.fullmatch(wanted)
    return rate, Aim(fixed[1], float(fixed[2])) if fixed and float(fixed[2]) <= 1 else None


def describe(aim: Aim) -> str:
    """An aim in words."""
    if aim.kind == "EER":
        return "FPR and FNR are equal"
    if aim.kind == "cost":
        return f"false positives at {aim.alarm:g} and false negatives at {aim.miss:g} cost least"
    return f"{_AIMED[aim.kind]} {aim.rate:g}"
