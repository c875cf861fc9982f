"""Commands: annotations that name a run, so that a replay from Git does nothing.

Each is taken once, when it is seen, and recorded in the status. A GitOps tool that removes the annotation changes
nothing by that; to give the same command again, remove the annotation and add it anew. What each of them does stands in
docs/reference/conditions.md#commands.
"""

from collections.abc import Mapping
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
    # It means something once the run has been promoted; given before, it must not be obeyed later.
    names.ANNOTATION_REVERT: {},
}


def obey(view: View, run: Run) -> Run:
    """The run after the commands that are new."""
    given = list_given(view, run)
    new = [name for name in given if name not in run.taken]
    changes = {field: value for name in new for field, value in EFFECTS[name].items()}
    if names.ANNOTATION_PROMOTE in new and is_suspect(run):
        changes["vouched"] = True
    return run.model_copy(update={"taken": given, **changes})


def list_given(view: View, run: Run) -> list[str]:
    """The commands whose annotations name the run."""
    return [name for name in EFFECTS if view.metadata.annotations.get(name) == run.id]


def is_suspect(run: Run) -> bool:
    """Whether people have been told that votes look invented. Who gave his word before that did not speak of them."""
    return bool(explain_suspicion(read_ledger(run).totals))


def is_paused(view: View, run: Run) -> bool:
    """Whether the ramp and a promotion are held: by the command, or by the spec."""
    return run.paused or view.spec.suspend


def is_confirmed(run: Run) -> bool:
    """Whether a promotion needs nobody's word any more."""
    return run.plan.promotion.mode == "Automatic" or run.confirmed


def is_retried(annotations: Mapping[str, str], status: Status) -> bool:
    """Whether the last run is to be made again; the command names it, and the next run gets another id."""
    decision = status.decision
    return decision is not None and annotations.get(names.ANNOTATION_RETRY) == decision.run_id
