"""Holds a gate against the suite and the metrics that there are, before any request is sent."""

from collections.abc import Iterable
from datetime import datetime

from interleaver.lab.evaluation.slices import attributes
from interleaver.lab.gate.measurable import check_measurable
from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.rules import Kind, Rule
from interleaver.lab.gate.slices import One, list_slices, select
from interleaver.lab.measures.names import UnknownMetric, parse
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import WHOLE, Slice, name_slice
from interleaver.lab.terms.metric import Direction, Metric, Task
from interleaver.lab.terms.nearest import nearest


def check_gate(gate: Gate, suite: Suite, now: datetime, customs: Iterable[Metric] = ()) -> None:
    """Raise Unusable, with line and nearest names, for whatever the gate names that this suite or lab does not have.

    `now` has a time zone: waivers end with their day in UTC. `customs` are a team's own metrics.
    """
    _check_suite_bounds(gate, suite)
    own = tuple(customs)
    for index, rule in enumerate(gate.rules):
        _check_metric(gate, index, rule, find_metric(gate, index, rule, suite.task, own))
        check_measurable(gate, index, suite)
        _check_slices(gate, index, rule, suite)
    _check_waivers(gate, suite, now)


def _check_suite_bounds(gate: Gate, suite: Suite) -> None:
    if gate.suite.max_age is not None and suite.collected_at is None:
        raise gate.refuse(("suite", "maxAge"), "needs a date, which the suite has not", "add collectedAt to suite.yaml")
    if gate.suite.min_judged is not None and suite.task is Task.SCORING:
        raise gate.refuse(("suite", "minJudged"), "is about rankings; every sample of a scoring suite has its label")


def find_metric(gate: Gate, index: int, rule: Rule, task: Task, customs: Iterable[Metric]) -> Metric:
    """The metric of a rule. Raises Unusable."""
    try:
        return parse(rule.metric, task, customs).metric
    except UnknownMetric as problem:
        raise gate.refuse(("rules", index, "metric"), str(problem)) from None


def _check_metric(gate: Gate, index: int, rule: Rule, metric: Metric) -> None:
    kinds = {bound.kind for bound in rule.bounds}
    if metric.direction is Direction.LOWER and Kind.AT_LEAST in kinds and Kind.AT_MOST not in kinds:
        path = ("rules", index, str(Kind.AT_LEAST))
        raise gate.refuse(path, f"stands alone, and less {rule.metric} is better", "give atMost, or both for a band")
    if metric.paired and any(kind.comparing for kind in kinds):
        said = f"is a comparison, and {rule.metric} compares with the champion itself"
        path = ("rules", index, str(next(kind for kind in kinds if kind.comparing)))
        raise gate.refuse(path, said, "give atLeast or atMost")
    for bound in rule.bounds:
        if bound.number.unit not in ("", "%", metric.unit):
            said = f"has the unit {bound.number.unit!r}"
            wanted = f"{rule.metric} is in {metric.unit}" if metric.unit else f"{rule.metric} has no unit"
            raise gate.refuse(("rules", index, str(bound.kind)), said, wanted)


def _check_slices(gate: Gate, index: int, rule: Rule, suite: Suite) -> None:
    for at, cut in enumerate(rule.slices or ()):
        path = ("rules", index, "slices", at)
        check_attributes(gate, path, cut.attributes, suite)
        if isinstance(cut, One):
            check_slice(gate, path, cut.slice, suite)


def check_attributes(gate: Gate, path: tuple[str | int, ...], names: Iterable[str], suite: Suite) -> None:
    """Refuse an attribute that the suite does not have."""
    there = attributes(suite.cases)
    for name in names:
        if name not in there:
            raise gate.refuse(path, f"{name!r} is an unknown attribute", nearest(name, there))


def check_slice(gate: Gate, path: tuple[str | int, ...], one: Slice, suite: Suite) -> None:
    """Refuse a slice with a value, or a combination of them, that no case of the suite has."""
    for name, value in one:
        column = attributes(suite.cases)[name]
        if value is not None and value not in column.names:
            raise gate.refuse(path, f"{value!r} is an unknown value of {name}", nearest(value, column.names))
    if not select(one, suite.cases).any():
        raise gate.refuse(path, f"no case of the suite has {name_slice(one)}")


def _check_waivers(gate: Gate, suite: Suite, now: datetime) -> None:
    waived: set[tuple[int, Slice]] = set()
    for index, waiver in enumerate(gate.waivers):
        path = ("waivers", index)
        if waiver.until < now.date():
            raise gate.refuse((*path, "until"), f"is over since {waiver.until}", "mend the model or renew the waiver")
        rule = _find_waived(gate, index)
        one = waiver.slice.slice if waiver.slice else WHOLE
        check_attributes(gate, (*path, "slice"), (name for name, _ in one), suite)
        if one not in list_slices(rule.slices, suite.cases):
            raise gate.refuse(path, f"matches nothing: rule {waiver.rule} has no slice {name_slice(one)}")
        if (waiver.rule, one) in waived:
            raise gate.refuse(path, f"waives rule {waiver.rule} on {name_slice(one)} again", "leave one of them")
        waived.add((waiver.rule, one))
    _refuse_all_waived(gate, suite, waived)


def _find_waived(gate: Gate, index: int) -> Rule:
    number = gate.waivers[index].rule
    path = ("waivers", index, "rule")
    if number > len(gate.rules):
        raise gate.refuse(path, f"matches nothing: there are {len(gate.rules)} rules, and no rule {number}")
    rule = gate.rules[number - 1]
    if rule.level is not Level.BLOCK:
        raise gate.refuse(path, f"matches nothing: rule {number} has level: {rule.level}, and blocks no candidate")
    return rule


def _refuse_all_waived(gate: Gate, suite: Suite, waived: set[tuple[int, Slice]]) -> None:
    blocking = [(number, rule) for number, rule in enumerate(gate.rules, 1) if rule.level is Level.BLOCK]
    if all((number, one) in waived for number, rule in blocking for one in list_slices(rule.slices, suite.cases)):
        raise gate.refuse(("waivers",), "waive every rule that blocks", "one has to be able to stop a candidate")
