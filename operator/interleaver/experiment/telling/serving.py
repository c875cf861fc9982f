"""The conditions about what serves, the same with and without a run."""

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.fields import timestamp
from interleaver.api.names import LABEL_HASH
from interleaver.api.observed import Deployed
from interleaver.api.revision import Revision, resolve
from interleaver.api.status import Serving, Status, Underway
from interleaver.experiment.orders.adoption import is_adoption_due, is_adoption_ordered, is_giving_back_ordered
from interleaver.experiment.orders.serving import find_rollout
from interleaver.experiment.telling.change import find_change
from interleaver.experiment.view import View


def find_ready(view: View, status: Status) -> Finding:
    """The Ready condition: something healthy serves. It stays True through a run."""
    serving, entry = status.serving, view.observed.entry
    if entry and not entry.ours and is_adoption_ordered(view):
        message = f"the Service {view.spec.service.name!r} still leads to where it did"
        return Finding(conditions.READY, "False", conditions.ADOPTION_PENDING, message)
    if entry and not entry.ours:
        message = f"the Service {view.spec.service.name!r} belongs to somebody else"
        return Finding(conditions.READY, "False", conditions.SERVICE_EXISTS, message)
    hash_ = serving.hash if serving else getattr(resolve(view.spec.champion), "hash", None)
    deployed = view.deployed(hash_) if hash_ else None
    if serving and deployed and deployed.ready:
        message = f"{serving.revision} serves with {deployed.ready} Ready pod(s){describe_adopted(view)}"
        return Finding(conditions.READY, "True", "Serving", message)
    if serving and deployed is None:
        message = f"the ControllerRevision that keeps the template of {serving.revision} is gone: its pods go on, but "
        message += "none can be made anew. Commit it with its template as spec.champion"
        return Finding(conditions.READY, "False", "SnapshotLost", message)
    reason, _, words = (deployed.trouble if deployed and deployed.trouble else "").partition(": ")
    name = serving.revision if serving else view.spec.champion.revision
    message = f"{name} has no Ready pod" + (f": {words or reason}" if reason else "")
    return Finding(conditions.READY, "False", reason or "NoReadyPod", message)


def find_reconciling(view: View, status: Status) -> list[Finding]:
    """Present while Git's champion is being rolled out; a run is no reason for GitOps tools to wait."""
    rollout = find_rollout(view, status.serving)
    if rollout is None:
        entry = view.observed.entry
        return find_service_change(view, status) if entry and (entry.former or not entry.ours) else []
    deployed = view.deployed(rollout.hash)
    trouble = explain_trouble(view, deployed)
    message = f"{rollout.revision} serves as soon as it is Ready{f': {trouble}' if trouble else ''}"
    return [Finding(conditions.RECONCILING, "True", conditions.ROLLING_OUT, message)]


def note_underway(view: View, reconciling: list[Finding]) -> Underway | None:
    """What is under way, as the status keeps it: it is acted on though a person may be told something more urgent."""
    former = recall_underway(view.experiment.status)
    for finding in reconciling:
        goes_on = former is not None and former.reason == finding.reason
        return former if goes_on else Underway(reason=finding.reason, since=timestamp(view.now))
    return None


def recall_underway(status: Status) -> Underway | None:
    """What was under way; a status of an older version has it in the condition alone."""
    condition = conditions.find(status, conditions.RECONCILING)
    if status.underway or condition is None:
        return status.underway
    return Underway(reason=condition.reason, since=condition.last_transition_time)


def explain_trouble(view: View, deployed: Deployed | None) -> str:
    """What keeps a revision from being Ready, in words; empty when nothing is known to."""
    if deployed and deployed.trouble:
        return deployed.trouble
    going = ", ".join(str(clash) for clash in view.observed.clashes if clash.going)
    return f"{going} of a former experiment of this name has to be removed first" if going else ""


def find_overdue(view: View, status: Status) -> list[Finding]:
    """Stalled once what should serve has not been Ready for so long that it needs a person, with the pods' trouble.

    Who waits for a rollout must hear of its failure. It is still rolled out: once it is Ready, this is over.
    """
    deadline, rollout = view.spec.promotion.progress_deadline, find_rollout(view, status.serving)
    identity = rollout or status.serving
    deployed = view.deployed(identity.hash) if identity else None
    since = find_start(view, deployed) if rollout else find_since(view, conditions.READY, "False")
    # Pods that are Ready behind somebody else's Service are in time: it is the Service that is waited for.
    is_in_time = not rollout and deployed is not None and deployed.ready >= view.replicas
    if identity is None or is_in_time or not view.has_passed(since, deadline):
        return []
    lacks = f"{deployed.ready if deployed else 0} of {view.replicas} pod(s) of {identity.revision} are Ready"
    trouble = explain_trouble(view, deployed) or "its pods do not say why, their logs may"
    message = (
        f"{lacks} after {deadline} (spec.promotion.progressDeadline): {trouble}. It serves as soon as it is Ready: "
    )
    message += "mend what is wrong, or commit another revision as spec.champion"
    return [Finding(conditions.STALLED, "True", conditions.PROGRESS_DEADLINE_EXCEEDED, message)]


def find_start(view: View, deployed: Deployed | None) -> str | None:
    """Since when the revision is rolled out. Another one may have been before, or this one was a candidate first."""
    underway = recall_underway(view.experiment.status)
    since = underway.since if underway and underway.reason == conditions.ROLLING_OUT else None
    return max(since, deployed.created or "") if since and deployed else since


def find_since(view: View, kind: str, status: str) -> str | None:
    """Since when the condition has this status; None when it has another."""
    former = conditions.find(view.experiment.status, kind)
    return former.last_transition_time if former and former.status == status else None


def find_service_change(view: View, status: Status) -> list[Finding]:
    """Present while somebody's Service is taken over, or waits for it, or is given back."""
    name, terms = view.spec.service.name, view.observed.terms
    if is_giving_back_ordered(view):
        message = f"the Service {name!r} is given back: it leads to where it did before it was adopted"
        return [Finding(conditions.RECONCILING, "True", conditions.GIVING_BACK_SERVICE, message)]
    if terms is None or not is_adoption_ordered(view):
        return []
    if not is_adoption_due(view, status):
        message = f"the Service {name!r} is taken over once {view.replicas} pod(s) of what serves are Ready"
        return [Finding(conditions.RECONCILING, "True", conditions.ADOPTION_PENDING, message)]
    message = f"the Service {name!r} is taken over in place: its selector and the target port of port "
    message += f"{view.spec.service.port} change, and are remembered on it. Kept: {terms.kept}"
    return [Finding(conditions.RECONCILING, "True", conditions.ADOPTING_SERVICE, message)]


def describe_adopted(view: View) -> str:
    """How an adopted Service is told from one that we made; empty for that."""
    entry = view.observed.entry
    if entry is None or entry.former is None:
        return ""
    return (
        f" behind the Service {view.spec.service.name!r}, which was adopted and is given back when the experiment goes"
    )


def find_promotion_recorded(view: View, status: Status) -> Finding:
    """The PromotionRecorded condition: the message holds the exact change to commit."""
    serving, champion = status.serving, view.spec.champion
    if serving and serving.revision == champion.revision and is_other(resolve(champion), serving):
        message = (
            f"spec.champion is named {serving.revision}, but its source, port or container is not that of the one "
            "that serves. Commit what serves: the ControllerRevision of this experiment with the label "
            f"{LABEL_HASH}={serving.hash} keeps its template and port; or give the new version a new name"
        )
        return Finding(conditions.PROMOTION_RECORDED, "False", conditions.REVISION_REUSED, message)
    if serving is None or serving.revision == champion.revision:
        message = "spec.champion is what serves" if serving else "nothing serves yet"
        return Finding(conditions.PROMOTION_RECORDED, "True", "Recorded", message)
    if serving.origin == "Seed" or find_rollout(view, serving):
        return Finding(conditions.PROMOTION_RECORDED, "True", "RollingOut", f"{champion.revision} is being rolled out")
    how = "serves again" if serving.origin == "Revert" else "was promoted and serves"
    message = (
        f"{serving.revision} {how}, while spec.champion is still {champion.revision}. Commit this, "
        f"for which no pod restarts: {describe_change(view, serving)}"
    )
    return Finding(conditions.PROMOTION_RECORDED, "False", "NotRecorded", message)


def describe_change(view: View, serving: Serving) -> str:
    """The change to commit: a patch while spec.candidate is what serves; it may be gone by now, or be another one."""
    if change := find_change(view, serving):
        return (
            f"{change.words}. As a patch for `kubectl patch --local --type json --patch-file PATCH -f FILE -o yaml`:\n"
            f"{change.yaml}"
        )
    kept = f"what the ControllerRevision of this experiment with the label {LABEL_HASH}={serving.hash} keeps"
    # A candidate of another name is the next one on trial, and none of this change.
    is_namesake = view.spec.candidate is not None and view.spec.candidate.revision == serving.revision
    rest = "; and remove spec.candidate" if is_namesake else ""
    return f"set spec.champion.revision to {serving.revision}, and its source, port and container to {kept}{rest}"


def is_other(champion: Revision | None, serving: Serving) -> bool:
    """Whether Git's champion is another version than the one of its name that serves."""
    return champion is not None and champion.hash != serving.hash
