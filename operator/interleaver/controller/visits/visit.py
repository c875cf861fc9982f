"""What a visit of an experiment is made of: the core, the surroundings, what is remembered, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.api.status import Status
from interleaver.controller.acting.applying import Applied
from interleaver.controller.observing.looks import Memory


class Key(NamedTuple):
    """An experiment, by what names it in the cluster."""

    namespace: str
    name: str


@dataclass(frozen=True)
class Core:
    """The pure functions that decide; arguments, so that a test can decide otherwise."""

    advance: Callable[[Experiment, Observed, datetime], Status]
    desired: Callable[[Experiment, Observed], list[Manifest]]
    announce: Callable[[Experiment, Status], list[Any]]
    secret: Callable[[Metadata, str, str, str], Manifest]


@dataclass(frozen=True)
class Visit:
    """How a visit ended, and when to come back in seconds (None: when an event says so)."""

    result: str
    after: float | None = None


@dataclass
class Notes:
    """What this process remembers of an experiment between visits."""

    looks: Memory = field(default_factory=Memory)
    applied: Applied = field(default_factory=Applied)
    written: float = float("-inf")  # when the status was last written, on the monotonic clock
    secret: float = float("-inf")  # when the key Secret was last tried, likewise
    denied: tuple[str, ...] = ()  # the API server's words on objects that it did not take at the last visit
