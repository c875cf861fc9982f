"""What a visit of an experiment is made of: the core, the surroundings, what is remembered, and how it ended."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from interleaver.controller.acting.applying import Applied
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.observing.looks import PastLooks


class Key(NamedTuple):
    """An experiment, by what names it in the cluster."""

    namespace: str
    name: str


class Subject(NamedTuple):
    """What is being visited."""

    namespace: str
    name: str
    run: str = ""  # that goes on, or has just ended; empty: none does


# Of the visit that goes on here and now, and of what it has set going. Every line of the log names it
# (process/log_lines.py), so that no line has to.
SUBJECT: Final[ContextVar[Subject | None]] = ContextVar("subject", default=None)


@dataclass(frozen=True)
class Visit:
    """How a visit ended, and when to come back in seconds (None: when an event says so)."""

    result: str
    after: float | None = None


@dataclass
class Notes:
    """What this process remembers of an experiment between visits."""

    uid: str  # which experiment it is: one of the same name that is made anew is another
    looks: PastLooks = field(default_factory=PastLooks)
    applied: Applied = field(default_factory=Applied)
    written: float = float("-inf")  # when the status was last written, on the monotonic clock
    key_tried: float = float("-inf")  # when the key Secret was last tried and was there, likewise
    key_policy: str = ""  # the deletionPolicy that it went by then
    keys_made: bool = False  # whether that Secret is ours
    refused: Refused = NOTHING  # what could not be applied at the last visit
    moved: float | None = None  # when a visit last changed anything, on the monotonic clock
