"""Which metrics of rankings are measured: those that always are, at every depth, and those that a gate asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.measures.custom import CustomMetric
from interleaver.lab.measures.names import Named, UnknownMetric, parse
from interleaver.lab.measures.walking import READ
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

AT_EVERY_DEPTH: Final = (
    "P", "R", "AP", "nDCG", "nDCG_exp", "ERR", "RR", "success", "judged", "overlap", "coverage", "novelty",
)  # fmt: skip
ALWAYS: Final = ("AP", "flips", "latency_p50_ms", "latency_p99_ms", "answer_bytes", "errors")

COUNTED_THREE_WAYS: Final = frozenset(READ) - {"judged"}
"""What unjudged items change, if they are not irrelevant."""


@dataclass(frozen=True)
class Plan:
    """Everything that is measured, by how it is."""

    names: tuple[Named, ...]
    customs: tuple[CustomMetric, ...]
    first_depth: int
    """The depth at which an answer is right or wrong."""

    def of(self, *bases: str) -> list[Named]:
        """The names of these families."""
        return [name for name in self.names if name.family and name.family.base in bases]

    @property
    def walked(self) -> list[Named]:
        """What is read off lists query by query."""
        return self.of(*READ)

    @property
    def deepest(self) -> int:
        """How far down lists are looked at."""
        return max((name.depth for name in self.names if name.depth), default=1)


def plan(settings: Settings, customs: Sequence[CustomMetric]) -> Plan:
    """Raises Unusable for a metric that nobody knows."""
    own = tuple(custom for custom in customs if custom.task is Task.RANKING)
    written = [f"{base}@{depth}" for base in AT_EVERY_DEPTH for depth in settings.depths]
    wanted = dict.fromkeys([*written, *ALWAYS, *(custom.metric.name for custom in own), *settings.metrics])
    try:
        names = tuple(parse(name, Task.RANKING, [custom.metric for custom in own]) for name in wanted)
    except UnknownMetric as unknown:
        raise Unusable("metrics", str(unknown)) from None
    return Plan(names, own, min(settings.depths))
