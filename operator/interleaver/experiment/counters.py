"""Counting: from what routers showed at each look to totals that survive restarts of everything.

Routers count from zero whenever they start, and come and go with their pods. The ledger keeps each live router's last
reading, and the sum of all readings whose router is gone; it lives in the experiment's status, so that the operator may
die at any moment. Names of counts: `votes.win`, `votes.tie`, `votes.loss`, `conversions.<team>`, `requests.<outcome>`
(of the interleaved arm), `fallbacks.<reason>`; a count that is absent is 0. With a vote store the votes and all that
goes with them are counted there (store.py), the rest in the routers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from interleaver.api.observed import StoreReading
from interleaver.experiment.counts import Counts, add_counts, check_counts
from interleaver.experiment.store import Memory, fold_store, is_memory_lost

RESTARTED: Final = "Restarted"
LOST: Final = "Lost"
STORE_LOST: Final = "StoreLost"
DROPPED: Final = "Dropped"
STORE: Final = "store"  # where a gap of the store's stands instead of a pod's name


@dataclass(frozen=True, slots=True)
class Sample:
    """One router at one look. `counts` is None when the pod is there but could not be read."""

    pod: str
    start: str = ""  # start time of the router's process, as it prints it; "" when unknown
    counts: Counts | None = None
    terminating: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The last counts that a live router showed, and whether its pod was being terminated by then."""

    start: str
    counts: Counts
    terminating: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Votes may be missing: what the router counted after its last reading is not known.

    Restarted: its process started anew or a counter fell. Lost: it vanished without having been read while terminating.
    Dropped: events never reached the store. StoreLost: the store forgot the run, so units may vote a second time.
    """

    pod: str
    reason: Literal["Restarted", "Lost", "Dropped", "StoreLost"]


@dataclass(frozen=True)  # without slots, so that the totals are added up once
class Ledger:
    """All that was counted in a run.

    `gaps` are those that the last fold found: a report, each gap once, and no part of what is remembered or compared.
    """

    base: Counts = field(default_factory=dict)  # of routers that are gone
    pods: Mapping[str, Reading] = field(default_factory=dict)  # of live routers, by pod
    store: Memory = field(default_factory=Memory)  # what the vote store counts
    gaps: tuple[Gap, ...] = field(default=(), compare=False)

    @cached_property
    def totals(self) -> Counts:
        """The run's counts over all routers, the gone ones included, and the store. Counts of 0 are left out."""
        return add_counts(self.base, *(reading.counts for reading in self.pods.values()), self.store.totals)

    def to_dict(self) -> dict[str, Any]:
        """The ledger as JSON for the status. Gaps are left out: they are the caller's to date and to keep."""
        document = {"base": dict(self.base), "pods": {pod: write_reading(self.pods[pod]) for pod in sorted(self.pods)}}
        return document | {"store": self.store.to_dict()} if self.store.epoch else document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Ledger":
        """The ledger that `to_dict` wrote; an empty document is an empty ledger. Raises ValueError naming the part."""
        pods, store = document.get("pods", {}), document.get("store", {})
        for name, part in {"pods": pods, "store": store}.items():
            if not isinstance(part, Mapping):
                raise ValueError(f"ledger.{name} is no object")
        return cls(
            base=check_counts(document.get("base", {}), "ledger.base"),
            pods={pod: read_reading(reading, f"ledger.pods.{pod}") for pod, reading in pods.items()},
            store=Memory.from_dict(store, "ledger.store"),
        )


def fold(ledger: Ledger, samples: Iterable[Sample], shown: Iterable[StoreReading] = ()) -> Ledger:
    """The ledger after one look at every router that there is, and at what they show of the store, in any order.

    A pod that is not among the samples has vanished: its last reading moves into the base. A pod that could not be read
    keeps its last reading. A new start or a smaller count is a reset: the former reading moves into the base. The same
    look folded twice changes nothing. The list of pods must be a consistent one: a pod left out by mistake would be
    counted again when it is back. Raises ValueError for a pod that is listed twice.
    """
    seen = list_by_pod(samples)
    gone: list[Counts] = []
    gaps: list[Gap] = []
    pods: dict[str, Reading] = {}
    for pod, former in ledger.pods.items():
        sample = seen.get(pod)
        if sample is None:
            gone.append(former.counts)
            gaps += [] if former.terminating else [Gap(pod, LOST)]
        elif sample.counts is None:
            pods[pod] = former
        elif is_reset(former, sample):
            gone.append(former.counts)
            gaps.append(Gap(pod, RESTARTED))
    read = {pod: keep_reading(sample, sample.counts) for pod, sample in seen.items() if sample.counts is not None}
    store = fold_store(ledger.store, shown)
    gaps += [Gap(STORE, STORE_LOST)] if is_memory_lost(ledger.store, store) else []
    return Ledger(add_counts(ledger.base, *gone), pods | read, store, tuple(sorted(gaps, key=lambda gap: gap.pod)))


def list_by_pod(samples: Iterable[Sample]) -> dict[str, Sample]:
    """The samples by pod. Raises ValueError for a pod that is listed twice."""
    seen: dict[str, Sample] = {}
    for sample in samples:
        if sample.pod in seen:
            raise ValueError(f"pod {sample.pod} is listed twice in one look")
        seen[sample.pod] = sample
    return seen


def is_reset(former: Reading, sample: Sample) -> bool:
    """Whether the router counts from zero again since its last reading. An unknown start proves nothing."""
    if former.start and sample.start and former.start != sample.start:
        return True
    counts = sample.counts or {}
    return any(counts.get(name, 0) < count for name, count in former.counts.items())


def keep_reading(sample: Sample, counts: Counts) -> Reading:
    """What the ledger remembers of a router that was read."""
    return Reading(sample.start, add_counts(counts), sample.terminating)


def write_reading(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; `terminating` only when it is true, for most pods are not."""
    document: dict[str, Any] = {"start": reading.start, "counts": dict(reading.counts)}
    return document | {"terminating": True} if reading.terminating else document


def read_reading(document: Any, where: str) -> Reading:
    """The reading that `write_reading` wrote. Raises ValueError naming the part that is not one."""
    if not isinstance(document, Mapping) or not isinstance(document.get("start"), str):
        raise ValueError(f"{where} is no reading")
    counts = check_counts(document.get("counts", {}), f"{where}.counts")
    return Reading(document["start"], counts, document.get("terminating") is True)
