"""The verdict as a document that programs read: what was decided, on what, and by which versions."""

from datetime import datetime
from importlib.metadata import version
from math import isfinite
from typing import Any

from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.gate.outcome import GateResult, Judgement
from interleaver.lab.gate.verdict_file import Digests, Failure, Judged, Models, Resampling, VerdictFile, Versions
from interleaver.lab.terms.figure import Estimate, show_slice
from interleaver.lab.terms.metric import VERSION


def show_verdict(result: GateResult, evaluation: Evaluation, trial: Trial, now: datetime) -> dict[str, Any]:
    """The document of one candidate's verdict; holds no NaN and no infinity."""
    settings, digests = evaluation.settings, dict(result.digests)
    document = VerdictFile(
        version=1,
        passed=result.passed,
        exit_code=result.exit_code,
        partial=result.partial,
        first_model=result.first_model,
        decided_at=now,
        suite=evaluation.suite.name,
        task=evaluation.suite.task,
        models=Models(
            champion=evaluation.champion.model if evaluation.champion else None, candidate=trial.candidate.model
        ),
        digests=Digests(
            suite=digests["suite"],
            gate=digests["gate"],
            champion=digests.get("champion"),
            candidate=digests["candidate"],
        ),
        resampling=Resampling(confidence=settings.confidence, resamples=settings.resamples, seed=settings.seed),
        versions=Versions(lab=version("interleaver"), metrics=VERSION),
        rules=[_show_judgement(judgement) for judgement in result.judgements],
        failures=[Failure(**failure) for failure in show_failures(result)],
    )
    return document.model_dump(by_alias=True, mode="json")


def show_failures(result: GateResult) -> list[dict[str, Any]]:
    """What blocks, as the evaluation's own document lists it: metric, slice, words."""
    return [
        {"metric": failure.metric, "slice": show_slice(failure.slice), "words": f"{failure.bound}: {failure.words}"}
        for failure in result.failures
    ]


def show_gate(result: GateResult) -> dict[str, Any]:
    """The gate in the evaluation's own document."""
    return {"passed": result.passed, "failures": show_failures(result)}


def _show_judgement(judgement: Judgement) -> Judged:
    figure = judgement.figure
    champion, candidate, difference = (
        (figure.champion, figure.candidate, figure.difference) if figure else (None, None, None)
    )
    return Judged(
        rule=judgement.rule,
        metric=judgement.metric,
        slice=show_slice(judgement.slice),
        n=figure.n if figure else None,
        units=figure.units if figure else None,
        champion=_show_value(champion),
        champion_interval=_show_interval(champion),
        candidate=_show_value(candidate),
        candidate_interval=_show_interval(candidate),
        difference=_show_value(difference),
        interval=_show_interval(difference),
        bound=judgement.bound,
        outcome=judgement.outcome,
        verdict=judgement.verdict,
        level=judgement.level,
        blocks=judgement.blocks,
        warns=judgement.warns,
        refused=judgement.refused,
        waived=judgement.waived or None,
        words=judgement.words,
    )


def _show_value(estimate: Estimate | None) -> float | None:
    return estimate.value if estimate and isfinite(estimate.value) else None


def _show_interval(estimate: Estimate | None) -> list[float] | None:
    if estimate is None or estimate.low is None or estimate.high is None:
        return None
    return [estimate.low, estimate.high] if isfinite(estimate.low) and isfinite(estimate.high) else None
