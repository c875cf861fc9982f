"""A promotion that ought to be taken back and is not: why, and what a person has to do about it."""

from interleaver.api import conditions, names
from interleaver.api.sizes import COMPARING
from interleaver.experiment.orders.refusal import Objection
from interleaver.experiment.probation import explain_obstacle, find_revert
from interleaver.experiment.view import View


def find_unreverted(view: View) -> Objection | None:
    """What stands between a revert and its end; None when nothing does, or when there is none to make."""
    words = explain_unreverted(view)
    return Objection(conditions.NOT_REVERTED, words) if words else None


def explain_unreverted(view: View) -> str:
    """The same in words; empty for None."""
    run, serving = view.experiment.status.run, view.experiment.status.serving
    if run and serving and run.stage == "Settling" and (ruling := find_revert(view, run)):
        obstacle = explain_obstacle(view, serving)
        return f"{ruling.detail}, but {obstacle}" if obstacle else ""
    words = explain_untimely(view)
    return f"{words}. Take {names.ANNOTATION_REVERT} away" if words else ""


def explain_untimely(view: View) -> str:
    """Why a command to revert cannot be obeyed, and what to do, in words; empty when there is none, or it can be."""
    status, given = view.experiment.status, view.metadata.annotations.get(names.ANNOTATION_REVERT)
    run, serving = status.run, status.serving
    if run and run.id == given and run.stage in COMPARING:
        return f"{run.id} has had no promotion that could be taken back: to end it, annotate {names.ANNOTATION_ABORT}"
    if run and run.id == given and run.stage == "Settling" and names.ANNOTATION_REVERT in run.taken:
        return "it was given before there was a promotion to take back: if it is still meant, give it again"
    if run and run.id == given:
        return ""
    promoted = {past.candidate for past in status.history if past.run_id == given and past.verdict == "Promote"}
    if serving is None or serving.revision not in promoted:
        return ""
    return (
        f"the rollback window of {given} is over, and what served before {serving.revision} is gone: to serve another "
        "revision, set spec.champion to it"
    )
