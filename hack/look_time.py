"""How much processor time one look of the operator takes, every count of a router being there.

    PYTHONPATH=operator .venv/bin/python -m hack.look_time [--looks 500]

Prints milliseconds of CPU, the median of many looks: of the evaluation proper (all e-values, the interval, the
allocation, three guardrails) and of `advance` as a whole, which folds the counters, reckons the time that is left and
words the conditions.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from interleaver.api.experiment import Experiment
from interleaver.api.observed import Observed
from interleaver.api.status import Run
from interleaver.api.v1alpha1 import Guardrail
from interleaver.experiment.counting.exposition import COUNTS
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.guardrails.detectors import watch
from interleaver.experiment.run import advance
from interleaver.experiment.weighing.allocation import check_allocation
from interleaver.experiment.weighing.evidence import weigh, weigh_run
from interleaver.simulate.cluster import Cluster
from interleaver.simulate.scenario import Scenario

INTERVAL: Final = timedelta(seconds=30)
GUARDRAILS: Final = (
    Guardrail(name="errors", metric="ErrorRatio", max="0.02"),
    Guardrail(name="latency", metric="LatencyP99", max="250ms"),
)  # and the one on fallbacks, which is always there
TIMES: Final = {"calls.candidate.ok": 500, "requests.ok": 500, "conversions.neutral": 200}  # at a look, beside 1 each
ABSENT: Final = ("fallbacks.", "store.", "overall.", "feedback.", "calls.candidate.timeout")

Look = tuple[Experiment, Observed, datetime]


def make_looks(number: int) -> Iterator[Look]:
    """A run on its first step, at one look after the other."""
    cluster = Cluster(Scenario(guardrails=GUARDRAILS))
    cluster.start()
    names = [name for name in COUNTS.values() if not name.startswith(ABSENT)]
    experiment, seen, now = cluster.experiment, cluster.observe(), cluster.now
    for look in range(1, number + 1):
        counts = {name: TIMES.get(name, 1) * look for name in names}
        readings = tuple(replace(reading, counts=counts) for reading in seen.readings or ())
        observed = replace(seen, readings=readings)
        now += INTERVAL
        yield experiment, observed, now
        experiment = experiment.model_copy(update={"status": advance(experiment, observed, now)})


def evaluate(run: Run, now: datetime) -> None:
    """All e-values, the interval, the allocation and three guardrails, without what words and remembers them."""
    weigh.cache_clear()
    weigh_run(run)
    check_allocation(run)
    watch(run.plan, run.guardrails, read_ledger(run).totals, now)


def clock(work: Callable[[], object]) -> float:
    """Milliseconds of CPU that the work takes."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def measure(look: Look) -> tuple[float, float]:
    """Of one look: the evaluation, and the whole of `advance`."""
    experiment, observed, now = look
    run = experiment.status.run
    assert run is not None
    assert run.stage == "Running"
    alone = clock(lambda: evaluate(run, now))
    weigh.cache_clear()
    return alone, clock(lambda: advance(experiment, observed, now))


def main() -> None:
    """Print the medians, and what nine looks of ten stay below."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=int, default=500)
    alone, whole = zip(*map(measure, make_looks(parser.parse_args().looks)), strict=True)
    for name, times in {"evaluation": alone, "advance": whole}.items():
        print(f"{name}: {median(times):.2f} ms of CPU, nine of ten below {sorted(times)[len(times) * 9 // 10]:.2f} ms")


if __name__ == "__main__":
    main()
