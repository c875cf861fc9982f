"""An evaluation as one JSON document: what `--json` prints, and what stands in the output folder."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from interleaver.lab.terms.figure import Estimate, Figure, show_slice

from .evaluation import Counts, Evaluation, Trial
from .gaps import Gap, find_gaps

Document = dict[str, Any]


def make_document(evaluation: Evaluation, gates: Sequence[Mapping[str, object] | None] = ()) -> Document:
    """The document of docs/reference/lab-evaluate.md. `gates` has what the gate said of each trial, in their order.

    Of several candidates the first is `candidate`; all of them are in `candidates`. Numbers are finite or null.
    """
    trials = [make_trial(trial, gate) for trial, gate in zip(evaluation.trials, pad(gates, evaluation), strict=True)]
    first = trials[0]
    return {
        "version": 1,
        "suite": {"name": evaluation.suite.name, "task": str(evaluation.suite.task), "digest": evaluation.suite.digest},
        "settings": make_settings(evaluation),
        "champion": evaluation.champion.model if evaluation.champion else None,
        "candidate": first["model"],
        "partial": evaluation.partial,
        "queries": make_counts(evaluation.counts),
        "figures": first["figures"],
        "gate": first["gate"],
        "flips": first["flips"],
        "thresholds": first["thresholds"],
        "corners": first["corners"],
        "warnings": first["warnings"],
        "candidates": trials,
    }


def pad(gates: Sequence[Mapping[str, object] | None], evaluation: Evaluation) -> Sequence[Mapping[str, object] | None]:
    return gates or [None] * len(evaluation.trials)


def make_settings(evaluation: Evaluation) -> Document:
    settings = evaluation.settings
    return {
        "at": list(settings.depths),
        "confidence": settings.confidence,
        "resamples": settings.resamples,
        "seed": settings.seed,
    }


def make_counts(counts: Counts) -> Document:
    """The numbers of cases, under the names that documents have for them."""
    return {
        "judged": counts.judged,
        "answered": counts.answered,
        "missing": counts.missing,
        "unjudged": counts.unjudged,
        "allZero": counts.all_zero,
    }


def make_trial(trial: Trial, gate: Mapping[str, object] | None) -> Document:
    return {
        "model": trial.candidate.model,
        "figures": [make_figure(figure) for figure in trial.figures],
        "gate": None if gate is None else dict(gate),
        "flips": len(trial.flips),
        "thresholds": dict(trial.thresholds),
        "championThresholds": dict(trial.champion_thresholds),
        "corners": [{"case": case.case, "held": str(case.held), "words": case.words} for case in trial.corners],
        "warnings": list(trial.warnings),
        "gaps": [make_gap(gap) for gap in find_gaps(trial.figures)],
    }


def make_gap(gap: Gap) -> Document:
    """How far apart the candidate's groups of an attribute are."""
    return {
        "metric": gap.metric,
        "attributes": list(gap.attributes),
        "lowest": show_slice(gap.lowest),
        "highest": show_slice(gap.highest),
        "difference": value(gap.difference),
        "interval": ends(gap.difference),
        "ratio": gap.ratio,
        "unmeasured": [show_slice(one) for one in gap.unmeasured],
    }


def make_figure(figure: Figure) -> Document:
    """One figure. The interval is that of the difference; those of the models stand beside their values."""
    return {
        "metric": figure.metric,
        "slice": show_slice(figure.slice),
        "n": figure.n,
        "units": figure.units,
        "champion": value(figure.champion),
        "candidate": value(figure.candidate),
        "difference": value(figure.difference),
        "interval": ends(figure.difference),
        "championInterval": ends(figure.champion),
        "candidateInterval": ends(figure.candidate),
        "verdict": None if figure.verdict is None else str(figure.verdict),
        "why": figure.why,
    }


def value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else finite(estimate.value)


def ends(estimate: Estimate | None) -> list[float | None] | None:
    if estimate is None or estimate.low is None or estimate.high is None:
        return None
    return [finite(estimate.low), finite(estimate.high)]


def finite(number: float) -> float | None:
    """The number as plain JSON has it, which knows no infinity."""
    return float(number) if isfinite(number) else None
