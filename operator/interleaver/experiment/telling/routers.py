"""The RoutersCurrent condition: whether the routers are as spec.router says, and until when they are not."""

from datetime import timedelta
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.conditions import Finding
from interleaver.api.fields import instant, length, timestamp
from interleaver.api.sidecar import list_differences
from interleaver.api.status import Run, Status
from interleaver.experiment.orders.renewals import Wish, Wishes, find_wishes
from interleaver.experiment.view import View

# A run is decided at the look after its window, and its candidate is let go of.
MARGIN: Final = timedelta(minutes=2)


def find_routers_current(view: View, status: Status) -> Finding:
    """The RoutersCurrent condition."""
    if status.renewals:
        message = "; ".join(describe_progress(view, each.hash, each.revision) for each in status.renewals)
        return Finding(conditions.ROUTERS_CURRENT, "False", "Renewing", message)
    wishes = find_wishes(view)
    waiting = [wish for wish in wishes.each if wish.is_open]
    if conflict := next((wish for wish in waiting if wish.conflict), None):
        message = f"{conflict.deployed.snapshot.name} cannot have the ports of spec.router: its template declares "
        return Finding(conditions.ROUTERS_CURRENT, "False", conditions.PORT_CONFLICT, message + conflict.conflict)
    if waiting:
        message = f"{describe_waiting(wishes.command, waiting)}: {describe_end(status.run)}"
        return Finding(conditions.ROUTERS_CURRENT, "False", "Waiting", message)
    return Finding(conditions.ROUTERS_CURRENT, "True", "Current", describe_current(view, wishes))


def describe_progress(view: View, hash_: str, name: str) -> str:
    """How far the routers of a revision are replaced."""
    deployed = view.deployed(hash_)
    trouble = f": {deployed.trouble}" if deployed and deployed.trouble else ""
    return f"the routers of {name} are being replaced, pod by pod{trouble}"


def describe_waiting(command: str | None, waiting: list[Wish]) -> str:
    """What waits, for which revisions."""
    fields = dict.fromkeys(field for wish in waiting for field in list_differences(wish.kept, wish.wanted))
    words = [f"spec.router ({', '.join(fields)})"] if fields else []
    words += [f"{names.ANNOTATION_REFRESH_ROUTER}={command}"] if command else []
    what, which = " and ".join(words), ", ".join(wish.deployed.snapshot.name for wish in waiting)
    return f"{what} waits for the routers of {which}"


def describe_end(run: Run | None) -> str:
    """Until when it waits, and what would be sooner."""
    if run is None:
        return "they are replaced as soon as pods of before are gone"
    latest = ""
    if run.running_since:
        end = instant(run.running_since) + length(run.plan.analysis.window) + MARGIN
        latest = f", at {timestamp(end)} at the latest"
    return (
        f"they are replaced once the run {run.id} is over{latest}; at once if a pod cannot be had with what they have"
    )


def describe_current(view: View, wishes: Wishes) -> str:
    """All is as it should be. Routers of another image than new ones would get stay until a person asks."""
    fresh = (wishes.fresh.image, wishes.fresh.form)
    older = [wish.deployed.snapshot.name for wish in wishes.each if (wish.kept.image, wish.kept.form) != fresh]
    words = "the routers are as spec.router says"
    if not older:
        return words
    command = f'kubectl annotate ilx {view.metadata.name} --overwrite {names.ANNOTATION_REFRESH_ROUTER}="$(date)"'
    words += f"; those of {', '.join(older)} are of an earlier version of the operator: `{command}` replaces them"
    return words + ("; no router writes samples before (spec.sampling)" if lacks_samples(view, wishes) else "")


def lacks_samples(view: View, wishes: Wishes) -> bool:
    """Whether samples are asked for of routers that do not know them."""
    return view.spec.sampling is not None and not all(wish.kept.writes_samples for wish in wishes.each)
