"""Guardrails from the routers' counters: change detectors, neither thresholds nor tests over the whole past.

Each is an e-CUSUM, M <- max(M, 1) * E(this look). It is breached when M reaches 1,000,000 (the mean number of looks to
a false alarm: Shin, Ramdas, Rinaldo, "E-detectors", arXiv 2203.03532) and the plain ratio was above the limit in each
of the last three looks that had calls, for errors come in bursts and not independently of each other.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from math import log
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.plan import Plan
from interleaver.api.status import GuardrailReading
from interleaver.api.v1alpha1 import OVERALL
from interleaver.experiment.counting.counts import Counts, pick
from interleaver.experiment.guardrails.recent import add_recent
from interleaver.stats.guardrail import log_e_value

FALLBACKS: Final = "FallbackRatio"
BREACH: Final = log(1_000_000)
STREAK: Final = 3  # looks in a row
SLOW_SHARE: Final = 0.01  # LatencyP99 allows one call in a hundred above its duration
DEFAULT_FALLBACK_RATIO: Final = 0.05  # a candidate must be compared, not only tolerated
BLAMELESS: Final = ("champion", "contract")  # fallbacks that the champion caused


class Guard(NamedTuple):
    """A guardrail on a measure of ours, with the share of events that it allows."""

    name: str
    metric: str
    limit: float


def list_guards(plan: Plan) -> Iterator[Guard]:
    """The plan's guardrails on shares of calls and requests; the one on fallbacks is always there."""
    for guardrail in plan.guardrails:
        if guardrail.metric == "LatencyP99":
            yield Guard(guardrail.name, guardrail.metric, SLOW_SHARE)
        elif guardrail.metric and guardrail.metric != OVERALL and guardrail.max:
            yield Guard(guardrail.name, guardrail.metric, float(guardrail.max))
    if not any(guardrail.metric == FALLBACKS for guardrail in plan.guardrails):
        taken = {guardrail.name for guardrail in plan.guardrails}
        name = "fallbacks" if "fallbacks" not in taken else "fallback-ratio"
        yield Guard(name, FALLBACKS, DEFAULT_FALLBACK_RATIO)


def measure(metric: str, counts: Counts) -> tuple[int, int]:
    """Events and calls of one look, by what the guardrail is about."""
    if metric == FALLBACKS:
        reasons = pick(counts, "fallbacks", names.FALLBACK_REASONS)
        blameless = sum(reasons[reason] for reason in BLAMELESS)
        requests = sum(pick(counts, "requests", names.REQUEST_OUTCOMES).values())
        fallbacks = sum(reasons.values()) - blameless
        return fallbacks, max(requests - blameless, fallbacks)
    calls = pick(counts, "calls.candidate", names.CALL_OUTCOMES)
    # A call that timed out is an error, and slow as well.
    bad = ("slow", "timeout") if metric == "LatencyP99" else ("error", "timeout")
    return sum(calls[outcome] for outcome in bad), sum(calls.values())


def watch(plan: Plan, former: Iterable[GuardrailReading], look: Counts, now: datetime) -> list[GuardrailReading]:
    """The guardrails after a look. `look` are the counts that this look added."""
    known = {reading.name: reading for reading in former}
    readings = []
    for guard in list_guards(plan):
        events, calls = measure(guard.metric, look)
        reading = read(guard, known.get(guard.name), events, calls)
        readings.append(add_recent(reading, known.get(guard.name), events, calls, now))
    return readings


def read(guard: Guard, former: GuardrailReading | None, events: int, calls: int) -> GuardrailReading:
    """One guardrail after a look with `events` among `calls`; a look without calls says nothing."""
    former = former or GuardrailReading(name=guard.name, ratio="0", bar="0")
    if calls == 0:
        return former
    evidence = max(float(former.bar) * BREACH, 0.0) + log_e_value(events, calls, guard.limit)
    ratio = events / calls
    return GuardrailReading(
        name=guard.name,
        ratio=f"{ratio:.4f}",
        bar=f"{max(evidence, 0.0) / BREACH:.6f}",
        streak=min(former.streak + 1, STREAK) if ratio > guard.limit else 0,
    )


def find_breach(readings: Iterable[GuardrailReading]) -> GuardrailReading | None:
    """The first guardrail that is breached."""
    return next((reading for reading in readings if is_breached(reading)), None)


def is_breached(reading: GuardrailReading) -> bool:
    """Evidence enough, and not from a burst."""
    return float(reading.bar) >= 1 and reading.streak >= STREAK
