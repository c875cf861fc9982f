"""What becomes of requests when the candidate takes them and never answers."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.router.figures import find_percentile
from bench.router.load import run_paced
from bench.router.stage import set_stage
from bench.router.targets import Target

RATE: Final = 200  # requests per second
SECONDS: Final = 5.0
DEADLINE: Final = 300  # milliseconds that the candidate has
PATIENCE: Final = "2s"  # of the client; then the request has failed


@dataclass(frozen=True, slots=True)
class Hanging:
    """What one target came to. Milliseconds; infinite where most requests failed."""

    target: str
    sent: int
    failed: int
    first: float  # median of the first second
    later: float  # median of what was due after it


def run_hanging(targets: Iterable[Target], cache: Path) -> list[Hanging]:
    """Each target once, with a candidate that hangs from the first request on."""
    results = []
    for target in targets:
        with set_stage(target, cache, hang=True, milliseconds=DEADLINE) as stage:
            results.append(judge(target.name, run_paced(cache, stage.port, RATE, SECONDS, PATIENCE)))
        print(f"candidate hangs, {target.name}: {results[-1]}", file=sys.stderr, flush=True)
    return results


def judge(target: str, micros: list[int]) -> Hanging:
    """The figures of requests that were due at RATE."""
    waits = [each / 1000 if each >= 0 else float("inf") for each in micros]
    first, later = waits[:RATE], waits[RATE:]
    failed = sum(each < 0 for each in micros)
    return Hanging(target, len(micros), failed, find_percentile(first, 0.5), find_percentile(later, 0.5))
