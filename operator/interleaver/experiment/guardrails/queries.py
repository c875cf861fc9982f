"""Guardrails on PromQL queries: three readings in a row on the wrong side are a breach; no data never is.

A reading without data says nothing: it neither adds to the streak nor ends it, and it holds the ramp and a promotion.
A streak that has gone without data for staleAfter begins anew. Looks may come closer together than metrics.interval;
a second reading within half of it would count the same samples twice, and is left out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from interleaver.api.experiment import Experiment
from interleaver.api.fields import instant, seconds, timestamp
from interleaver.api.observed import Answer
from interleaver.api.plan import Plan
from interleaver.api.status import GuardrailReading, Run
from interleaver.api.v1alpha1 import Guardrail, Metrics, Prometheus
from interleaver.experiment.guardrails.detectors import STREAK

UNREAD: Final = Answer(None, "it has not been asked yet")


class Questions(NamedTuple):
    """What is to be asked, and of whom."""

    prometheus: Prometheus
    queries: Mapping[str, str]  # by the guardrail's name


def list_questions(experiment: Experiment) -> Questions | None:
    """The queries of the run that is going on, by its frozen plan; else those of the spec. None when there are none."""
    source = experiment.status.run.plan if experiment.status.run else experiment.spec
    queries = {guardrail.name: guardrail.query for guardrail in source.guardrails if guardrail.query}
    return Questions(source.prometheus, queries) if source.prometheus and queries else None


def read_queries(
    plan: Plan, former: Iterable[GuardrailReading], answers: Mapping[str, Answer], now: datetime
) -> list[GuardrailReading]:
    """The plan's guardrails on queries after a look at which `answers` came in."""
    known = {reading.name: reading for reading in former}
    return [
        read_query(guardrail, known.get(guardrail.name), answers.get(guardrail.name, UNREAD), plan.metrics, now)
        for guardrail in plan.guardrails
        if guardrail.query
    ]


def read_query(
    guardrail: Guardrail, former: GuardrailReading | None, answer: Answer, metrics: Metrics, now: datetime
) -> GuardrailReading:
    """One guardrail after one answer."""
    former = former or GuardrailReading(name=guardrail.name, ratio="0", bar="0")
    if answer.value is None:
        return former.model_copy(update={"unknown": answer.why})
    since = (now - instant(former.read_at)).total_seconds() if former.read_at else float("inf")
    # A reading in the future is of a clock that was wrong, and must not keep others from counting.
    if 0 <= since < seconds(metrics.interval) / 2:
        return former
    kept = former.streak if abs(since) <= seconds(metrics.stale_after) else 0
    streak = min(kept + 1, STREAK) if is_wrong(guardrail, answer.value) else 0
    return GuardrailReading(
        name=guardrail.name,
        ratio=f"{answer.value:.6g}",
        bar=f"{streak / STREAK:.6f}",
        streak=streak,
        read_at=timestamp(now),
    )


def is_wrong(guardrail: Guardrail, value: float) -> bool:
    """Whether the value is on the wrong side of a limit. A value at the limit is allowed."""
    too_high = guardrail.max is not None and value > float(guardrail.max)
    too_low = guardrail.min is not None and value < float(guardrail.min)
    return too_high or too_low


def explain_unknown(run: Run) -> str:
    """Which guardrail gave no data at the last look, and why; empty when all did."""
    known = {reading.name: reading for reading in run.guardrails}
    for guardrail in run.plan.guardrails:
        reading = known.get(guardrail.name)
        if guardrail.query and (reading is None or reading.read_at is None or reading.unknown):
            why = reading.unknown if reading and reading.unknown else UNREAD.why
            return f"guardrail {guardrail.name} gives no data: {why}"
    return ""
