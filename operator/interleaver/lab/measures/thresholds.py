"""Chooses a threshold for a purpose. It is chosen on one half of the units and measured on the other.

A threshold that is measured on the samples that it was chosen on looks better than it is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Curve, Floats, cumulate, sort

# Sums of weights have rounding errors; a rate that is met but for them is met.
SLACK: Final = 1e-9


@dataclass(frozen=True)
class Aim:
    """What a threshold is chosen for: a rate that is held, equal errors, or the least cost."""

    kind: str
    """FPR, FNR, recall, precision, EER or cost."""
    rate: float = 0.0
    """Of a rate: FPR and FNR stay at or below it, recall and precision at or above."""
    alarm: float = 0.0
    """Of cost: what a false positive costs."""
    miss: float = 0.0
    """And a false negative."""

    def __str__(self) -> str:
        if self.kind == "EER":
            return "EER"
        return f"FP={self.alarm:g},FN={self.miss:g}" if self.kind == "cost" else f"{self.kind}={self.rate:g}"


@dataclass(frozen=True)
class NoThreshold:
    """Why none could be chosen."""

    words: str


def split_units(units: int, seed: int) -> NDArray[np.bool_]:
    """Which units thresholds are chosen on: a random half, (units,). The other half is measured."""
    chosen = np.zeros(units, dtype=bool)
    chosen[np.random.default_rng([seed, 0x7E5]).permutation(units)[: units // 2]] = True
    return chosen


def choose(aim: Aim, labels: NDArray[np.int8], scores: Floats, weights: Floats | None = None) -> float | NoThreshold:
    """The threshold for an aim on these samples: one of their scores, or just above all of them.

    FPR: the lowest one that holds it, so that the fewest are missed. FNR and recall: the greatest one. precision: the
    lowest one. EER: where the two rates differ least. cost: the least. Of equal ones, the greatest.
    """
    short = find_shortage(aim, labels)
    if short:
        return NoThreshold(short)
    order = sort(labels, scores)
    curve = cumulate(order, (np.ones(len(labels)) if weights is None else weights)[None, :])
    finite = order.thresholds[np.isfinite(order.thresholds)]  # what has no answer stands at an infinite score
    above = np.nextafter(finite[0], np.inf) if len(finite) else 0.0
    thresholds = np.append(above, order.thresholds)
    places = find_places(aim, curve)
    places = places[np.isfinite(thresholds[places])]
    if not len(places):
        return NoThreshold(f"no threshold reaches {aim} on the half of the units that it is chosen on")
    return float(thresholds[places[0]])


def find_places(aim: Aim, curve: Curve) -> NDArray[np.int64]:
    """Columns of a curve that serve an aim, best first."""
    hits, alarms = curve.hits[0], curve.alarms[0]
    false, missed = alarms / (alarms[-1] or 1.0), 1 - hits / (hits[-1] or 1.0)
    if aim.kind == "FPR":
        return np.flatnonzero(false <= aim.rate + SLACK)[::-1]
    if aim.kind in ("FNR", "recall"):
        return np.flatnonzero(missed <= (aim.rate if aim.kind == "FNR" else 1 - aim.rate) + SLACK)
    if aim.kind == "precision":
        return np.flatnonzero((hits >= (aim.rate - SLACK) * (hits + alarms)) & (hits + alarms > 0))[::-1]
    if aim.kind == "EER":
        return np.argsort(np.abs(false - missed).round(12), kind="stable")
    costs = aim.alarm * alarms + aim.miss * (hits[-1] - hits)
    return np.argsort((costs / (costs.max() or 1.0)).round(12), kind="stable")


def find_shortage(aim: Aim, labels: NDArray[np.int8]) -> str:
    """What these samples lack for the aim, in words. A rate of 0.01 cannot be seen in 50 samples."""
    for value, kinds, rate in (
        (0, ("FPR",), aim.rate),
        (1, ("FNR",), aim.rate),
        (1, ("recall",), 1 - aim.rate),
        (0, ("EER", "cost"), 1.0),
        (1, ("EER", "cost", "precision"), 1.0),
    ):
        have, need = int(np.equal(labels, value).sum()), 1 if rate <= 0 else int(np.ceil(1 / rate - SLACK))
        if aim.kind in kinds and have < need:
            return (
                f"a threshold for {aim} is chosen on half of the units, and needs {need} samples with label {value} "
                f"there; there are {have}"
            )
    return ""
