"""The routers' breakers: a candidate that most routers leave alone for minutes is not healthy (decision 15)."""

from typing import Final

from interleaver.api.fields import timestamp
from interleaver.api.status import Run
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.view import View

PATIENCE: Final = "5m"  # beyond a restart of the candidate's pods; a router tries it again at least every 30 s
TROUBLE: Final = ("fallbacks.breaker", "calls.candidate.error", "calls.candidate.timeout")


def note_breakers(view: View, run: Run, serving_hash: str) -> str | None:
    """Since when most routers leave the candidate alone, after a look; None when they do not.

    Routers that could not be read have no voice; where none could, nothing is known that was not known before.
    """
    read = view.routers_read(serving_hash)
    if not read:
        return run.breaker_open_since
    if sum(router.breaker_open for router in read) * 2 <= len(read):
        return None
    return run.breaker_open_since or timestamp(view.now)


def is_left_alone(view: View, run: Run) -> bool:
    """Whether most routers have left the candidate alone for PATIENCE, and requests met with that just now.

    A breaker is closed by a request that goes well: without requests it stays open, and says nothing.
    """
    return view.has_passed(run.breaker_open_since, PATIENCE) and has_met_trouble(view, run)


def has_met_trouble(view: View, run: Run) -> bool:
    """Whether this visit counted failures of the candidate, or requests that did not call it. A record does not tell
    what its last look added; that one which was decided by it did add some is to be believed."""
    before = view.experiment.status.run
    if before is None:
        return True
    former, totals = read_ledger(before).totals, read_ledger(run).totals
    return any(totals.get(name, 0) > former.get(name, 0) for name in TROUBLE)


def explain_left_alone(run: Run) -> str:
    """In words, for a verdict."""
    return (
        f"most routers had their breaker open for {PATIENCE}, for calls of {run.plan.candidate.revision} were refused, "
        "too late or answered with 5xx"
    )
