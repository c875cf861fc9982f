"""Commands: annotations that name a run, so that a replay from Git does nothing.

Each is taken once, when it is seen, and recorded in the status. A GitOps tool that removes the annotation changes
nothing by that; to give the same command again, remove the annotation and add it anew. What each of them does stands in
docs/reference/conditions.md#commands.
"""

from typing import Final

from interleaver.api import names
from interleaver.api.status import Run, Status
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.view import View
from interleaver.experiment.weighing.suspicion import explain_suspicion

# In the order in which they are taken when they come at once: of resume and pause, pause wins.
EFFECTS: Final[dict[str, dict[str, bool]]] = {
    names.ANNOTATION_PROMOTE: {"confirmed": True},
    names.ANNOTATION_RESUME: {"paused": False},
    names.ANNOTATION_PAUSE: {"paused": True},
}


def obey(view: View, run: Run) -> Run:
    """The run after the commands that are new."""
    given = [name for name in EFFECTS if view.metadata.annotations.get(name) == run.id]
    new = [name for name in given if name not in run.taken]
    changes = {field: value for name in new for field, value in EFFECTS[name].items()}
    if names.ANNOTATION_PROMOTE in new and is_suspect(run):
        changes["vouched"] = True
    return run.model_copy(update={"taken": given, **changes})


def is_suspect(run: Run) -> bool:
    """Whether people have been told that votes look invented. Who gave his word before that did not speak of them."""
    return bool(explain_suspicion(read_ledger(run).totals))


def is_paused(view: View, run: Run) -> bool:
    """Whether the ramp and a promotion are held: by the command, or by the spec."""
    return run.paused or view.spec.suspend


def is_confirmed(run: Run) -> bool:
    """Whether a promotion needs nobody's word any more."""
    return run.plan.promotion.mode == "Automatic" or run.confirmed


def is_retried(view: View, status: Status) -> bool:
    """Whether the last run is to be made again; the command names it, and the next run gets another id."""
    decision = status.decision
    return decision is not None and view.metadata.annotations.get(names.ANNOTATION_RETRY) == decision.run_id
