"""How many pods a revision needs: what `advance` waits for is what `desired` asks for."""

from math import ceil
from typing import Final

from interleaver.api.status import Run
from interleaver.api.v1alpha1 import Spec

COMPARING: Final = ("Preparing", "Running", "Promoting")  # stages in which votes count


def serving_size(spec: Spec, run: Run | None) -> int:
    """Pods of the serving revision: one while a run keeps its votes in a router's memory, where no other sees them."""
    is_alone = run is not None and run.stage in COMPARING and run.plan.store is None
    return 1 if is_alone else spec.replicas


def candidate_size(run: Run, replicas: int) -> int:
    """Pods of the candidate: enough for the rung being taken, and for everybody before it is promoted."""
    if run.stage == "Promoting":
        return replicas
    return size_at(replicas, run.plan.traffic.steps[run.step].percent)


def size_at(replicas: int, percent: int) -> int:
    """How many candidate pods carry `percent` of the units: ceil(replicas * percent / 100), at least one."""
    return max(1, ceil(replicas * percent / 100))
