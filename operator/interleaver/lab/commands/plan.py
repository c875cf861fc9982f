"""What an evaluation is going to do: all that it was given, read and checked before a model is asked anything."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.corner import FAILURES
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import check_measurable
from interleaver.lab.gate.checking import check_gate
from interleaver.lab.gate.reading import Gate, read_gate, wanted
from interleaver.lab.measures.custom_files import Customs, read_customs
from interleaver.lab.suites.corner import Corners, read_corners
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

ANSWERS = ".jsonl"
"""What ends so is a file of answers, and no URL."""


@dataclass(frozen=True)
class Plan:
    """A suite, the models to ask in this order, and what to make of their answers."""

    suite: Suite
    models: Sequence[tuple[str, str]]
    """Name of the answer file and base URL, or a file of answers that is there; the champion first, where there is
    one."""
    has_champion: bool
    settings: Settings
    customs: Customs
    gate: Gate | None
    corners: Corners | None
    kept: Mapping[str, Answers]
    """Answers of models that are not asked, by name: those for which a file was given in the place of a URL."""


def make_plan(options: argparse.Namespace, now: datetime) -> Plan:
    """Raises Unusable for whatever cannot be used."""
    models = name_models(options.champion, options.candidate)
    suite = read_suite(options.suite)
    customs = read_customs(options.metrics)
    if options.gate and not options.candidate:
        raise Unusable("--gate", "there is no candidate to judge", "give one; a first model is a --candidate, too")
    gate = read_gate(options.gate) if options.gate else None
    if gate is not None:
        check_gate(gate, suite, now, [custom.metric for custom in customs.of(suite.task)])
    settings = make_settings(options, gate)
    if suite.task is Task.RANKING:
        check_measurable(suite, settings, customs.metrics)
    has_champion = options.champion is not None and bool(options.candidate)
    kept = {name: read_answers(Path(place), suite) for name, place in models if place.endswith(ANSWERS)}
    return Plan(suite, models, has_champion, settings, customs, gate, read_corners(suite), kept)


def name_models(champion: str | None, candidates: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Every model that is asked, with the name of its answer file."""
    if champion is None and not candidates:
        raise Unusable(
            "--champion, --candidate",
            "neither is given",
            "give the base URL of at least one model, or a file of its answers",
        )
    named = [("champion", champion)] if champion is not None else []
    return named + [
        (f"candidate-{place}" if place > 1 else "candidate", url) for place, url in enumerate(candidates, 1)
    ]


def check_numbers(options: argparse.Namespace) -> None:
    """Raises Unusable for numbers with which nothing can be measured."""
    for option, found, least, most in (
        ("--seed", options.seed, 0, 2**63 - 1),
        ("--resamples", options.resamples, 10, 100_000),
        ("--confidence", Settings.confidence if options.confidence is None else options.confidence, 0.5, 0.9999),
    ):
        if not least <= found <= most:
            raise Unusable(option, f"is {found}", f"{least} to {most} can be used")


def make_settings(options: argparse.Namespace, gate: Gate | None) -> Settings:
    """Intervals are at the gate's confidence, which may not be overruled."""
    check_numbers(options)
    metrics, cuts = wanted(gate) if gate else ((), ())
    given: float | None = options.confidence
    if gate is not None and given is not None and given != gate.confidence:
        raise Unusable("--confidence", f"is {given}, and the gate decides at {gate.confidence}", "leave it out")
    return Settings(
        depths=options.at,
        confidence=gate.confidence if gate else Settings.confidence if given is None else given,
        resamples=options.resamples,
        seed=options.seed,
        metrics=tuple(name for name in metrics if name != FAILURES.name),  # which is counted apart, of corner cases
        cuts=cuts,
    )
