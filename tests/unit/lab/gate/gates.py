"""Suites, figures and evaluations made by hand for the tests of the gate."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Settings, Trial
from interleaver.lab.gate.deciding import judge
from interleaver.lab.gate.outcome import GateResult, Judgement
from interleaver.lab.gate.reading import Gate, parse_gate
from interleaver.lab.suites.suite import Cases, ScoringContract, Suite
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure, Slice, Verdict
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Direction, Metric, Task

NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
METRICS: Final = {
    metric.name: metric
    for metric in (
        Metric("nDCG@10", Direction.HIGHER),
        Metric("AP", Direction.HIGHER),
        Metric("FNR", Direction.LOWER),
        Metric("latency_p99_ms", Direction.LOWER, unit="ms"),
        Metric("errors", Direction.LOWER, sampled=False),
        Metric("flips", Direction.LOWER, paired=True),
        Metric("judged@5", Direction.HIGHER),
    )
}
GENDERS: Final = ("f", "m", "f", "m", None, "f")
AGES: Final = ("young", "young", "old", "old", "old", "young")
VERSION: Final = "version: 1\n"


def make_suite(
    attributes: Mapping[str, Sequence[str | None]] | None = None,
    task: Task = Task.RANKING,
    collected_at: datetime | None = None,
) -> Suite:
    """Six cases of three women, two men and one who did not say."""
    columns = {"gender": GENDERS, "age": AGES} if attributes is None else attributes
    size = len(next(iter(columns.values()), ()))
    cases = Cases(
        ids=[str(index) for index in range(size)],
        units=np.arange(size, dtype=np.int64),
        unit_names=[str(index) for index in range(size)],
        sources=label(["production"] * size),
        attributes={name: label(values) for name, values in columns.items()},
        requests=[],
    )
    contract = ScoringContract("/", "/x", "/y")
    return Suite(Path("suite"), "made by hand", task, contract, cases, "5" * 64, collected_at=collected_at)


def make_answers(model: str, *, partial: bool = False) -> Answers:
    state = State.FAILED if partial else State.ANSWERED
    states = np.array([state], dtype=np.int8)
    return Answers(model, states, np.array([1.0]), np.array([10]), [""], [["1"]], None, digest=model[-1] * 64)


def make_figure(
    metric: str = "nDCG@10",
    cut: Slice = WHOLE,
    *,
    value: tuple[float, float | None, float | None] | None = (0.35, 0.33, 0.37),
    champion: tuple[float, float | None, float | None] | None = (0.34, 0.32, 0.36),
    difference: tuple[float, float | None, float | None] | None = (0.01, 0.0, 0.02),
    n: int = 1000,
    units: int = 1000,
    verdict: Verdict | None = Verdict.NOT_TOLD_APART,
    why: str = "",
) -> Figure:
    """A figure whose three estimates are (value, low, high)."""
    before, after, apart = (None if ends is None else Estimate(*ends) for ends in (champion, value, difference))
    return Figure(metric, cut, n, units, before, after, apart, verdict, why)


def make_evaluation(
    *figures: Figure,
    suite: Suite | None = None,
    champion: bool = True,
    partial: bool = False,
    confidence: float = 0.95,
) -> Evaluation:
    """One candidate with these figures; the champion is another model."""
    trial = Trial(make_answers("http://candidate-a", partial=partial), figures)
    return Evaluation(
        suite or make_suite(),
        make_answers("http://champion-c") if champion else None,
        [trial],
        Counts(judged=6, answered=6, missing=0, unjudged=0, all_zero=0),
        METRICS,
        Settings(confidence=confidence, depths=(5, 10), metrics=tuple(METRICS)),
    )


def make_gate(*rules: str, more: str = "") -> Gate:
    """A gate with these rules, each as it would stand in the file."""
    lines = "".join(f"  - {rule}\n" for rule in rules)
    return parse_gate("gate.yaml", f"{VERSION}rules:\n{lines}{more}".encode())


def decide(gate: Gate, evaluation: Evaluation, now: datetime = NOW) -> GateResult:
    return judge(gate, evaluation, evaluation.trials[0], now)


def judge_rule(rule: str, figure: Figure, *, champion: bool = True) -> Judgement:
    """What one rule with one bound comes to on one figure."""
    (judgement,) = decide(make_gate(rule), make_evaluation(figure, champion=champion)).judgements
    return judgement
