"""What others used is recognised, and a noisy machine does not keep the benchmark from ending."""

from collections.abc import Iterator
from itertools import count

import pytest
from bench.router.noise import QUIET, REPEATS, Budget, Clock, count_core_ticks, find_foreign, measure_quietly

STAT = """cpu  1 1 1 1 1 1 1 1 0 0
cpu0 10 1 20 60 5 1 2 3 7 0
cpu1 40 0 10 50 0 0 0 0 0 0
cpu2 99 99 99 99 0 0 0 0 0 0
intr 12345
"""


def test_ticks_are_those_of_both_cores_and_what_was_stolen_is_busy() -> None:
    # cpu0: 102 in all (without 7 of guests, which user contains), 65 idle or waiting; cpu1: 100 in all, 50 idle.
    assert count_core_ticks(STAT) == (202, 87)


def test_foreign_is_what_was_neither_idle_nor_our_own() -> None:
    assert find_foreign(Clock(0, 0, 0), Clock(200, 150, 130)) == pytest.approx(10)


def test_coarse_ticks_never_make_it_negative() -> None:
    assert find_foreign(Clock(0, 0, 0), Clock(200, 150, 152)) == 0


def make_clock(*shares: int) -> Iterator[Clock]:
    """Clocks before and after measurements of 100 ticks, of which others had these shares."""
    for share in shares:
        yield Clock(0, 0, 0)
        yield Clock(100, share, 0)


def test_a_machine_that_is_never_quiet_is_measured_a_bounded_number_of_times() -> None:
    clocks, numbers = make_clock(30, 10, 20, 5), count(1)
    result, foreign = measure_quietly(lambda: next(numbers), lambda: next(clocks), Budget(60))
    assert next(numbers) == 1 + REPEATS + 1
    assert (result, foreign) == (2, 10)  # the quietest


def test_a_quiet_measurement_is_not_repeated() -> None:
    clocks = make_clock(round(QUIET))
    assert measure_quietly(lambda: "once", lambda: next(clocks), Budget(60)) == ("once", QUIET)


def test_no_repetition_is_allowed_when_the_budget_is_spent() -> None:
    budget = Budget(1)
    assert budget.allows(0)
    budget.left -= 1
    assert not budget.allows(0)
