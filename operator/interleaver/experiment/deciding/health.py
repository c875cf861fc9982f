"""The health of a run: whether its candidate is Ready, its counters are fresh, and its requests are compared."""

from typing import Final

from interleaver.api import names
from interleaver.api.fields import seconds, timestamp
from interleaver.api.guardrail_metrics import BLAMELESS
from interleaver.api.status import Run
from interleaver.api.v1alpha1 import Contract
from interleaver.experiment.counting.counts import pick
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.deciding.breakers import explain_left_alone, is_left_alone
from interleaver.experiment.deciding.obstacles import note_trouble, quote
from interleaver.experiment.view import View

FEW_REQUESTS: Final = 20  # below this a share of requests says nothing


def explain_illness(view: View, run: Run) -> str:
    """Why the candidate is unhealthy, in words; empty when it is not."""
    deadline, candidate = run.plan.promotion.progress_deadline, run.plan.candidate.revision
    if view.has_passed(run.unready_since, deadline):
        return f"fewer than half of the pods of {candidate} were Ready for {deadline}{quote(run)}"
    return explain_left_alone(run) if is_left_alone(view, run) else ""


def note_readiness(view: View, run: Run) -> Run:
    """The run with the time since which fewer than half of the candidate's pods are Ready, and with their trouble.

    The condition CandidateReady cannot tell: it is False for other reasons too.
    """
    if view.has_half(run.plan.candidate.hash, view.due(run)):
        return run.model_copy(update={"unready_since": None, "trouble": None})
    return note_trouble(view, run).model_copy(update={"unready_since": run.unready_since or timestamp(view.now)})


def is_fresh(view: View, run: Run) -> bool:
    """Whether every serving router was read within staleAfter. A look far in the future is a wrong clock's."""
    last = run.looked_at or run.running_since
    return last is not None and abs(view.elapsed(last)) <= seconds(run.plan.metrics.stale_after)


def explain_fallbacks(run: Run) -> str:
    """Why most requests end without a comparison, in words; empty when they do not, or not by the candidate's fault."""
    requests, fallbacks, by_reason = fallback_counts(run)
    blameless = sum(by_reason.pop(reason, 0) for reason in BLAMELESS)
    requests, fallbacks = requests - blameless, fallbacks - blameless
    if requests < FEW_REQUESTS or fallbacks * 2 < requests:
        return ""
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(by_reason.items(), key=lambda item: -item[1]))
    contract = run.plan.contract
    return (
        f"{fallbacks} of {requests} interleaved requests ended without a comparison ({reasons}); the answers of "
        f"{run.plan.candidate.revision} must hold {describe_ranking(contract)}, "
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
        f"{mismatches} of {requests} answers of {run.plan.champion.revision} do not hold {describe_ranking(contract)}: "
        "mend spec.contract and give the candidate a new revision name"
    )


def fallback_counts(run: Run) -> tuple[int, int, dict[str, int]]:
    """Interleaved requests, those of them that ended without a comparison, and the latter by reason."""
    totals = read_ledger(run).totals
    by_reason = {name: number for name, number in pick(totals, "fallbacks", names.FALLBACK_REASONS).items() if number}
    requests = sum(pick(totals, "requests", names.REQUEST_OUTCOMES).values())
    return requests, sum(by_reason.values()), by_reason


def describe_ranking(contract: Contract) -> str:
    """Where spec.contract says that a ranking stands, in words."""
    if contract.tensor:
        return f"spec.contract.tensor's output {contract.tensor.ids!r}, with a row for each id in the outputs beside it"
    return f"a list at spec.contract.items {contract.items!r} with ids at itemId {contract.item_id!r}"
