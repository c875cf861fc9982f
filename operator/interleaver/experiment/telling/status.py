"""The conditions, the same for every stage: what was found, why, and what to do next.

docs/reference/conditions.md has all of them, with their reasons.
"""

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.names import LABEL_HASH, OF_EXPERIMENT
from interleaver.api.revision import Identity
from interleaver.api.status import Serving, Status
from interleaver.experiment.deciding.health import explain_mismatch
from interleaver.experiment.deciding.standing import Standing
from interleaver.experiment.orders.complaints import find_complaint
from interleaver.experiment.orders.refusal import find_refusal
from interleaver.experiment.orders.serving import find_rollout
from interleaver.experiment.telling.comparison import (
    find_allocation_healthy,
    find_candidate_ready,
    find_concluded,
    find_metrics_fresh,
)
from interleaver.experiment.telling.gates import find_lab_passed
from interleaver.experiment.telling.reverts import find_unreverted
from interleaver.experiment.telling.routers import find_routers_current
from interleaver.experiment.telling.serving import (
    find_overdue,
    find_promotion_recorded,
    find_ready,
    find_reconciling,
    note_underway,
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
        # One of the two at most: what needs a person goes before what is under way, which goes on all the same.
        *(find_stalled(view, status) or late or reconciling),
        find_candidate_ready(view, status),
        find_lab_passed(view, status),
        find_metrics_fresh(status.run, standing),
        find_votes_flowing(view, status.run, standing),
        find_allocation_healthy(standing),
        find_concluded(view, status, standing),
        find_promotion_recorded(view, status),
        find_routers_current(view, status),
    ]
    owner, scaled = view.metadata, find_scaled(view, status)
    deployed = view.observed.deployed.get(scaled.hash) if scaled else None
    selector = f"{OF_EXPERIMENT}{owner.name},{LABEL_HASH}={scaled.hash}" if scaled else ""
    changes = {
        "observed_generation": owner.generation,
        "replicas": deployed.pods if deployed else 0,
        "selector": selector,
        "keys_made": status.keys_made or view.observed.keys_made,
        "underway": note_underway(view, reconciling),
        "conditions": conditions.renew(view.experiment.status, findings, view.now, owner.generation),
    }
    return status.model_copy(update=changes)


def find_scaled(view: View, status: Status) -> Identity | Serving | None:
    """The revision whose pods the scale subresource shows.

    An autoscaler measures its load by them, so it is what serves and nothing else: a candidate's pods get a part of the
    requests. Before anything serves it is what soon will, for autoscalers call an empty selector an error.
    """
    return status.serving or find_rollout(view, None)


def find_stalled(view: View, status: Status) -> list[Finding]:
    """Present while something needs a person."""
    if refusal := find_refusal(view.spec) or find_complaint(view) or find_unreverted(view):
        return [Finding(conditions.STALLED, "True", refusal.reason, refusal.message)]
    run = status.run
    mismatch = explain_mismatch(run) if run and run.stage == "Running" else ""
    return [Finding(conditions.STALLED, "True", conditions.CONTRACT_MISMATCH, mismatch)] if mismatch else []
