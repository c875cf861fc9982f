"""Whether a new status is worth a write now, or may wait until metrics.interval is over. Pure."""

from collections.abc import Iterable
from typing import Final

from interleaver.api import conditions
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Reading
from interleaver.api.status import Run, Status

# What moves at every look. Everything else is a transition, and is written at once.
COUNTERS: Final = (
    "votes",
    "tally",
    "conversions",
    "evidence",
    "position",
    "estimate",
    "flow",
    "looked_at",
    "unread",
    "ledger",
    "guardrails",
    "trail",
    "measured",
    "probation",
    "trouble",
)
COUNTED: Final = frozenset(Run.model_fields[name].alias or name for name in COUNTERS)  # as the API server has them
TOLD: Final = frozenset({"conditions", "run"})


def is_transition(old: Status, new: Status) -> bool:
    """Whether anything but counters, and what quotes them, has changed."""
    return _without_counters(old) != _without_counters(new)


def _without_counters(status: Status) -> dict[str, object]:
    fields = status.to_dict()
    # Whether votes flow follows from counters alone, and can wait as they do.
    fields["conditions"] = [each for each in fields["conditions"] if each["type"] != conditions.VOTES_FLOWING]
    for condition in fields["conditions"]:
        # Messages quote counts and times; what they mean stands in status and reason.
        del condition["message"]
    if status.run:
        fields["run"] = {name: value for name, value in fields["run"].items() if name not in COUNTED}
        if status.run.gate:
            # What a gate waits for is told in words that count attempts, too.
            fields["run"]["gates"][-1].pop("message", None)
    return fields


def only_tells(patch: Manifest) -> bool:
    """Whether a patch of the status brings words and what a look counted, and decides nothing."""
    run = patch.get("run", {})
    return patch.keys() <= TOLD and run is not None and run.keys() <= COUNTED


def has_farewell(readings: Iterable[Reading] | None) -> bool:
    """Whether a router was read that is about to go: there may be no later chance to write down what it counted."""
    return any(reading.terminating and reading.counts is not None for reading in readings or ())


def is_worth_writing(old: Status, new: Status, readings: Iterable[Reading] | None, waited: float, rest: float) -> bool:
    """Whether to write now. `waited` are the seconds since the last write, `rest` is metrics.interval in seconds."""
    return waited >= rest or has_farewell(readings) or is_transition(old, new)
