"""The health of a run: whether its candidate is Ready, its counters are fresh, and its requests are compared."""

from typing import Final

from interleaver.api import conditions
from interleaver.api.fields import seconds
from interleaver.api.sizes import candidate_size
from interleaver.api.status import Run
from interleaver.experiment.look import fallback_counts
from interleaver.experiment.view import View

FEW_REQUESTS: Final = 20  # below this a share of requests says nothing


def is_candidate_unhealthy(view: View, run: Run) -> bool:
    """Whether fewer than half of the candidate's pods have been Ready for progressDeadline."""
    former = conditions.find(view.experiment.status, conditions.CANDIDATE_READY)
    deployed = view.deployed(run.plan.candidate.hash)
    ready = deployed.ready if deployed else 0
    if former is None or former.status != "False" or ready * 2 >= candidate_size(run, view.replicas):
        return False
    return view.has_passed(former.last_transition_time, run.plan.promotion.progress_deadline)


def is_fresh(view: View, run: Run) -> bool:
    """Whether every serving router was read within staleAfter."""
    last = run.looked_at or run.running_since
    return last is not None and view.elapsed(last) <= seconds(run.plan.metrics.stale_after)


def explain_fallbacks(run: Run) -> str:
    """Why most requests end without a comparison, in words; empty when they do not."""
    requests, fallbacks, by_reason = fallback_counts(run)
    if requests < FEW_REQUESTS or fallbacks * 2 < requests:
        return ""
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(by_reason.items(), key=lambda item: -item[1]))
    contract = run.plan.contract
    return (
        f"{fallbacks} of {requests} interleaved requests ended without a comparison ({reasons}); the answers of "
        f"{run.plan.candidate.revision} must hold a list at {contract.items!r} with ids at {contract.item_id!r}, "
        f"at least as long as the champion's, within {run.plan.timeouts.candidate}"
    )


def explain_mismatch(run: Run) -> str:
    """Why nothing can be interleaved: the champion's answers are not what the contract says; empty when they are."""
    requests, _, by_reason = fallback_counts(run)
    mismatches = by_reason.get("contract", 0)
    if requests < FEW_REQUESTS or mismatches * 2 < requests:
        return ""
    contract = run.plan.contract
    return (
        f"{mismatches} of {requests} answers of {run.plan.champion.revision} hold no list of items with ids at "
        f"spec.contract.items {contract.items!r} and itemId {contract.item_id!r}: mend spec.contract and give the "
        "candidate a new revision name"
    )
