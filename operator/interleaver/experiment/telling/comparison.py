"""The conditions about the candidate and its run: is it Ready, can the counts be trusted, what did it come to."""

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.sizes import COMPARING, candidate_size
from interleaver.api.status import Run, Status
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.counting.sharing import count_dropped, explain_store
from interleaver.experiment.deciding.health import explain_fallbacks
from interleaver.experiment.deciding.standing import Standing, explain_standing
from interleaver.experiment.orders.candidate import explain_wait
from interleaver.experiment.orders.serving import is_untried
from interleaver.experiment.view import View


def find_candidate_ready(view: View, status: Status) -> Finding:
    """The CandidateReady condition."""
    run = status.run
    if run is None or run.stage not in COMPARING:
        return Finding(conditions.CANDIDATE_READY, "Unknown", conditions.NO_RUN, "no candidate is on trial")
    name, size = run.plan.candidate.revision, candidate_size(run, view.replicas)
    deployed = view.deployed(run.plan.candidate.hash)
    ready = deployed.ready if deployed else 0
    if ready < size:
        reason, _, words = (deployed.trouble if deployed and deployed.trouble else "").partition(": ")
        message = f"{ready} of {size} pod(s) of {name} are Ready" + (f": {words or reason}" if reason else "")
        return Finding(conditions.CANDIDATE_READY, "False", reason or "Progressing", message)
    if run.breaker_open_since:
        message = f"most routers leave {name} alone since {run.breaker_open_since}, for calls of its Service"
        message += f"{find_address(view)} are refused, late or answered with 5xx: see candidate-failed in their logs"
        return Finding(conditions.CANDIDATE_READY, "False", "BreakerOpen", message)
    if mismatch := explain_fallbacks(run):
        return Finding(conditions.CANDIDATE_READY, "False", "FallingBack", mismatch)
    return Finding(conditions.CANDIDATE_READY, "True", "Ready", f"{ready} of {size} pod(s) of {name} are Ready")


def find_address(view: View) -> str:
    """Where routers call the candidate, in words; empty while they do not."""
    config = view.observed.config
    return f" at {config.candidate.url}" if config and config.candidate else ""


def find_metrics_fresh(run: Run | None, standing: Standing | None) -> Finding:
    """The MetricsFresh condition."""
    if run is None or standing is None:
        return Finding(conditions.METRICS_FRESH, "Unknown", conditions.NO_RUN, "no counters are being read")
    if away := explain_store(run):
        return Finding(conditions.METRICS_FRESH, "False", conditions.STORE_UNREACHABLE, away)
    if standing.facts.fresh:
        message = f"last read {run.looked_at}" if run.looked_at else "the first look is still to come"
        message += count_dropped(read_ledger(run).totals)
        message += f"; at the last look this could not be read: {run.unread}" if run.unread else ""
        return Finding(conditions.METRICS_FRESH, "True", "Fresh", message)
    last = run.looked_at or run.running_since or run.started_at
    message = (
        f"the routers' counters were not read since {last}: the ramp holds and nothing is promoted. See to it that "
    )
    message += "the operator reaches the admin port of every serving pod"
    message += f". Not read: {run.unread}" if run.unread else ""
    return Finding(conditions.METRICS_FRESH, "False", "Stale", message)


def find_allocation_healthy(standing: Standing | None) -> Finding:
    """The AllocationHealthy condition."""
    if standing is None:
        return Finding(conditions.ALLOCATION_HEALTHY, "Unknown", conditions.NO_RUN, "no coins are being tossed")
    found = standing.facts.allocation
    if found.reason:
        return Finding(conditions.ALLOCATION_HEALTHY, "False", found.reason, found.message)
    if not found.measured:
        message = "no unit has met models that disagree yet"
        return Finding(conditions.ALLOCATION_HEALTHY, "Unknown", conditions.NOT_YET_MEASURED, message)
    message = "the coins fall evenly and the books balance"
    return Finding(conditions.ALLOCATION_HEALTHY, "True", "Balanced", message)


def find_concluded(view: View, status: Status, standing: Standing | None) -> Finding:
    """The Concluded condition: it carries the verdict as its reason. A candidate that waits for its run has none, so
    that whoever waits for it does not take the former one's verdict for its own."""
    if status.run and status.run.stage in COMPARING:
        message = explain_progress(status.run, standing)
        return Finding(conditions.CONCLUDED, "False", conditions.RUN_IN_PROGRESS, message)
    if is_untried(view.experiment, status):
        return Finding(conditions.CONCLUDED, "False", conditions.RUN_PENDING, explain_wait(view, status))
    if status.decision:
        return Finding(conditions.CONCLUDED, "True", status.decision.verdict, status.decision.message)
    if known := status.concluded:
        # The status was lost and the entry Service remembered the outcome, though not the words.
        message = f"the run of {known.candidate} came to {known.verdict}; its evidence record tells why"
        return Finding(conditions.CONCLUDED, "True", known.verdict, message)
    return Finding(conditions.CONCLUDED, "False", conditions.NO_RUN, "no run has been made")


def explain_progress(run: Run, standing: Standing | None) -> str:
    """What a run waits for."""
    candidate = run.plan.candidate.revision
    if run.stage == "Promoting":
        return f"{candidate} is promoted as soon as it is Ready at full size"
    if run.gate:
        return f"waits for gate {run.gate.name!r}: the condition {conditions.LAB_PASSED} says more"
    return explain_standing(standing) if standing else f"waits until {candidate} is Ready"
