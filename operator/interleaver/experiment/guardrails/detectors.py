"""Guardrails from the routers' counters: change detectors, neither thresholds nor tests over the whole past.

Each is an e-CUSUM, M <- max(M, 1) * E(this look). It is breached when M reaches 1,000,000 (the mean number of looks to
a false alarm: Shin, Ramdas, Rinaldo, "E-detectors", arXiv 2203.03532) and the plain ratio was above the limit in each
of the last three looks that had calls, for errors come in bursts and not independently of each other.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from math import log
from typing import Final, NamedTuple

from interleaver.api.guardrail_metrics import ALWAYS, find_metric
from interleaver.api.plan import Plan
from interleaver.api.status import GuardrailReading
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.guardrails.recent import add_recent
from interleaver.stats.guardrail import log_e_value

BREACH: Final = log(1_000_000)
STREAK: Final = 3  # looks in a row


class Guard(NamedTuple):
    """A guardrail on a measure of ours, with the share of events that it allows."""

    name: str
    metric: str
    limit: float


def list_guards(plan: Plan) -> Iterator[Guard]:
    """The plan's guardrails on shares of calls and requests, and those that are always there."""
    for guardrail in plan.guardrails:
        if guardrail.metric and (limit := find_share(guardrail.metric, guardrail.max)) is not None:
            yield Guard(guardrail.name, guardrail.metric, limit)
    taken, given = {each.name for each in plan.guardrails}, {each.metric for each in plan.guardrails}
    for metric, always in ALWAYS:
        if metric not in given:
            name, other = always.names
            yield Guard(name if name not in taken else other, metric, always.limit)


def find_share(metric: str, limit: str | None) -> float | None:
    """The share of events that a limit on a metric allows; None where events are not what is counted."""
    found = find_metric(metric)
    if found.allowed is not None:
        return found.allowed
    return float(limit) if found.events and limit else None


def measure(metric: str, counts: Counts) -> tuple[int, int]:
    """Events of one look and what they are among, by what the guardrail is about. Raises ValueError if by nothing."""
    found = find_metric(metric)
    if not found.events:
        raise ValueError(f"{metric} counts no events: it is no share of anything")
    events = add_up(counts, found.events)
    # What is left out may have been counted a moment before the request it belongs to.
    return events, max(add_up(counts, found.trials.counts) - add_up(counts, found.trials.excused), events)


def add_up(counts: Counts, names: Iterable[str]) -> int:
    """The sum of some counts."""
    return sum(counts.get(name, 0) for name in names)


def watch(plan: Plan, former: Iterable[GuardrailReading], look: Counts, now: datetime) -> list[GuardrailReading]:
    """The guardrails after a look. `look` are the counts that this look added."""
    known = {reading.name: reading for reading in former}
    readings = []
    for guard in list_guards(plan):
        events, calls = measure(guard.metric, look)
        reading = read_guard(guard, known.get(guard.name), events, calls)
        readings.append(add_recent(reading, known.get(guard.name), events, calls, now))
    return readings


def read_guard(guard: Guard, former: GuardrailReading | None, events: int, calls: int) -> GuardrailReading:
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


def show_reading(reading: GuardrailReading) -> str:
    """What a guardrail stood at, in words."""
    return f"{'value' if reading.read_at else 'ratio'} {reading.ratio} at the last look"


def is_breached(reading: GuardrailReading) -> bool:
    """Evidence enough, and not from a burst."""
    return float(reading.bar) >= 1 and reading.streak >= STREAK
