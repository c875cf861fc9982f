"""How many pods a revision needs: what `advance` waits for is what `desired` asks for."""

from math import ceil

from interleaver.api.status import Run
from interleaver.api.v1alpha1 import Spec


def serving_size(spec: Spec) -> int:
    """Pods of the serving revision. Several routers count right only with a vote store, so without one it is 1."""
    return spec.replicas if spec.store else 1


def candidate_size(run: Run, replicas: int) -> int:
    """Pods of the candidate: enough for the rung being taken, and for everybody before it is promoted."""
    if run.stage == "Promoting":
        return replicas
    return size_at(replicas, run.plan.traffic.steps[run.step].percent)


def size_at(replicas: int, percent: int) -> int:
    """How many candidate pods carry `percent` of the units: ceil(replicas * percent / 100), at least one."""
    return max(1, ceil(replicas * percent / 100))
