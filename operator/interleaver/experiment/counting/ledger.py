"""The ledger: all that was counted in a run, as its status keeps it, and read out of it once for all that ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from interleaver.api.once import once
from interleaver.api.status import Run
from interleaver.experiment.counting.counts import Counts, add_counts, check_counts
from interleaver.experiment.counting.store import StoreMemory

RESTARTED: Final = "Restarted"
LOST: Final = "Lost"
STORE_LOST: Final = "StoreLost"
STORE_SET_BACK: Final = "StoreSetBack"
DROPPED: Final = "Dropped"
# What a run may count in all: an honest one never gets there, and what the status keeps must stay a number of 64 bits.
MOST: Final = 1 << 53
STORE: Final = "store"  # where a gap of the store's stands instead of a pod's name


@dataclass(frozen=True, slots=True)
class LastReading:
    """The last counts that a live router showed, and whether its pod was being terminated by then."""

    start: str
    counts: Counts
    terminating: bool = False


@dataclass(frozen=True, slots=True)
class NewGap:
    """Votes may be missing: what the router counted after its last reading is not known.

    Restarted: its process started anew or a counter fell. Lost: it vanished without having been read while terminating.
    Dropped: events never reached the store. StoreLost: the store forgot the run, so units may vote a second time.
    StoreSetBack: a server took over that lacks the latest votes, so those units may vote a second time.
    """

    pod: str
    reason: Literal["Restarted", "Lost", "Dropped", "StoreLost", "StoreSetBack"]


@dataclass(frozen=True)  # without slots, so that the totals are added up once
class Ledger:
    """All that was counted in a run.

    `gaps` are those that the last fold found: a report, each gap once, and no part of what is remembered or compared.
    """

    base: Counts = field(default_factory=dict)  # of routers that are gone
    pods: Mapping[str, LastReading] = field(default_factory=dict)  # of live routers, by pod
    store: StoreMemory = field(default_factory=StoreMemory)  # what the vote store counts
    gaps: tuple[NewGap, ...] = field(default=(), compare=False)

    @cached_property
    def totals(self) -> Counts:
        """The run's counts over all routers, the gone ones included, and the store. Counts of 0 are left out."""
        return add_counts(self.base, *(reading.counts for reading in self.pods.values()), self.store.totals)

    def find_overflow(self, *shown: Counts) -> str | None:
        """The count that would get larger than any can be if this were added; None when there is room."""
        totals = self.totals
        return next((name for one in shown for name in one if totals.get(name, 0) + one[name] > MOST), None)

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
            store=StoreMemory.from_dict(store, "ledger.store"),
        )


def write_reading(reading: LastReading) -> dict[str, Any]:
    """A reading as JSON; `terminating` only when it is true, for most pods are not."""
    document: dict[str, Any] = {"start": reading.start, "counts": dict(reading.counts)}
    return document | {"terminating": True} if reading.terminating else document


def read_reading(document: Any, where: str) -> LastReading:
    """The reading that `write_reading` wrote. Raises ValueError naming the part that is not one."""
    if not isinstance(document, Mapping) or not isinstance(document.get("start"), str):
        raise ValueError(f"{where} is no reading")
    counts = check_counts(document.get("counts", {}), f"{where}.counts")
    return LastReading(document["start"], counts, document.get("terminating") is True)


def write_ledger(ledger: Ledger) -> dict[str, Any]:
    """The ledger as the run keeps it. Who reads it there gets this ledger, with its totals added up."""
    document = ledger.to_dict()
    read_document.remember(document, ledger)
    return document


def read_ledger(run: Run) -> Ledger:
    """The run's ledger. Raises ValueError naming the part of the document that is none."""
    return read_document(run.ledger)


@once
def read_document(document: Mapping[str, Any]) -> Ledger:
    """The ledger that a document holds."""
    return Ledger.from_dict(document)
