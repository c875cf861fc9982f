"""What a record keeps of guardrails on counters: the numbers in a point of `status.run.measured`, behind its time.

Each metric needs its events and what they are among; what several of them need is kept once. Records exist, and runs
that outlast a version of the operator: the order never changes, and what a new metric needs comes last.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from interleaver.api.guardrail_metrics import TABLE, GuardrailMetric, find_metric


class Column(NamedTuple):
    """One number of a point: the events of a metric (0), or what they are among (1)."""

    metric: str
    part: int

    @property
    def counts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The counts that make it, and those that are left out of it again."""
        metric = find_metric(self.metric)
        return (metric.trials.counts, metric.trials.excused) if self.part else (metric.events, ())

    @property
    def words(self) -> str:
        """What it is of its trials."""
        return "and all" if self.part else find_metric(self.metric).words


OLDEST: Final = (  # the first records have these and no others
    Column("ErrorRatio", 0),
    Column("LatencyP99", 0),
    Column("ErrorRatio", 1),
    Column("FallbackRatio", 0),
    Column("FallbackRatio", 1),
)


def list_columns(metrics: Iterable[GuardrailMetric]) -> Iterator[Column]:
    """The columns that these metrics need, each once."""
    kept: set[tuple[tuple[str, ...], tuple[str, ...]]] = {((), ())}
    for column in [*OLDEST, *(Column(metric.name, part) for metric in metrics for part in (0, 1))]:
        if column.counts not in kept:
            kept.add(column.counts)
            yield column


COLUMNS: Final = tuple(list_columns(TABLE))


def describe_columns() -> str:
    """What stands behind the time, in words."""
    groups = groupby(COLUMNS, key=lambda column: find_metric(column.metric).trials.words)
    return "; ".join(f"{trials} {', '.join(column.words for column in columns)}" for trials, columns in groups)
