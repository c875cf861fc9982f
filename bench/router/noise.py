"""How much of the two cores others used while something was measured."""

import os
import resource
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from bench.router.processes import LOAD_CORE, TARGET_CORE, count_ticks

T = TypeVar("T")

QUIET: Final = 4.0  # percent of both cores that others may use before a measurement is repeated
REPEATS: Final = 2  # of one measurement; then the quietest is kept, and the table shows how quiet it was


class Clock(NamedTuple):
    """Clock ticks since some beginning: that passed on both cores, that they were busy, and that were our own."""

    passed: int
    busy: int
    own: int


def read_clock(sessions: Iterable[int]) -> Clock:
    """The clock of now. `sessions` are the programs that belong to the measurement, beside this process."""
    passed, busy = count_core_ticks(Path("/proc/stat").read_text())
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages) * os.sysconf("SC_CLK_TCK")
    return Clock(passed, busy, round(own) + sum(count_ticks(session) for session in sessions))


def count_core_ticks(text: str) -> tuple[int, int]:
    """All ticks and the busy ones of both cores by /proc/stat. What a hypervisor stole is busy: somebody had it."""
    passed = idle = 0
    for line in text.splitlines():
        name, *numbers = line.split()
        if name in (f"cpu{TARGET_CORE}", f"cpu{LOAD_CORE}"):
            ticks = [int(number) for number in numbers[:8]]  # without guests, which user contains already
            passed += sum(ticks)
            idle += ticks[3] + ticks[4]
    return passed, passed - idle


def find_foreign(before: Clock, after: Clock) -> float:
    """Percent of both cores' time that was neither idle nor our own; ticks are coarse, so never below zero."""
    passed = max(1, after.passed - before.passed)
    return max(0.0, 100 * (after.busy - before.busy - (after.own - before.own)) / passed)


class Budget:
    """The seconds that repetitions may take in all: on a machine that is never quiet the benchmark ends too."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def allows(self, repeats: int) -> bool:
        return repeats < REPEATS and self.left > 0


def measure_quietly(measure: Callable[[], T], clock: Callable[[], Clock], budget: Budget) -> tuple[T, float]:
    """A result and the percent of both cores that others used meanwhile; measured again while that is too much."""
    tries: list[tuple[float, T]] = []
    while not tries or (tries[-1][0] > QUIET and budget.allows(len(tries) - 1)):
        before, start = clock(), time.monotonic()
        result = measure()
        if tries:
            budget.left -= time.monotonic() - start
        tries.append((find_foreign(before, clock()), result))
    foreign, result = min(tries, key=lambda each: each[0])
    return result, foreign
