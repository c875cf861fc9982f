"""The gate's rules on the suite itself: how old it may be, and how much of what the models show is judged. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.bounds import Limit
from interleaver.lab.gate.outcome import Judgement, Level, Outcome
from interleaver.lab.gate.reading import Gate
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure, Slice


def judge_suite(
    gate: Gate, evaluation: Evaluation, figures: Mapping[tuple[str, Slice], Figure], now: datetime
) -> Iterator[Judgement]:
    """One judgement for the age, and one for what is judged of each model. They always block."""
    if gate.suite.max_age is not None:
        yield _judge_age(gate, evaluation, now)
    if gate.suite.min_judged is not None:
        figure = figures.get((f"judged@{evaluation.settings.depths[0]}", WHOLE))
        if evaluation.champion is not None:
            yield _judge_judged(gate, evaluation, figure, "champion", figure.champion if figure else None)
        yield _judge_judged(gate, evaluation, figure, "candidate", figure.candidate if figure else None)


def _judge_age(gate: Gate, evaluation: Evaluation, now: datetime) -> Judgement:
    length = gate.content.suite.max_age
    assert length is not None
    bound = f"maxAge {length.total_seconds() / 86400:g}d"
    collected = evaluation.suite.collected_at
    if collected is None:
        return _on_suite("age", bound, Outcome.NOT_TOLD, "the suite does not say when it was collected")
    age, day = now - collected, f"{collected:%Y-%m-%d}"
    if age < timedelta(0):
        return _on_suite("age", bound, Outcome.NOT_TOLD, f"it was collected on {day}, which is still to come")
    outcome = Outcome.PASSED if age <= length else Outcome.FAILED
    return _on_suite("age", bound, outcome, f"collected on {day}, {age / timedelta(days=1):.3g} days ago")


def _judge_judged(
    gate: Gate, evaluation: Evaluation, figure: Figure | None, model: str, share: Estimate | None
) -> Judgement:
    """Decided as it stands: it says how much of this very suite is judged, and nothing of other queries."""
    least = gate.suite.min_judged
    assert least is not None
    metric, bound = f"judged@{evaluation.settings.depths[0]}", f"minJudged {least:g} ({model})"
    if evaluation.partial:
        return _on_suite(metric, bound, Outcome.NOT_TOLD, "the evaluation is partial", figure)
    if share is None:
        return _on_suite(metric, bound, Outcome.NOT_TOLD, figure.why if figure else "it was not measured", figure)
    outcome = Outcome.PASSED if Limit(least, floor=True).holds(share.value) else Outcome.FAILED
    return _on_suite(metric, bound, outcome, f"{share.value:.1%} of what the {model} shows is judged", figure)


def _on_suite(metric: str, bound: str, outcome: Outcome, words: str, figure: Figure | None = None) -> Judgement:
    return Judgement(
        0, metric, WHOLE, bound, outcome, Level.BLOCK, words, blocks=outcome is not Outcome.PASSED, figure=figure
    )
