"""Guardrails that are breached by bad luck, over 14 days of looks."""

import numpy as np

from interleaver.experiment.guardrails.detectors import Guard
from interleaver.simulate.guards import Guards
from interleaver.simulate.moments import COUNTS

LOOKS, HALF_AN_HOUR = 14 * 48, 1800.0
CALLS_A_LOOK = 100
OK, ERROR = COUNTS.index("calls.candidate.ok"), COUNTS.index("calls.candidate.error")
ERRORS = Guard("errors", "ErrorRatio", 0.02)


def breach(rate: float, count: int) -> float:
    """In which share of so many runs a candidate that fails at this rate breaches the limit of 2 %."""
    random, guards = np.random.default_rng(7), Guards([ERRORS], count)
    runs, breached = np.arange(count), np.zeros(count, dtype=np.bool_)
    for number in range(LOOKS):
        look = np.zeros((count, len(COUNTS)), dtype=np.int64)
        look[:, ERROR] = random.binomial(CALLS_A_LOOK, rate, count)
        look[:, OK] = CALLS_A_LOOK - look[:, ERROR]
        guards.watch(runs, look, number * HALF_AN_HOUR)
        breached |= guards.find_breached(runs)
    return float(breached.mean())


def test_false_breaches_at_half_the_limit_are_rarer_than_one_run_in_a_hundred() -> None:
    assert breach(ERRORS.limit / 2, 1000) <= 0.01


def test_a_candidate_that_fails_half_as_often_again_as_allowed_is_found_out() -> None:
    assert breach(1.5 * ERRORS.limit, 100) > 0.95
