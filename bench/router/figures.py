"""Figures from samples: medians and ranges over rounds, and ratios inside a round. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """What one target came to in one round."""

    target: str
    round: int
    rates: dict[int, float]  # requests per second by connections
    micros: dict[int, float]  # of processor time that the target used for one of them; others disturb it little
    p50: float  # ms from the instant at which a request was due, at a constant rate
    p99: float
    memory: float  # MB
    errors: int  # requests that failed under any load
    looked_into: int  # answers
    faults: int  # of these
    fallbacks: int | None  # None = it does not count them
    foreign: float  # percent of both cores that others used during the worst measurement


def read_micros(connections: int, sample: Sample) -> float:
    """Microseconds of processor time per request at so many connections."""
    return sample.micros[connections]


def read_rate(connections: int, sample: Sample) -> float:
    """Requests per second at so many connections."""
    return sample.rates[connections]


@dataclass(frozen=True, slots=True)
class Range:
    """A median with the least and the greatest of its rounds."""

    median: float
    low: float
    high: float


def summarise(values: Sequence[float]) -> Range | None:
    """None for no values."""
    return Range(median(values), min(values), max(values)) if values else None


def find_percentile(values: Iterable[float], share: float) -> float:
    """The least value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples of a benchmark."""

    all: tuple[Sample, ...]

    def of(self, target: str) -> list[Sample]:
        return [sample for sample in self.all if sample.target == target]

    def summarise(self, target: str, figure: Callable[[Sample], float | None]) -> Range | None:
        """A figure of a target over its rounds."""
        return summarise([value for sample in self.of(target) if (value := figure(sample)) is not None])

    def compare(self, target: str, other: str, relate: Callable[[Sample, Sample], float]) -> Range | None:
        """How a target stands to another one: related inside each round, for a machine has better and worse minutes."""
        others = {sample.round: sample for sample in self.of(other)}
        pairs = [(sample, others[sample.round]) for sample in self.of(target) if sample.round in others]
        return summarise([relate(sample, beside) for sample, beside in pairs])

    def divide_rates(self, target: str, other: str, connections: int) -> Range | None:
        """Requests per second of a target divided by those of another one."""
        return self.compare(target, other, lambda a, b: a.rates[connections] / b.rates[connections])

    def divide_micros(self, target: str, other: str, connections: int) -> Range | None:
        """Requests per second of processor time of a target divided by those of another one."""
        return self.compare(target, other, lambda a, b: b.micros[connections] / a.micros[connections])
