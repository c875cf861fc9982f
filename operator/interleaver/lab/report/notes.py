"""What a figure rests on: how asking went, what was counted apart, and what the evaluation was told."""

import platform
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.terms.metric import Task

from .numbers import show

Pair = tuple[str, str]


def list_models(evaluation: Evaluation) -> Sequence[tuple[str, Answers]]:
    """All models with the names that the page has for them."""
    several = len(evaluation.trials) > 1
    candidates = [
        (f"candidate {place}" if several else "candidate", trial.candidate)
        for place, trial in enumerate(evaluation.trials, 1)
    ]
    return ([("champion", evaluation.champion)] if evaluation.champion else []) + candidates


def list_counts(evaluation: Evaluation) -> Sequence[Pair]:
    """What was measured, and what was counted apart."""
    counts, ranking = evaluation.counts, evaluation.suite.task is Task.RANKING
    what = "queries" if ranking else "samples"
    rows = [
        (f"{what} in the suite", len(evaluation.suite.cases)),
        (f"judged {what}" if ranking else f"labelled {what}", counts.judged),
        ("answered", counts.answered),
        ("without an answer of one of the models: they count as 0 for it", counts.missing),
    ]
    if ranking:
        rows += [
            ("answered and never judged: left out", counts.unjudged),
            ("judged with no gain above 0: they count as 0", counts.all_zero),
        ]
    return [(name, f"{number:,}") for name, number in rows]


def describe_answers(model: Answers) -> Sequence[Pair]:
    """How asking one model went."""
    states = [(state.name.lower().replace("_", " "), int((model.states == state).sum())) for state in State]
    rows = [(name, f"{number:,}") for name, number in states if number or name == "answered"]
    rows.append(("items a list had twice", f"{model.duplicates:,}"))
    rows.append(("asked twice", f"{model.asked_twice:,}, of which {model.answered_differently:,} answered differently"))
    times = model.milliseconds[np.isfinite(model.milliseconds)]
    if len(times):
        middle, late = np.quantile(times, [0.5, 0.99])
        rows.append(("time to answer, median and 99th percentile", f"{show(middle, 'ms')}, {show(late, 'ms')}"))
    return rows


def list_settings(evaluation: Evaluation, gate: GateResult | None) -> Sequence[Pair]:
    """What makes the page repeatable: settings with the seed, versions, and digests of all that went in."""
    told = evaluation.settings
    rows = [
        ("suite", f"{evaluation.suite.name} ({evaluation.suite.task})"),
        ("confidence", f"{told.confidence:g}"),
        ("bootstrap resamples", f"{told.resamples:,}"),
        ("seed", str(told.seed)),
        ("version", f"interleaver {version('interleaver')}, Python {platform.python_version()}"),
    ]
    if evaluation.suite.task is Task.RANKING:
        rows.insert(1, ("depths", ", ".join(map(str, told.depths))))
    digests = {"suite": evaluation.suite.digest} | {name: model.digest for name, model in list_models(evaluation)}
    digests |= dict(gate.digests) if gate else {}
    return rows + [(f"SHA-256 of {name}", digest) for name, digest in digests.items() if digest]
