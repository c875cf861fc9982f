"""The spec's candidate: whether a run starts with it, and what it waits for until then."""

from interleaver.api.plan import find_store
from interleaver.api.revision import Identity, Revision, resolve
from interleaver.api.status import Run, Status
from interleaver.experiment.orders.adoption import is_adoption_ordered
from interleaver.experiment.orders.complaints import is_reused, needs_store
from interleaver.experiment.orders.refusal import find_refusal
from interleaver.experiment.orders.serving import find_rollout, is_untried
from interleaver.experiment.view import View


def find_candidate(view: View, status: Status) -> Identity | None:
    """The revision to put on trial now; None when there is none to try, or when it has to wait."""
    candidate = resolve(view.spec.candidate) if view.spec.candidate else None
    if candidate is None or not is_untried(view.experiment, status) or explain_wait(view, status):
        return None
    return candidate.identity


def explain_wait(view: View, status: Status) -> str:
    """What keeps a run from starting, in words; empty when nothing does."""
    candidate = resolve(view.spec.candidate) if view.spec.candidate else None
    name, serving = view.spec.candidate.revision if view.spec.candidate else "", status.serving
    if view.observed.terms and is_adoption_ordered(view):
        return f"{name} is tried once the Service {view.spec.service.name!r} is adopted"
    if candidate is None or is_hindered(view, candidate):
        return f"{name} is not tried: the condition Stalled says what to do"
    rollout = find_rollout(view, serving)
    if serving is None or rollout:
        return f"{name} is tried once {rollout.revision if rollout else view.spec.champion.revision} serves"
    if status.run:
        return f"{name} is tried once {explain_former(status.run)}"
    if view.observed.entry is None or not view.is_ready(serving.hash, 1):
        return f"{name} is tried once {serving.revision} is Ready"
    if status.renewals:
        return f"{name} is tried once the routers of {status.renewals[0].revision} are replaced"
    if is_crowded(view, serving.hash):
        return f"{name} is tried once {serving.revision} is down to one pod, for there is no vote store"
    return ""


def is_hindered(view: View, candidate: Revision) -> bool:
    """Whether a person has to do something before the candidate can be tried."""
    entry = view.observed.entry
    refused = find_refusal(view.spec) is not None or candidate.hash in view.observed.invalid
    refused = refused or candidate.hash in view.observed.selected
    # A query that may not be sent would hold the ramp until the window is over.
    foreign, mute = entry is not None and not entry.ours, bool(view.observed.inquiry.reason)
    unsupplied = bool(view.observed.supply.reason) or needs_store(view)
    gates, gating = view.spec.candidate.gates if view.spec.candidate else [], view.observed.gating
    barred = bool(gating.invalid) or (bool(gates) and not gating.is_on)
    return refused or foreign or mute or unsupplied or barred or view.spec.champion.pinned or is_reused(view, candidate)


def is_crowded(view: View, hash_: str) -> bool:
    """Whether more than one router is still there, with nothing that they share."""
    deployed, shared = view.deployed(hash_), find_store(view.spec, view.observed.supply.default_store)
    return deployed is not None and deployed.pods > 1 and shared is None


def explain_former(run: Run) -> str:
    """What the former run still needs, in words."""
    former, window = run.plan.candidate.revision, run.plan.promotion.rollback_window
    if run.stage == "Settling":
        return f"the rollback window of {window} after the promotion of {former} is over"
    return f"the run of {former} has ended"
