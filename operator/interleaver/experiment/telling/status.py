"""The conditions, the same for every stage: what was found, why, and what to do next.

docs/reference/conditions.md has all of them, with their reasons.
"""

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.names import LABEL_EXPERIMENT, LABEL_HASH
from interleaver.api.status import Status
from interleaver.experiment.deciding.health import explain_mismatch
from interleaver.experiment.deciding.standing import Standing
from interleaver.experiment.orders.complaints import find_complaint
from interleaver.experiment.orders.refusal import find_refusal
from interleaver.experiment.telling.comparison import (
    find_allocation_healthy,
    find_candidate_ready,
    find_concluded,
    find_metrics_fresh,
)
from interleaver.experiment.telling.routers import find_routers_current
from interleaver.experiment.telling.serving import (
    find_overdue,
    find_promotion_recorded,
    find_ready,
    find_reconciling,
)
from interleaver.experiment.telling.votes import find_votes_flowing
from interleaver.experiment.view import View


def describe(view: View, status: Status, standing: Standing | None) -> Status:
    """The status with its conditions, and with what the scale subresource shows. `standing` is that of a run that is
    Running, and None otherwise."""
    ready, reconciling = find_ready(view, status), find_reconciling(view, status)
    late = find_overdue(view, status) if reconciling or ready.status == "False" else []
    findings = [
        ready,
        # kstatus takes the first of the two that it meets: what needs a person goes before what is under way.
        *(find_stalled(view, status) or late),
        *reconciling,
        find_candidate_ready(view, status),
        find_metrics_fresh(status.run, standing),
        find_votes_flowing(view, status.run, standing),
        find_allocation_healthy(standing),
        find_concluded(view, status, standing),
        find_promotion_recorded(view, status),
        find_routers_current(view, status),
    ]
    serving, owner = status.serving, view.metadata
    deployed = view.observed.deployed.get(serving.hash) if serving else None
    selector = f"{LABEL_EXPERIMENT}={owner.name},{LABEL_HASH}={serving.hash}" if serving else ""
    changes = {
        "observed_generation": owner.generation,
        "replicas": deployed.pods if deployed else 0,
        "selector": selector,
        "keys_made": status.keys_made or view.observed.keys_made,
        "conditions": conditions.renew(view.experiment.status, findings, view.now, owner.generation),
    }
    return status.model_copy(update=changes)


def find_stalled(view: View, status: Status) -> list[Finding]:
    """Present while something needs a person."""
    if refusal := find_refusal(view.spec) or find_complaint(view):
        return [Finding(conditions.STALLED, "True", refusal.reason, refusal.message)]
    run = status.run
    mismatch = explain_mismatch(run) if run and run.stage == "Running" else ""
    return [Finding(conditions.STALLED, "True", conditions.CONTRACT_MISMATCH, mismatch)] if mismatch else []
