"""Metrics that are made when somebody asks for them, of what there is by then: series of what is gone end by itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from interleaver.api import names
from interleaver.api.names import Metric
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.visits import exported
from interleaver.controller.visits.visit import Key

FAMILIES: Final[dict[str, Any]] = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}
Series = Mapping[tuple[str, ...], float]  # by the values of its labels


class RunNumbers(NamedTuple):
    """What is shown of a run, and nothing else of it: a thousand of these are kept."""

    id: str
    percent: int
    votes: tuple[int, int, int]  # in the order of names.VOTES
    evidence: tuple[float, float, float] | None  # in the order of HYPOTHESES; None before the first look
    bar: float


class RunCollector(Collector):
    """The runs that go on."""

    def __init__(self, runs: Mapping[Key, RunNumbers]) -> None:
        self._runs = runs

    def collect(self) -> Iterator[Any]:
        runs = {(*key, run.id): run for key, run in self._runs.items()}
        told = {place: run.evidence for place, run in runs.items() if run.evidence}
        yield make(exported.PERCENT, {place: run.percent for place, run in runs.items()})
        yield make(exported.VOTES, spread((place, names.VOTES, run.votes) for place, run in runs.items()))
        yield make(exported.EVIDENCE, spread((place, exported.HYPOTHESES, some) for place, some in told.items()))
        yield make(exported.BAR, {place: run.bar for place, run in runs.items()})


class CallCollector(Collector):
    """The calls to the API server."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def collect(self) -> Iterator[Any]:
        yield make(exported.CALLS, {asked: count for asked, count in self._calls.counts.items()})
        yield make(exported.CALL_SECONDS, {(verb,): seconds for verb, seconds in self._calls.seconds.items()})


def spread(found: Iterable[tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]]) -> Series:
    """Series by one label more, each with its number."""
    return {
        (*place, value): number
        for place, values, numbers in found
        for value, number in zip(values, numbers, strict=True)
    }


def make(metric: Metric, series: Series) -> Any:
    """A metric with these series."""
    family = FAMILIES[metric.kind](metric.name, metric.help, labels=list(metric.labels))
    for values, number in series.items():
        family.add_metric(list(values), number)
    return family
