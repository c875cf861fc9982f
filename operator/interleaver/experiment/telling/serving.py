"""The conditions about what serves, the same with and without a run."""

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.revision import resolve
from interleaver.api.status import Status
from interleaver.experiment.orders.serving import find_rollout
from interleaver.experiment.view import View


def find_ready(view: View, status: Status) -> Finding:
    """The Ready condition: something healthy serves. It stays True through a run."""
    serving, entry = status.serving, view.observed.entry
    if entry and not entry.ours:
        message = f"the Service {view.spec.service.name!r} belongs to somebody else"
        return Finding(conditions.READY, "False", conditions.SERVICE_EXISTS, message)
    hash_ = serving.hash if serving else getattr(resolve(view.spec.champion), "hash", None)
    deployed = view.deployed(hash_) if hash_ else None
    if serving and deployed and deployed.ready:
        message = f"{serving.revision} serves with {deployed.ready} Ready pod(s)"
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
        return []
    deployed = view.deployed(rollout.hash)
    trouble = f": {deployed.trouble}" if deployed and deployed.trouble else ""
    message = f"{rollout.revision} serves as soon as it is Ready{trouble}"
    return [Finding(conditions.RECONCILING, "True", conditions.ROLLING_OUT, message)]


def find_promotion_recorded(view: View, status: Status) -> Finding:
    """The PromotionRecorded condition: the message holds the exact change to commit."""
    serving, champion = status.serving, view.spec.champion
    if serving is None or serving.revision == champion.revision:
        message = "spec.champion is what serves" if serving else "nothing serves yet"
        return Finding(conditions.PROMOTION_RECORDED, "True", "Recorded", message)
    if serving.origin != "Promotion":
        return Finding(conditions.PROMOTION_RECORDED, "True", "RollingOut", f"{champion.revision} is being rolled out")
    message = (
        f"{serving.revision} was promoted and serves, while spec.champion is still {champion.revision}. Commit this: "
        f"set spec.champion.revision to {serving.revision}, spec.champion.source and port to those of spec.candidate, "
        "and remove spec.candidate. No pod restarts for it"
    )
    return Finding(conditions.PROMOTION_RECORDED, "False", "NotRecorded", message)
