"""Judges a candidate by a gate. Pure; the clock is an argument."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from interleaver.lab.asking.answers import Answers, agree
from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.gate.charges import Charge, index_figures, list_charges
from interleaver.lab.gate.finding import Finding, find
from interleaver.lab.gate.outcome import GateResult, Judgement, Level, Outcome
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.suitable import judge_suite
from interleaver.lab.terms.figure import WHOLE
from interleaver.lab.terms.metric import Task


def judge(gate: Gate, evaluation: Evaluation, trial: Trial, now: datetime) -> GateResult:
    """The gate's verdict on one candidate. `now` has a time zone.

    The intervals have to be those of the gate's own confidence, and of rankings its metrics have to be among those
    that were asked for, because only of them values are known in each way of counting unjudged items (ValueError
    otherwise): hand `gate.confidence` and `reading.wanted(gate)` to the evaluation's settings.
    """
    settings = evaluation.settings
    if settings.confidence != gate.confidence:
        raise ValueError(f"intervals of {settings.confidence}, and a gate that decides at {gate.confidence}")
    sampled = {name for name, metric in evaluation.metrics.items() if metric.sampled}
    unasked = sorted({rule.metric for rule in gate.rules} & sampled - set(settings.metrics))
    if unasked and evaluation.suite.task is Task.RANKING:
        raise ValueError(f"rules on {', '.join(unasked)}, which the evaluation was not asked for")
    judgements = list(judge_suite(gate, evaluation, index_figures(trial), now))
    untold = _say_incomparable(evaluation.champion, trial.candidate)
    charges = list_charges(gate, evaluation, trial, now)
    judgements += [_judge_one(charge, evaluation, untold) for charge in charges]
    if evaluation.champion is None:
        judgements += _demand_value(judgements)
    return GateResult(
        passed=not evaluation.partial and not any(judgement.blocks for judgement in judgements),
        judgements=judgements,
        partial=evaluation.partial,
        first_model=evaluation.champion is None,
        digests=_list_digests(gate, evaluation, trial),
    )


def _say_incomparable(champion: Answers | None, candidate: Answers) -> str:
    """Why these two models cannot be compared, whatever the figures; empty where they can, or there is no champion."""
    if champion is None:
        return ""
    for who, model in (("champion", champion), ("candidate", candidate)):
        if not model.answered.any():
            reason = next((words for words in model.words if words), "no answer")
            return f"the {who} has no answer to compare in any case: {reason}"
    return (
        "both models gave the same answers throughout, as one does that is given twice"
        if agree(champion, candidate)
        else ""
    )


def _judge_one(charge: Charge, evaluation: Evaluation, untold: str) -> Judgement:
    found = find(charge, evaluation, untold)
    weight, waiver = _weigh(charge, found, evaluation.partial), charge.waiver
    return Judgement(
        rule=charge.number,
        metric=charge.rule.metric,
        slice=charge.slice,
        bound=str(charge.bound),
        outcome=found.outcome,
        level=charge.rule.level,
        words=found.words,
        blocks=weight is Level.BLOCK,
        warns=weight is Level.WARN,
        refused=found.refused,
        figure=charge.figure,
        waived=f"until {waiver.until} by {waiver.by}: {waiver.reason}" if waiver else "",
        verdict=charge.verdict,
    )


def _weigh(charge: Charge, found: Finding, partial: bool) -> Level | None:
    """How much it weighs that a rule did not hold: its level, lowered by a waiver and by what it says of *not told*."""
    if found.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
        return None
    # A rule that cannot be used, or an evaluation that was broken off, is no matter of what the suite can tell.
    failing = found.outcome is Outcome.FAILED or found.refused or partial
    policy = "fail" if failing else charge.rule.not_told
    if policy == "pass":
        return None
    lowered = charge.rule.level is Level.BLOCK and (charge.waiver is not None or policy == "warn")
    return Level.WARN if lowered else charge.rule.level


def _demand_value(judgements: Sequence[Judgement]) -> Iterator[Judgement]:
    """Without a champion no comparison says anything: some rule on a value has to be passed, or nothing was shown."""
    if any(said.rule and said.level is Level.BLOCK and said.outcome is Outcome.PASSED for said in judgements):
        return
    words = "there is no champion to compare with, and no blocking rule on a value of the candidate's own is passed"
    yield Judgement(0, "firstModel", WHOLE, "one value rule", Outcome.NOT_TOLD, Level.BLOCK, words, blocks=True)


def _list_digests(gate: Gate, evaluation: Evaluation, trial: Trial) -> list[tuple[str, str]]:
    named = [("suite", evaluation.suite.digest), ("gate", gate.digest)]
    if evaluation.champion is not None:
        named.append(("champion", evaluation.champion.digest))
    return [*named, ("candidate", trial.candidate.digest)]
