"""Rounds: every target freshly started, in an order that is shuffled each time."""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import Final, NamedTuple

from bench.router.figures import Sample, find_percentile
from bench.router.load import look_into_answers, run_closed, run_paced
from bench.router.noise import Budget, measure_quietly, read_clock
from bench.router.processes import read_memory, read_processor
from bench.router.stage import Stage, set_stage
from bench.router.targets import Target

CONNECTIONS: Final = (1, 16, 64)
RATE: Final = 1000  # requests per second of the constant load
WARM_UP: Final = 1  # second; wrk takes whole ones


class Plan(NamedTuple):
    """What is measured, and for how long."""

    targets: Sequence[Target]
    rounds: int
    seconds: int  # of each load
    repeats: float  # seconds that repetitions may take in all
    cache: Path


class Load(NamedTuple):
    """What one closed loop came to."""

    rate: float  # requests per second
    micros: float  # of the target's processor time per request
    errors: int


def run_rounds(plan: Plan, chance: random.Random) -> Iterator[Sample]:
    """All samples, as they come."""
    budget = Budget(plan.repeats)
    for number in range(1, plan.rounds + 1):
        targets = list(plan.targets)
        chance.shuffle(targets)
        for target in targets:
            start = time.monotonic()
            with set_stage(target, plan.cache) as stage:
                sample = measure(stage, number, plan, budget)
            tell(sample, time.monotonic() - start)
            yield sample


def measure(stage: Stage, number: int, plan: Plan, budget: Budget) -> Sample:
    """One target in one round."""
    clock = partial(read_clock, {stage.session, stage.models})
    run_closed(stage.port, 16, WARM_UP)
    with look_into_answers(stage.port, stage.target.kind) as looks:
        loads = {
            connections: measure_quietly(partial(load, stage, connections, plan.seconds), clock, budget)
            for connections in CONNECTIONS
        }
    fallbacks, memory = stage.count_fallbacks(), read_memory(stage.session)
    paced, noise = measure_quietly(partial(run_paced, plan.cache, stage.port, RATE, plan.seconds), clock, budget)
    waits = [micros / 1000 if micros >= 0 else inf for micros in paced]
    return Sample(
        target=stage.target.name,
        round=number,
        rates={connections: each.rate for connections, (each, _) in loads.items()},
        micros={connections: each.micros for connections, (each, _) in loads.items()},
        p50=find_percentile(waits, 0.5),
        p99=find_percentile(waits, 0.99),
        memory=memory,
        errors=sum(each.errors for each, _ in loads.values()) + sum(micros < 0 for micros in paced),
        looked_into=len(looks.asked),
        faults=len(looks.faults),
        fallbacks=fallbacks,
        foreign=max(noise, *(each for _, each in loads.values())),
    )


def load(stage: Stage, connections: int, seconds: int) -> Load:
    """One closed loop, and the processor time that it took the target."""
    before = read_processor(stage.session)
    closed = run_closed(stage.port, connections, seconds)
    used = read_processor(stage.session) - before
    return Load(closed.requests / closed.seconds, 1e6 * used / max(1, closed.requests), closed.errors)


def tell(sample: Sample, seconds: float) -> None:
    """A line of progress."""
    rates = " ".join(f"{rate:,.0f}" for rate in sample.rates.values())
    words = f"round {sample.round} {sample.target}: {rates} requests/s, p99 {sample.p99:.2f} ms"
    micros = list(sample.micros.values())[-1]
    words += f", {micros:.0f} µs of processor a request"
    print(f"{words}, foreign {sample.foreign:.0f} % ({seconds:.0f} s)", file=sys.stderr, flush=True)
