"""The operator's own metrics."""

from collections import Counter as Tally
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from interleaver.controller.visits.visit import Key

RESULTS: Final = ("unchanged", "written", "conflict", "invalid", "gone", "error")
STAGES: Final = ("Idle", "Preparing", "Running", "Promoting", "RollingBack", "Settling", "Invalid")


class Metrics:
    """What an SRE may ask of the operator, in a registry of its own."""

    def __init__(self, depth: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self._visits = Counter(
            "interleaver_operator_reconciles", "Visits of experiments by result.", ["result"], registry=self.registry
        )
        self._seconds = Histogram(
            "interleaver_operator_reconcile_seconds", "Duration of a visit.", registry=self.registry
        )
        self._success = Gauge(
            "interleaver_operator_last_success_timestamp_seconds",
            "Unix time of the last visit that went well.",
            registry=self.registry,
        )
        self._looks = Counter("interleaver_operator_looks", "Readings of all routers.", registry=self.registry)
        self._unread = Counter(
            "interleaver_operator_routers_unread", "Routers that a look could not read.", registry=self.registry
        )
        self._stages = Gauge(
            "interleaver_operator_experiments", "Experiments by stage.", ["stage"], registry=self.registry
        )
        waiting = Gauge("interleaver_operator_queue_depth", "Experiments waiting for a visit.", registry=self.registry)
        waiting.set_function(depth)
        self._of: dict[Key, str] = {}
        for result in RESULTS:
            self._visits.labels(result)
        self._count_stages()

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

    def stage(self, key: Key, stage: str | None) -> None:
        """An experiment is at a stage; None when it is gone."""
        if stage is None:
            self._of.pop(key, None)
        else:
            self._of[key] = stage
        self._count_stages()

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _count_stages(self) -> None:
        counts = Tally(self._of.values())
        for stage in STAGES:
            self._stages.labels(stage).set(counts[stage])
