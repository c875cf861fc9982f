"""What a gate asks of one candidate: every rule on each slice, bound by bound, with all that decides it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.gate.family import tell_family
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.rules import Bound, Rule, Waiver
from interleaver.lab.gate.slices import list_slices, order
from interleaver.lab.terms.figure import WHOLE, Figure, Slice, Verdict


@dataclass(frozen=True)
class Charge:
    """One bound of one rule on one slice."""

    number: int
    """Of the rule, from 1."""
    rule: Rule
    bound: Bound
    slice: Slice
    figure: Figure | None
    """None where the evaluation has none."""
    verdict: Verdict | None
    """The word for the figure among the rule's slices."""
    waiver: Waiver | None
    """The one that holds now."""


def index_figures(trial: Trial) -> Mapping[tuple[str, Slice], Figure]:
    """The figures of a candidate by metric and slice, whose attributes stand in the order of their names."""
    return {(figure.metric, order(dict(figure.slice))): figure for figure in trial.figures}


def list_charges(gate: Gate, evaluation: Evaluation, trial: Trial, now: datetime) -> Iterator[Charge]:
    """All of them, in the gate's order."""
    figures = index_figures(trial)
    for number, rule in enumerate(gate.rules, 1):
        cuts = list_slices(rule.slices, evaluation.suite.cases)
        found = {cut: figures[rule.metric, cut] for cut in cuts if (rule.metric, cut) in figures}
        verdicts = tell_family(found, gate.confidence)
        for cut in cuts:
            waiver = find_waiver(gate, number, cut, now)
            for bound in rule.bounds:
                word = verdicts.get(cut) if bound.kind.comparing else None
                yield Charge(number, rule, bound, cut, found.get(cut), word, waiver)


def find_waiver(gate: Gate, number: int, cut: Slice, now: datetime) -> Waiver | None:
    """The waiver for this rule and slice, on its last day for the last time."""
    for waiver in gate.waivers:
        one = waiver.slice.slice if waiver.slice else WHOLE
        if (waiver.rule, one) == (number, cut) and now.date() <= waiver.until:
            return waiver
    return None
