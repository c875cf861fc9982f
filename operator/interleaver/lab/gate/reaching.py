"""Which cases carry a metric's value, and between which values it lies: what bounds its error, and what units count.

The same units as those of an evaluation's figures, which a gate's `minimum` is held against, as far as they are known
before a model answers: of an `FNR` those with label 1, of `AUC` those of the rarer label. How many are taken as 1, or
answered in time, nobody knows before; then it is as many as there can be.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.gate.attacking import find_attacked
from interleaver.lab.measures.curves import CURVES
from interleaver.lab.measures.names import parse
from interleaver.lab.measures.score_names import COST, FLIPS, WITHOUT_THRESHOLD, read_aimed
from interleaver.lab.measures.thresholds import Aim, split_units
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task

Mask = NDArray[np.bool_]
Reach = tuple[float, float] | None


@dataclass(frozen=True)
class Reaching:
    """Of a suite and one metric; masks are of the suite's cases, (cases,)."""

    counted: Mask
    """The cases that carry the value; where it is a mean, those that it is a mean of."""
    reach: Reach
    """None: its value is no mean of values in a bounded range, as latency, AUC or a custom metric."""
    looked: Mask | None = None
    """The cases that are looked at, which a figure's `n` counts; None: those that carry it."""
    against: Mask | None = None
    """Of what takes two kinds of cases, the other kind: the rarer one carries the value."""
    apart: int | None = None
    """How many cases there are where they are none of the suite's tables, each of which is a unit: corner cases."""


def find_reaching(name: str, suite: Suite) -> Reaching:
    """Of a metric of either task. A custom one (any name that the lab does not have) has no bounds that are known."""
    every = np.ones(len(suite.cases), dtype=np.bool_)
    if suite.task is Task.RANKING:
        return _find_ranking(name, suite, every)
    base, aim = read_aimed(name)
    labels, counting = suite.cases.labels, suite.cases.counting > 0
    if labels is None or _is_of_servers(name):
        return Reaching(every, None)
    if base in CURVES:
        return Reaching(counting & (labels == 1), None, every, counting & (labels == 0))
    if base in WITHOUT_THRESHOLD:
        return Reaching(counting, (0.0, 1.0), every)
    looked = find_measured(suite, aim)
    of_kind = find_attacked(name, suite.cases, labels)
    if of_kind is not None:
        return Reaching(looked & counting & of_kind.cases, of_kind.reach, looked)
    if base in _LABELS:
        return Reaching(looked & counting & (labels == _LABELS[base]), (0.0, 1.0), looked)
    return Reaching(looked & counting, _find_reach(base, aim), looked)


def find_measured(suite: Suite, aim: Aim | None) -> Mask:
    """The cases that are measured at a threshold. Where it is chosen on half of the units (for what stands behind the
    @, or because the suite has none of its own), those of the other half."""
    units = suite.cases.units
    if aim is None and suite.threshold is not None:
        return np.ones(len(units), dtype=np.bool_)
    return np.asarray(~split_units(int(units.max(initial=-1)) + 1, Settings().seed)[units])


def _find_reach(base: str, aim: Aim | None) -> Reach:
    """Of flips and costs, which are means over all samples that are looked at; precision and F1 are none."""
    if base == COST and aim is not None:
        return 0.0, max(aim.alarm, aim.miss)
    return (0.0, 1.0) if base == FLIPS.name else None


def _find_ranking(name: str, suite: Suite, every: Mask) -> Reaching:
    """Of rankings: the judged queries that count, unless it is about the servers, which answer all."""
    if _is_of_servers(name):
        return Reaching(every, None)
    judged = ~every if suite.judgments is None else suite.judgments.lists.lengths > 0
    try:
        family = parse(name, suite.task).family
    except ValueError:
        family = None
    if family is not None and family.base == "coverage":
        return Reaching(judged, None)  # of the set: no mean, and what queries weigh does not matter
    return Reaching(judged & (suite.cases.counting > 0), family.reach if family else None, judged)


def _is_of_servers(name: str) -> bool:
    """Whether both tasks have the metric: times, sizes and errors."""
    try:
        family = parse(name, Task.RANKING).family
    except ValueError:
        return False
    return family is not None and family.task is None


_LABELS: Final = {"recall": 1, "FNR": 1, "FPR": 0}
