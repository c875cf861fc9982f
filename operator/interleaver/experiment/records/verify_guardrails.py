"""Verifying the guardrails of a record: what they show must follow from what was counted, as far as counts tell."""

from collections.abc import Iterator
from itertools import pairwise

from interleaver.api.status import Run
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.guardrails.detectors import list_guards, measure
from interleaver.experiment.guardrails.overall import read_overall
from interleaver.experiment.records.trail import measure_all, read_counts


def check_guardrails(run: Run) -> Iterator[str]:
    """What does not agree, in words."""
    yield from check_recent(run)
    yield from check_measured(run)
    yield from check_overall(run)


def check_recent(run: Run) -> Iterator[str]:
    """Nothing went wrong of late that did not go wrong at all."""
    totals, known = read_ledger(run).totals, {reading.name: reading for reading in run.guardrails}
    for guard in list_guards(run.plan):
        reading, counted = known.get(guard.name), measure(guard.metric, totals)
        if reading and (reading.events > counted[0] or reading.calls > counted[1]):
            shown = f"{reading.events} of {reading.calls}"
            yield f"run.guardrails: {guard.name} shows {shown} of late, and the ledger {counted[0]} of {counted[1]}"


def check_measured(run: Run) -> Iterator[str]:
    """Calls and requests only grew, up to what the ledger holds. Of an older version, a point has fewer numbers."""
    points = [read_counts(point) for point in run.measured]
    last = points[-1][0] if points else 0
    for before, after in pairwise([*points, [last, *measure_all(read_ledger(run).totals)]]):
        if any(early > late for early, late in zip(before, after, strict=False)):
            yield f"run.measured: {before} is followed by {after}, and counts never fall"


def check_overall(run: Run) -> Iterator[str]:
    """The comparison of the arms is that of the units that were counted."""
    known = {reading.name: reading for reading in run.guardrails}
    for computed in read_overall(run.plan, read_ledger(run).totals):
        recorded = known.get(computed.name)
        if known and recorded != computed:
            yield f"run.guardrails: recorded {recorded}, computed {computed}"
