"""Whether the candidate can be called as it will be once it serves: by the router in its own pod.

Until then other pods call it, through its Service. A server may answer there and not where its own router calls it, and
it would win votes up to the moment from which it serves nobody.
"""

from interleaver.api.fields import timestamp
from interleaver.api.status import Run
from interleaver.experiment.view import View


def note_reached(view: View, run: Run) -> str | None:
    """When a look first found that the candidate's own routers, all that are Ready and could be read, reach it."""
    routers = view.routers_read(run.plan.candidate.hash)
    if run.reached_at is None and routers and not find_unreached(view, run):
        return timestamp(view.now)
    return run.reached_at


def find_unreached(view: View, run: Run) -> str | None:
    """The pod of a Ready router that does not say that it reaches the candidate; None when there is none."""
    routers = view.routers_read(run.plan.candidate.hash)
    return next((router.pod for router in routers if not router.reached), None)


def explain_unreached(view: View, run: Run) -> str:
    """Why the candidate must not serve yet, in words; empty when its own routers reach it."""
    name = run.plan.candidate.revision
    if pod := find_unreached(view, run):
        return (
            f"the router in pod {pod} does not say that it reaches {name} in its own pod, where it will call it once "
            "that serves: GET /readyz on its admin port says what is wrong"
        )
    if run.reached_at is None and view.observed.readings is None:
        return f"it is not known yet whether the router in the pod of {name} reaches it"
    if run.reached_at is None:
        return (
            f"no router in a pod of {name} could be read, to hear whether it reaches its model: see to it that the "
            "operator reaches the admin port of the candidate's pods"
        )
    return ""
