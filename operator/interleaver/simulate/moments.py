"""A moment: what happened between two looks, for many runs at once. Both engines are driven by nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from interleaver.experiment.counting.store import FAMILIES

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

VOTES: Final = ("votes.win", "votes.tie", "votes.loss")
COUNTS: Final = (  # by the ledger's names; what a moment holds, or the votes alone where all requests go well
    *VOTES,
    "requests.ok",
    "fallbacks.status",
    "fallbacks.short",
    "calls.candidate.ok",
    "calls.candidate.slow",
    "calls.candidate.error",
    "coins.candidate",
    "coins.champion",
)
FALLBACKS: Final = tuple(name for name in COUNTS if name.startswith("fallbacks."))
SHARED: Final = tuple(name for name in COUNTS if name.startswith(FAMILIES))  # what a vote store keeps


def weigh_columns(names: Iterable[str]) -> Integers:
    """How often each column of COUNTS is in the sum of some of the ledger's counts. What no moment holds stays 0."""
    summed = [part for name in names for part in (FALLBACKS if name == "requests.fallback" else (name,))]
    return np.array([summed.count(name) for name in COUNTS])


class Fault(IntEnum):
    """What happened to the router."""

    NONE = 0
    RESET = 1  # its process started anew, in the same pod
    LOST = 2  # its pod is gone and another one took its place


@dataclass(frozen=True, slots=True)
class Moments:
    """What happened in n runs since the former look. Counts have shape (n, 3), or (n, 11): columns as in COUNTS."""

    before: Integers  # counted before the fault: lost where there was one, unless it had been read or is in a store
    after: Integers  # counted since
    fault: npt.NDArray[Any]  # (n,) of Fault
    away: Flags  # (n,) whether the operator is away when the look is due

    def of(self, index: int) -> "Moments":
        """One run's moment alone."""
        chosen = slice(index, index + 1)
        return Moments(self.before[chosen], self.after[chosen], self.fault[chosen], self.away[chosen])


class Source(Protocol):
    """Where moments come from. Every call is one interval later."""

    def next(self, runs: Integers, steps: Integers) -> Moments:
        """The moments of these runs (their numbers, which are subsets of those before), at these steps of the ramp."""
        ...


class Recorded:
    """A source that keeps what another one said, so that each run can be replayed alone."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.moments: dict[int, list[tuple[int, Moments]]] = {}  # of each run: step in force, and the moment

    def next(self, runs: Integers, steps: Integers) -> Moments:
        moments = self.source.next(runs, steps)
        for index, (run, step) in enumerate(zip(runs.tolist(), steps.tolist(), strict=True)):
            self.moments.setdefault(run, []).append((step, moments.of(index)))
        return moments

    def replay(self, run: int) -> "Replayed":
        """What happened in one run."""
        return Replayed(list(self.moments.get(run, [])))


class Replayed:
    """A source that says once more what happened in one run. Raises ValueError when the ramp goes another way."""

    def __init__(self, moments: list[tuple[int, Moments]]) -> None:
        self.moments = iter(moments)

    def next(self, runs: Integers, steps: Integers) -> Moments:
        step, moment = next(self.moments)
        if steps.tolist() != [step]:
            raise ValueError(f"the run was at step {step}, and is at {steps.tolist()} now")
        return moment
