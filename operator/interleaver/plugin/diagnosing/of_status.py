"""What the operator itself says."""

from collections.abc import Iterator
from typing import Final

from interleaver.plugin.diagnosing.line import Level, Line
from interleaver.plugin.reading.document import Told

# Conditions that say, while they are False, that something does not work; of the others a False is a remark.
GRAVE: Final = ("Ready", "MetricsFresh", "AllocationHealthy", "CandidateReady", "VotesFlowing")
IGNORED: Final = ("Concluded", "Reconciling")


def check_status(told: Told) -> Iterator[Line]:
    """The spec was seen, and every condition that is not as it should be."""
    if not told.is_seen:
        words = f"generation {told.generation} of the spec was not acted on: see the operator below, and its log"
        yield Line("FAIL", "operator", words)
    troubles = list(list_troubles(told))
    yield from troubles
    if told.is_seen and not troubles:
        yield Line("OK", "conditions", "all are as they should be")


def list_troubles(told: Told) -> Iterator[Line]:
    for one in told.status.get("conditions") or []:
        kind, status = str(one.get("type")), one.get("status")
        if kind in IGNORED or status != ("True" if kind == "Stalled" else "False"):
            continue
        level: Level = "FAIL" if kind in (*GRAVE, "Stalled") else "WARN"
        yield Line(level, kind, f"{one.get('reason')}: {one.get('message')}")
    for gap in told.run.get("gaps") or []:
        words = f"votes may be missing: {gap.get('reason')} at {gap.get('pod')}, {gap.get('at')}"
        yield Line("WARN", "gaps", words)
