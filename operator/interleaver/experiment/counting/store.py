"""The vote store's totals: every router shows the same ones, so the greatest is right, and the sum never is.

A store that lost its memory begins a new epoch and counts from zero; what it had held before is kept in the base. A
router that has not noticed yet shows an older epoch, and is not heard.

A replica that takes over may lack the latest votes. Routers notice, and the store shows when; the greatest totals stand
until it has counted as many anew, so that an event that is sent again is counted once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from interleaver.api.observed import StoreReading
from interleaver.experiment.counting.counts import Counts, add_counts, check_counts

# What is counted in the store, and must then not be counted in the routers as well.
FAMILIES: Final = ("votes.", "conversions.", "place.", "coins.", "overall.")


@dataclass(frozen=True, slots=True)
class StoreMemory:
    """What is known of a run in the store. The epoch is in Unix milliseconds; 0 means that nothing was seen yet."""

    epoch: int = 0
    counts: Counts = field(default_factory=dict)  # the greatest that were seen of this epoch
    base: Counts = field(default_factory=dict)  # of epochs that are lost
    set_back: int = 0  # when routers last found that it lacks what it had acknowledged, in Unix milliseconds

    @property
    def totals(self) -> dict[str, int]:
        """The run's counts in all epochs. Counts of 0 are left out."""
        return add_counts(self.base, self.counts)

    def to_dict(self) -> dict[str, Any]:
        """The memory as JSON for the status."""
        document = {"epoch": self.epoch, "counts": dict(self.counts), "base": dict(self.base)}
        return document | {"setBack": self.set_back} if self.set_back else document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], where: str) -> "StoreMemory":
        """What `to_dict` wrote; an empty document is an empty memory. Raises ValueError naming the part."""
        epoch, set_back = (check_moment(document.get(name, 0), f"{where}.{name}") for name in ("epoch", "setBack"))
        counts = check_counts(document.get("counts", {}), f"{where}.counts")
        return cls(epoch, counts, check_counts(document.get("base", {}), f"{where}.base"), set_back)


def check_moment(value: Any, where: str) -> int:
    """Unix milliseconds. Raises ValueError naming the part."""
    if type(value) is not int or value < 0:
        raise ValueError(f"{where} must be a whole number of at least 0, not {value!r}")
    return value


def fold_store(memory: StoreMemory, shown: Iterable[StoreReading]) -> StoreMemory:
    """The memory after one look at what routers show of the store, in any order.

    Within an epoch counts only grow, so the greatest is the newest. The same look folded twice changes nothing, and a
    router that lags behind neither lowers nor doubles anything.
    """
    heard = sorted((one for one in shown if one.epoch >= max(1, memory.epoch)), key=attrgetter("epoch"))
    for epoch, readings in groupby(heard, key=attrgetter("epoch")):
        same = list(readings)
        if epoch > memory.epoch:
            memory = StoreMemory(epoch, {}, memory.totals, memory.set_back)
        counts = find_greatest(memory.counts, *(one.counts for one in same))
        set_back = max(memory.set_back, *(one.set_back for one in same))
        memory = StoreMemory(epoch, counts, memory.base, set_back)
    return memory


def find_greatest(*parts: Counts) -> dict[str, int]:
    """The greatest by name, sorted by name, without zeros."""
    names = sorted({name for part in parts for name in part})
    greatest = {name: max(part.get(name, 0) for part in parts) for name in names}
    return {name: number for name, number in greatest.items() if number}


def is_memory_lost(before: StoreMemory, after: StoreMemory) -> bool:
    """Whether the store forgot between two looks who had voted."""
    return 0 < before.epoch < after.epoch


def is_reached(memory: StoreMemory, shown: Iterable[StoreReading | None]) -> bool:
    """Whether some router reaches the store, and the store as it was last seen or newer.

    An epoch of 0 is a store that has had nothing to remember yet, or not since it lost its memory.
    """
    return any(one is not None and one.up and (one.epoch == 0 or one.epoch >= memory.epoch) for one in shown)


def leave_out_shared(counts: Counts) -> dict[str, int]:
    """A router's own counts without what the store counts."""
    return {name: number for name, number in counts.items() if not name.startswith(FAMILIES)}
