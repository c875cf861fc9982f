"""Counting: from what routers showed at each look to totals that survive restarts of everything.

Routers count from zero whenever they start, and come and go with their pods. The ledger keeps each live router's last
reading, and the sum of all readings whose router is gone; it lives in the experiment's status, so that the operator may
die at any moment. Names of counts: `votes.win`, `votes.tie`, `votes.loss`, `conversions.<team>`, `requests.<outcome>`
(of the interleaved arm), `fallbacks.<reason>`; a count that is absent is 0. With a vote store the votes and all that
goes with them are counted there (counting/store.py), the rest in the routers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from interleaver.api.observed import StoreReading
from interleaver.experiment.counting.counts import Counts, add_counts
from interleaver.experiment.counting.ledger import (
    LOST,
    RESTARTED,
    STORE,
    STORE_LOST,
    STORE_SET_BACK,
    LastReading,
    Ledger,
    NewGap,
)
from interleaver.experiment.counting.store import fold_store, is_memory_lost

__all__ = ["Ledger", "Sample", "fold"]  # what others may build on


@dataclass(frozen=True, slots=True)
class Sample:
    """One router at one look. `counts` is None when the pod is there but could not be read."""

    pod: str
    start: str = ""  # start time of the router's process, as it prints it; "" when unknown
    counts: Counts | None = None
    terminating: bool = False


def fold(ledger: Ledger, samples: Iterable[Sample], shown: Iterable[StoreReading] = ()) -> Ledger:
    """The ledger after one look at every router that there is, and at what they show of the store, in any order.

    A pod that is not among the samples has vanished: its last reading moves into the base. A pod that could not be read
    keeps its last reading. A new start or a smaller count is a reset: the former reading moves into the base. The same
    look folded twice changes nothing. The list of pods must be a consistent one: a pod left out by mistake would be
    counted again when it is back. Raises ValueError for a pod that is listed twice.
    """
    seen = list_by_pod(samples)
    gone: list[Counts] = []
    gaps: list[NewGap] = []
    pods: dict[str, LastReading] = {}
    for pod, former in ledger.pods.items():
        sample = seen.get(pod)
        if sample is None:
            gone.append(former.counts)
            gaps += [] if former.terminating else [NewGap(pod, LOST)]
        elif sample.counts is None:
            pods[pod] = former
        elif is_reset(former, sample):
            gone.append(former.counts)
            gaps.append(NewGap(pod, RESTARTED))
    read = {pod: keep_reading(sample, sample.counts) for pod, sample in seen.items() if sample.counts is not None}
    store = fold_store(ledger.store, shown)
    gaps += [NewGap(STORE, STORE_LOST)] if is_memory_lost(ledger.store, store) else []
    gaps += [NewGap(STORE, STORE_SET_BACK)] if ledger.store.set_back < store.set_back else []
    return Ledger(add_counts(ledger.base, *gone), pods | read, store, tuple(sorted(gaps, key=lambda gap: gap.pod)))


def list_by_pod(samples: Iterable[Sample]) -> dict[str, Sample]:
    """The samples by pod. Raises ValueError for a pod that is listed twice."""
    seen: dict[str, Sample] = {}
    for sample in samples:
        if sample.pod in seen:
            raise ValueError(f"pod {sample.pod} is listed twice in one look")
        seen[sample.pod] = sample
    return seen


def is_reset(former: LastReading, sample: Sample) -> bool:
    """Whether the router counts from zero again since its last reading. An unknown start proves nothing."""
    if former.start and sample.start and former.start != sample.start:
        return True
    counts = sample.counts or {}
    return any(counts.get(name, 0) < count for name, count in former.counts.items())


def keep_reading(sample: Sample, counts: Counts) -> LastReading:
    """What the ledger remembers of a router that was read."""
    return LastReading(sample.start, add_counts(counts), sample.terminating)
