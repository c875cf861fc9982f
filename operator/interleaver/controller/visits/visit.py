"""What a visit of an experiment is made of: the core, the surroundings, what is remembered, and how it ended."""

from dataclasses import dataclass, field
from typing import NamedTuple

from interleaver.controller.acting.applying import Applied
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.observing.looks import PastLooks


class Key(NamedTuple):
    """An experiment, by what names it in the cluster."""

    namespace: str
    name: str


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
    keys_made: bool = False  # whether that Secret is ours
    refused: Refused = NOTHING  # what could not be applied at the last visit
