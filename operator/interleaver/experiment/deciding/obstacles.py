"""What stands in the way of a candidate's pods: remembered, for nobody may say it at the deadline, with the fix.

A quota, for example, is told while a pod is being denied, and not between two attempts; a container that crashes runs
for a moment each time.
"""

from typing import Final

from interleaver.api import names
from interleaver.api.conditions import shorten
from interleaver.api.run import LONGEST_TROUBLE
from interleaver.api.status import Run
from interleaver.experiment.view import View

# What routers say while a model starts: once they are silent it is over, and nothing to remember.
PASSING: Final = (names.MODEL_UNREACHABLE, names.ROUTER_NOT_READY)
NEVER_READY: Final = "NeverReady"
NO_POD: Final = "NoPod"
AGAIN: Final = "then annotate interleaver.dev/retry with the run's id to try {candidate} again"
NEW_NAME: Final = "and give it a new revision name"
PULL: Final = (
    f"Mend the image's name, or what pulling it takes, {NEW_NAME}; if the registry was away, only try it again"
)
CRASH: Final = f"See its logs, mend the image or the candidate's template, {NEW_NAME}"
QUOTA: Final = f"Make room in the quota, or let the policy admit its pods, {AGAIN}"
ADVICE: Final = {
    "FailedCreate": QUOTA,
    "Denied": QUOTA,
    "Unschedulable": f"Make room on the nodes, {AGAIN}; or let its template ask for less, {NEW_NAME}",
    "ErrImagePull": PULL,
    "ImagePullBackOff": PULL,
    "ErrImageNeverPull": PULL,
    "InvalidImageName": PULL,
    "CrashLoopBackOff": CRASH,
    "Error": CRASH,
    "Completed": CRASH,
    "OOMKilled": f"Raise the memory limit of the container in the candidate's template, {NEW_NAME}",
    "NodeUnreachable": f"See to the node, {AGAIN}",
    NEVER_READY: f"Its pods run: see what their readiness probe asks and what the model answers, mend it, {NEW_NAME}",
}
DEFAULT: Final = f"Mend the candidate's template {NEW_NAME}"


def note_trouble(view: View, run: Run) -> Run:
    """The run with what its candidate's pods complain of now, or else complained of last."""
    trouble, former = find_trouble(view, run), (run.trouble or "").partition(":")[0]
    if trouble is None and former in PASSING:
        return run.model_copy(update={"trouble": None})
    return run.model_copy(update={"trouble": shorten(trouble, LONGEST_TROUBLE)}) if trouble else run


def find_trouble(view: View, run: Run) -> str | None:
    """What stands in the way, as a reason, a colon, and the words of Kubernetes; None when nobody says anything."""
    candidate = run.plan.candidate
    deployed = view.deployed(candidate.hash)
    if deployed and deployed.trouble:
        return deployed.trouble
    name = f"{view.metadata.name}-{candidate.hash}"
    return next((f"Denied: {words}" for words in view.observed.denied if name in words), None)


def find_last_words(view: View, run: Run) -> Run:
    """The run at its deadline. Where nobody ever complained, it is told what was there."""
    run = note_trouble(view, run)
    if run.trouble:
        return run
    deployed = view.deployed(run.plan.candidate.hash)
    pods = deployed.pods if deployed else 0
    words = f"{NEVER_READY}: {pods} pod(s) run, and their readiness probes do not succeed" if pods else f"{NO_POD}: "
    return run.model_copy(update={"trouble": words if pods else f"{words}no pod was made, and nothing says why"})


def quote(run: Run) -> str:
    """What stood in the way, in parentheses, as a verdict has it; empty when nothing is known."""
    return f" ({run.trouble})" if run.trouble else ""


def advise(run: Run) -> str:
    """What to do about it."""
    reason = (run.trouble or "").partition(":")[0]
    return ADVICE.get(reason, DEFAULT).format(candidate=run.plan.candidate.revision)
