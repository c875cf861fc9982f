"""Guardrails detect a change fast, and neither a burst nor bad luck."""

import pytest

from interleaver.api import conditions
from interleaver.api.status import GuardrailReading
from interleaver.experiment.guardrails.detectors import (
    Guard,
    find_breach,
    is_breached,
    list_guards,
    measure,
    read_guard,
)
from tests.builders import make_running_world

ERRORS = Guard("errors", "ErrorRatio", 0.02)
GUARDRAILS = [
    {"name": "errors", "metric": "ErrorRatio", "max": "0.02"},
    {"name": "latency", "metric": "LatencyP99", "max": "250ms"},
]


def after(looks: list[tuple[int, int]], guard: Guard = ERRORS) -> list[GuardrailReading]:
    """The readings after each look of (events, calls)."""
    readings: list[GuardrailReading] = []
    for events, calls in looks:
        readings.append(read_guard(guard, readings[-1] if readings else None, events, calls))
    return readings


@pytest.mark.parametrize("calls", [10, 100])
def test_a_total_outage_after_a_million_healthy_calls_is_a_breach_within_three_looks(calls: int) -> None:
    healthy = [(0, calls)] * (1_000_000 // 1000) + [(0, 999_000)]
    readings = after([*healthy, *[(calls, calls)] * 3])
    assert [is_breached(reading) for reading in readings[-4:]] == [False, False, False, True]


def test_a_burst_within_one_look_is_no_breach() -> None:
    readings = after([(0, 1000)] * 50 + [(60, 1000)] + [(0, 1000)] * 50)
    assert not any(is_breached(reading) for reading in readings)


def test_a_look_without_calls_says_nothing() -> None:
    before, unchanged = after([(5, 10), (0, 0)])
    assert before == unchanged


def test_the_state_survives_the_status_as_text() -> None:
    readings = after([(3, 10)] * 2)
    kept = GuardrailReading.model_validate(readings[-1].to_dict())
    assert read_guard(ERRORS, kept, 3, 10) == after([(3, 10)] * 3)[-1]


def test_a_timeout_is_an_error_and_slow() -> None:
    counts = {"calls.candidate.ok": 90, "calls.candidate.slow": 4, "calls.candidate.error": 3}
    counts["calls.candidate.timeout"] = 3
    assert measure("ErrorRatio", counts) == (6, 100)
    assert measure("LatencyP99", counts) == (7, 100)


def test_fallbacks_that_the_champion_caused_are_not_the_candidates() -> None:
    counts = {"requests.ok": 80, "requests.fallback": 20, "fallbacks.champion": 5, "fallbacks.timeout": 15}
    assert measure("FallbackRatio", counts) == (15, 95)


def test_the_guardrail_on_fallbacks_is_always_there() -> None:
    world = make_running_world(guardrails=GUARDRAILS)
    guards = {guard.name: guard.limit for guard in list_guards(world.run.plan)}
    assert guards == {"errors": 0.02, "latency": 0.01, "fallbacks": 0.05}


def test_a_breach_rolls_back_and_names_the_guardrail() -> None:
    world = make_running_world(guardrails=GUARDRAILS)
    for _ in range(5):
        world.count(**{"calls.candidate.ok": 20, "calls.candidate.error": 20})
        world.step()
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Rollback", "Guardrail")
    assert "errors" in world.status.decision.message
    assert world.condition(conditions.READY).status == "True"


def test_a_candidate_that_answers_too_short_lists_is_rolled_back_by_its_fallbacks() -> None:
    world = make_running_world()
    for _ in range(5):
        world.fall_back("short", 30)
        world.step()
    assert world.status.decision is not None
    assert world.status.decision.reason == "Guardrail"
    assert "fallbacks is breached" in world.status.decision.message
    assert "(short " in world.status.decision.message
    assert "'/items'" in world.status.decision.message


def test_healthy_calls_breach_nothing() -> None:
    world = make_running_world(guardrails=GUARDRAILS)
    for _ in range(20):
        world.count(**{"calls.candidate.ok": 995, "calls.candidate.slow": 5, "requests.ok": 990})
        world.step()
    assert find_breach(world.run.guardrails) is None
    assert {reading.name for reading in world.run.guardrails} == {"errors", "latency", "fallbacks"}
