"""What is measured of scores: which metrics, on which half of the units, at which thresholds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.measures.attacks import Presentations, find_presentations
from interleaver.lab.measures.calibration import can_be_probabilities
from interleaver.lab.measures.custom import CustomMetric
from interleaver.lab.measures.names import Named, UnknownMetric, parse
from interleaver.lab.measures.score_names import AT_THRESHOLD, ATTACKS, FLIPS, KIND, WITHOUT_THRESHOLD, read_aimed
from interleaver.lab.measures.score_sheet import Scored
from interleaver.lab.measures.thresholds import Aim, find_shortage, split_units
from interleaver.lab.suites.suite import Cases, Suite
from interleaver.lab.terms.metric import Metric, Task
from interleaver.lab.terms.unusable import Unusable

# Measured where the half of the units that their threshold is chosen on can show the rate.
AIMED: Final = ("FNR@FPR=0.01", "FNR@FPR=0.1", "FPR@FNR=0.1", "precision@recall=0.9")
CALIBRATION: Final = ("Brier", "ECE")
SERVING: Final = ("latency_p50_ms", "latency_p99_ms", "answer_bytes", "errors")

EQUAL_ERRORS: Final = Aim("EER")
"""What the threshold of plain rates is chosen for, where the suite states none."""


@dataclass(frozen=True)
class Plan:
    """What is measured, alike of all models."""

    names: tuple[Named, ...]
    """In the order of the tables."""
    customs: tuple[CustomMetric, ...]
    labels: NDArray[np.int8]
    weights: NDArray[np.float64]
    units: NDArray[np.int64]
    chosen_on: NDArray[np.bool_]
    """Samples that thresholds are chosen on; what stands at a chosen threshold is measured on the others."""
    threshold: float | None
    """The suite's own, for rates without an @: they are then measured on all samples."""
    attributes: Mapping[str, NDArray[np.object_]]
    """Texts of attributes, None where missing, for functions of a team's own."""
    presentations: Presentations | str | None
    """In words where attacks cannot be told; None where the suite knows of none."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The same, as figures know them."""
        return tuple(name.metric for name in self.names)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Samples that rates without an @ are measured on."""
        return ~self.chosen_on if self.threshold is None else np.ones(len(self.labels), dtype=bool)

    @property
    def aims(self) -> tuple[Aim, ...]:
        """What thresholds are chosen for."""
        aimed = (read_aimed(metric.name)[1] for metric in self.metrics)
        plain = [EQUAL_ERRORS] if self.threshold is None else []
        return tuple(dict.fromkeys([*plain, *(aim for aim in aimed if aim)]))


def plan(
    suite: Suite, models: Sequence[Answers], settings: Settings, customs: Sequence[CustomMetric], *, paired: bool
) -> Plan:
    """Raises Unusable for a metric that nobody knows, and for scores that are none."""
    labels = require_labels(suite)
    units = suite.cases.units
    chosen_on = split_units(int(units.max(initial=-1)) + 1, settings.seed)[units]
    presentations = find_attacks(suite.cases, labels)
    own = tuple(custom for custom in customs if custom.task is Task.SCORING)
    names = [*AT_THRESHOLD, *(name for name in WITHOUT_THRESHOLD if name not in CALIBRATION)]
    names += [name for name in AIMED if can_show(name, labels[chosen_on])]
    names += CALIBRATION if all(can_be_probabilities(read_scores(model, labels)) for model in models) else ()
    names += list_attacks(presentations)
    names += [FLIPS.name] if paired else []
    names += [custom.metric.name for custom in own]
    wanted = find_metrics([*names, *SERVING, *settings.metrics], own)
    refuse_unknown_kinds(wanted, suite.cases)
    weights = suite.cases.counting
    return Plan(wanted, own, labels, weights, units, chosen_on, suite.threshold, spell(suite.cases), presentations)


def spell(cases: Cases) -> Mapping[str, NDArray[np.object_]]:
    """Each attribute's text in every sample."""
    return {
        name: np.array([*labels.names, None], dtype=object)[labels.codes] for name, labels in cases.attributes.items()
    }


def require_labels(suite: Suite) -> NDArray[np.int8]:
    if suite.task is not Task.SCORING or suite.cases.labels is None:
        raise Unusable(str(suite.folder), f"the suite's task is {suite.task}", "only samples with labels have scores")
    return suite.cases.labels


def find_metrics(names: Iterable[str], customs: Sequence[CustomMetric]) -> tuple[Named, ...]:
    """The metrics of these names, each once. Corner cases, which are asked apart, are counted by `corner`."""
    own = [custom.metric for custom in customs]
    try:
        found = [parse(name, Task.SCORING, own) for name in dict.fromkeys(names)]
    except UnknownMetric as unknown:
        raise Unusable("metrics", str(unknown)) from unknown
    return tuple(name for name in found if name.family is None or name.name in SERVING)


def can_show(name: str, labels: NDArray[np.int8]) -> bool:
    """Whether these labels are enough to choose a metric's threshold on."""
    aim = read_aimed(name)[1]
    return aim is not None and not find_shortage(aim, labels)


def find_attacks(cases: Cases, labels: NDArray[np.int8]) -> Presentations | str | None:
    """The presentations, where the suite has attacks."""
    if cases.attacks is None or not cases.attacks.names:
        return None
    return find_presentations(labels, cases.attacks)


def list_attacks(presentations: Presentations | str | None) -> list[str]:
    """Names of what is measured of attacks."""
    if presentations is None:
        return []
    kinds = () if isinstance(presentations, str) else presentations.kinds.names
    return [*ATTACKS, *(f"{KIND}{kind}" for kind in kinds)]


def refuse_unknown_kinds(names: Iterable[Named], cases: Cases) -> None:
    """Raises Unusable for APCER of a kind that the suite does not have: a gate's rule on it would match nothing."""
    kinds = cases.attacks.names if cases.attacks else ()
    for metric in names:
        if metric.name.startswith(KIND) and metric.name.removeprefix(KIND) not in kinds:
            there = f"the suite has {', '.join(kinds)}" if kinds else "the suite has no attacks"
            raise Unusable("metrics", f"{metric.name} is of a kind of attack that no sample has", there)


def read_scores(answers: Answers, labels: NDArray[np.int8]) -> NDArray[np.float64]:
    """One model's scores. Where there is no answer it counts as wrong at every threshold: the least score for label 1,
    the greatest for label 0, so that no model gains by not answering. Raises Unusable for a score that is no number."""
    if answers.scores is None:
        raise Unusable(answers.model, "the answers have no scores", "a scoring suite's contract names `score`")
    wrong = np.flatnonzero(answers.answered & ~np.isfinite(answers.scores))
    if len(wrong):
        found = f"the score of sample {int(wrong[0]) + 1} is {answers.scores[wrong[0]]}"
        raise Unusable(answers.model, found, "a score has to be a finite number; it is never ordered otherwise")
    return np.where(answers.answered, answers.scores, np.where(np.equal(labels, 1), -np.inf, np.inf))


def read_model(answers: Answers, plan: Plan) -> Scored:
    """One model's scores beside the labels."""
    return Scored(plan.labels, read_scores(answers, plan.labels), plan.weights)
