"""The commands that name a run (docs/reference/conditions.md#commands): when each makes sense, and is obeyed."""

from typing import Final

from interleaver.api import names
from interleaver.plugin.ordering.order import Order, find_current_run, find_no_failure, find_stalled
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal

RUNNING: Final = ("Running",)
COMPARING: Final = ("Preparing", "Running", "Promoting")


def object_to_ended(told: Told) -> str:
    """A run that has its verdict takes no command but the one to revert."""
    if told.stage == "Settling":
        return (
            f"{told.run_id} has been promoted: `kubectl interleaver revert {told.name}` takes that back as long as "
            "promotion.rollbackWindow is not over"
        )
    verdict = f"{told.decision.get('verdict')}/{told.decision.get('reason')}"
    return "" if told.stage in COMPARING else f"{told.run_id} has come to {verdict}, and is being cleared away"


def object_to_late(told: Told) -> str:
    """A promotion that is decided is only waited for: it can be ended, and nothing else."""
    if told.stage == "Promoting":
        return f"{told.run_id} is being promoted already: `kubectl interleaver abort {told.name}` ends it all the same"
    return object_to_ended(told)


def is_suspect(told: Told) -> bool:
    """Whether the operator says that votes look invented."""
    return told.condition("AllocationHealthy").get("reason") == "VotesSuspicious"


def object_to_promote(told: Told) -> str:
    """A run is promoted by itself unless its mode is Manual; a word is also wanted where votes look invented."""
    if late := object_to_late(told):
        return late
    if told.is_manual or is_suspect(told):
        return ""
    return (
        "promotion.mode of this run is Automatic: it is promoted by itself once all conditions hold, without anybody's "
        f"word. It waits: {told.condition('Concluded').get('message')}"
    )


def is_confirmed(told: Told, run: str) -> bool:
    if told.run_id != run or told.stage != "Running":
        return told.stage != "Preparing"
    is_vouched = bool(told.run.get("vouched")) or not is_suspect(told)
    return is_vouched and (bool(told.run.get("confirmed")) or not told.is_manual)


def is_ended(told: Told, run: str) -> bool:
    return told.run_id != run or told.stage == "RollingBack"


def is_paused(told: Told, run: str) -> bool:
    return told.run_id == run and bool(told.run.get("paused"))


def is_resumed(told: Told, run: str) -> bool:
    """A pause that was given before the run is Running waits to be taken, and has to be taken back."""
    waits = told.names_run(names.ANNOTATION_PAUSE, run) and not told.has_taken(names.ANNOTATION_PAUSE)
    return told.run_id != run or not (told.run.get("paused") or waits)


def object_to_resume(told: Told) -> str:
    """What the spec holds no command lets go."""
    if late := object_to_late(told):
        return late
    if told.is_suspended and not told.run.get("paused"):
        return "spec.suspend is true, and no command lifts that: set it to false where the spec comes from, such as Git"
    return ""


def find_last_run(told: Told) -> str:
    """The run that is to be made again. Raises Refusal when there is none."""
    if told.run_id and told.stage in COMPARING:
        raise Refusal(f"{told.run_id} is going on: `kubectl interleaver abort {told.name}` ends it first")
    run = told.decision.get("runId")
    if run:
        return str(run)
    waits = told.condition("Concluded")
    if waits.get("reason") == "RunPending":
        raise Refusal(f"the candidate has its first run before it: {waits.get('message')}")
    raise Refusal(f"{told.name} has had no run that could be made again: give spec.candidate a new revision name")


def object_to_retry(told: Told) -> str:
    """Only a candidate that has had its verdict, and does not serve, is tried again."""
    serving = (told.status.get("serving") or {}).get("revision")
    last = (told.status.get("concluded") or {}).get("candidate")
    if not told.candidate:
        return "spec.candidate is absent: there is nothing to try. Set it, and it is tried by itself"
    if told.candidate == serving:
        return f"{serving} serves already"
    if told.candidate != last:
        return f"the last run was of {last}, and {told.candidate} is tried by itself: see `status`"
    return ""


def is_retried(told: Told, run: str) -> bool:
    return told.condition("Concluded").get("reason") in ("RunPending", "RunInProgress")


def object_to_revert(told: Told) -> str:
    """Only a promotion whose window is not over is taken back."""
    if told.stage in COMPARING:
        return f"{told.run_id} has not been promoted: `kubectl interleaver abort {told.name}` ends it"
    if told.stage in ("RollingBack", "Reverting"):
        return object_to_ended(told)
    return ""


def find_promoted_run(told: Told) -> str:
    """The run whose promotion can still be taken back. Raises Refusal."""
    if not told.run_id and told.decision.get("verdict") == "Promote":
        raise Refusal(
            f"promotion.rollbackWindow of {told.decision.get('runId')} is over, and what served before is gone: to "
            "serve another revision, set spec.champion to it"
        )
    return find_current_run(told)


def is_reverted(told: Told, run: str) -> bool:
    return told.run_id != run or told.stage == "Reverting"


def find_unreverted(told: Told) -> str:
    return find_stalled(told, "NotReverted")


ABOUT_RUNS: Final = {
    "promote": Order(
        names.ANNOTATION_PROMOTE,
        (),
        find_current_run,
        object_to_promote,
        is_confirmed,
        find_no_failure,
        "has your word: it is promoted once all conditions hold",
        RUNNING,
    ),
    "abort": Order(
        names.ANNOTATION_ABORT,
        (),
        find_current_run,
        object_to_ended,
        is_ended,
        find_no_failure,
        "is ended: the champion serves",
    ),
    "pause": Order(
        names.ANNOTATION_PAUSE,
        (names.ANNOTATION_RESUME,),
        find_current_run,
        object_to_late,
        is_paused,
        find_no_failure,
        "is paused: the ramp and a promotion are held, votes go on, rollback stays armed, and the window runs on",
        RUNNING,
    ),
    "resume": Order(
        names.ANNOTATION_RESUME,
        (names.ANNOTATION_PAUSE,),
        find_current_run,
        object_to_resume,
        is_resumed,
        find_no_failure,
        "goes on",
        RUNNING,
    ),
    "retry": Order(
        names.ANNOTATION_RETRY,
        (),
        find_last_run,
        object_to_retry,
        is_retried,
        find_no_failure,
        "is made again, from a zero tally",
    ),
    "revert": Order(
        names.ANNOTATION_REVERT,
        (),
        find_promoted_run,
        object_to_revert,
        is_reverted,
        find_unreverted,
        "is taken back: the former champion serves",
    ),
}
