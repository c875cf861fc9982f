"""The operator's own metrics, as it counts them. What each is stands in exported.py."""

from collections.abc import Callable
from itertools import product
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from interleaver.api.names import Metric
from interleaver.api.run import Run
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.visits import exported
from interleaver.controller.visits.collecting import CallCollector, RunCollector, RunNumbers
from interleaver.controller.visits.visit import Key

MAKERS: Final[dict[str, Any]] = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each counter was made: one series more for each, that nobody asks for


def read_run(run: Run) -> RunNumbers:
    """The numbers of a run."""
    tally, said = run.tally, run.evidence
    evidence = (float(said.on_par), float(said.better), float(said.harm)) if said else None
    votes = (tally.wins, tally.ties, tally.losses)
    return RunNumbers(run.id, run.percent, votes, evidence, 1 / float(run.plan.analysis.alpha))


class Metrics:
    """What an SRE may ask of the operator, in a registry of its own."""

    def __init__(
        self,
        depth: Callable[[], int],
        is_leading: Callable[[], bool] = lambda: True,
        calls: Calls | None = None,
    ) -> None:
        self.registry = CollectorRegistry()
        self._visits = self._make(exported.VISITS)
        self._seconds = self._make(exported.VISIT_SECONDS)
        self._success = self._make(exported.LAST_SUCCESS)
        self._looks = self._make(exported.LOOKS)
        self._unread = self._make(exported.UNREAD)
        self._deliveries = self._make(exported.DELIVERIES)
        self._verdicts = self._make(exported.VERDICTS)
        self._stages = self._make(exported.EXPERIMENTS)
        self._make(exported.QUEUE).set_function(depth)
        self._make(exported.LEADER).set_function(is_leading)
        self._of: dict[Key, str] = {}
        self._runs: dict[Key, RunNumbers] = {}
        self.registry.register(RunCollector(self._runs))
        self.registry.register(CallCollector(calls or Calls()))

    def _make(self, metric: Metric) -> Any:
        """The metric, with all of its series from the start."""
        made = MAKERS[metric.kind](metric.name, metric.help, list(metric.labels), registry=self.registry)
        for values in product(*metric.labels.values()) if metric.labels else ():
            made.labels(*values)
        return made

    def visited(self, result: str, seconds: float, at: float) -> None:
        """One visit has ended; `at` is Unix time."""
        self._visits.labels(result).inc()
        self._seconds.observe(seconds)
        if result != "error":
            self._success.set(at)

    def looked(self, unread: int) -> None:
        """One look has ended, at which so many routers could not be read."""
        self._looks.inc()
        self._unread.inc(unread)

    def told(self, result: str) -> None:
        """One attempt to tell of a verdict has ended."""
        self._deliveries.labels(result.lower()).inc()

    def decided(self, verdict: str) -> None:
        """A verdict was written."""
        self._verdicts.labels(verdict).inc()

    def stage(self, key: Key, stage: str | None, run: Run | None = None) -> None:
        """An experiment is at a stage, and a run of it goes on or does not; None when it is gone."""
        if run is not None:
            self._runs[key] = read_run(run)
        else:
            self._runs.pop(key, None)
        former = self._of.pop(key, None)
        if stage is not None:
            self._of[key] = stage
        if former == stage:
            return
        if former is not None:
            self._stages.labels(former).dec()
        if stage is not None:
            self._stages.labels(stage).inc()

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)
