"""Gates as they are passed: which one is next, and what became of the one that goes on (decision 64).

One is begun by being written down, and its Job is made after that. So an operator that dies in between makes the Job,
and one that dies later finds it: no gate is begun twice, and none is left out.
"""

from typing import Final

from interleaver.api.conditions import shorten
from interleaver.api.fields import seconds, timestamp
from interleaver.api.gates import LONGEST_LOG, LONGEST_WORDS, GateResult, GateState
from interleaver.api.observed import GateJob
from interleaver.api.plan import Plan
from interleaver.api.revision import digest
from interleaver.api.spec.gates import Gate
from interleaver.api.status import Run
from interleaver.experiment.view import View

# A Job ends itself at the deadline. So long after that nothing was heard of it, and it is not waited for any more.
GRACE_SECONDS: Final = 60

# What becomes of a gate, by its state and by what is seen of its Job. Whatever is not here leaves it as it is.
TABLE: Final[dict[tuple[GateState, str], GateState]] = {
    ("Starting", "Active"): "Running",
    ("Starting", "Complete"): "Passed",
    ("Starting", "Failed"): "Failed",
    ("Starting", "Foreign"): "Failed",
    ("Running", "Absent"): "Failed",  # nobody but people deletes it
    ("Running", "Complete"): "Passed",
    ("Running", "Failed"): "Failed",
    ("Running", "Foreign"): "Failed",
}
OVER: Final = ("Passed", "Failed", "Stopped")
SWITCHED_OFF: Final = "this operator may not run gates any more: its setting INTERLEAVER_GATES is off"


def pass_gates(view: View, run: Run) -> Run:
    """The run after this look at its gates: the one that goes on may be over, and then the next is begun."""
    if run.gate is not None:
        run = replace_last(run, follow(view, run, run.gate))
    following = find_next(run)
    if following is None or not view.is_ready(run.plan.candidate.hash, view.due(run)):
        return run
    return run.model_copy(update={"gates": [*run.gates, begin(view, run, following)]})


def find_next(run: Run) -> Gate | None:
    """The gate that is to be begun; None when one goes on, all are passed, or one has failed."""
    planned = run.plan.gates or []
    if any(result.state != "Passed" for result in run.gates) or len(run.gates) >= len(planned):
        return None
    return planned[len(run.gates)]


def begin(view: View, run: Run, gate: Gate) -> GateResult:
    """The gate, begun at this moment; failed at once where gates are switched off."""
    at = timestamp(view.now)
    fresh = GateResult(
        name=gate.name, state="Starting", job=name_job(view.metadata.name, run, gate.name), started_at=at
    )
    return fresh if view.observed.gating.is_on else end(view, fresh, "Failed", SWITCHED_OFF)


def name_job(experiment: str, run: Run, gate: str) -> str:
    """Name of a gate's Job: the same for whoever makes it, and another one in every run."""
    return f"{experiment}-gate-{digest([run.id, gate])}"


def follow(view: View, run: Run, gate: GateResult) -> GateResult:
    """The gate that goes on, after what is seen of it now."""
    job = view.observed.gating.job
    if job is not None and job.name == gate.job:
        state = TABLE.get((gate.state, job.state), gate.state)
        if state in OVER:
            return end(view, gate, state, explain(gate, job), job.log)
        words = find_obstacle(view, gate)
        gate = gate.model_copy(update={"state": state, "message": shorten(words, LONGEST_WORDS) or None})
    limit = find_deadline(run.plan, gate.name)
    if view.elapsed(gate.started_at) >= seconds(limit) + GRACE_SECONDS:
        return end(view, gate, "Failed", explain_late(view, gate, limit))
    return gate


def end(view: View, gate: GateResult, state: GateState, words: str, log: str = "") -> GateResult:
    """A gate that is over."""
    changes = {
        "state": state,
        "ended_at": timestamp(view.now),
        "message": shorten(words, LONGEST_WORDS) or None,
        "log": log[-LONGEST_LOG:] or None,
    }
    return gate.model_copy(update=changes)


def explain(gate: GateResult, job: GateJob) -> str:
    """How a gate ended, in words."""
    if job.state == "Absent":
        return f"its Job {gate.job} was deleted before it ended"
    if job.state == "Foreign":
        return f"the Job {gate.job} was made by somebody else"
    return job.why


def find_obstacle(view: View, gate: GateResult) -> str:
    """What a gate that goes on waits for, in words; empty when nothing is known to be wrong."""
    gating = view.observed.gating
    denied = next((words for words in view.observed.denied if gate.job in words), "")
    return gating.unread or denied or (gating.job.why if gating.job else "")


def explain_late(view: View, gate: GateResult, limit: str) -> str:
    """Why nothing came of a gate within its deadline."""
    why = find_obstacle(view, gate) or (gate.message or "")
    if not why and not view.observed.gating.is_on:
        why = SWITCHED_OFF
    return f"nothing came of it within {limit}" + (f": {why}" if why else "")


def find_deadline(plan: Plan, name: str) -> str:
    """How long a gate may take."""
    gate = plan.find_gate(name)
    return (gate and gate.deadline) or plan.promotion.progress_deadline


def stop_gates(view: View, run: Run) -> Run:
    """The run that ends by something else while it is at a gate."""
    return replace_last(run, end(view, run.gate, "Stopped", "the run ended before it")) if run.gate else run


def replace_last(run: Run, result: GateResult) -> Run:
    """The run with another word on its last gate."""
    return run.model_copy(update={"gates": [*run.gates[:-1], result]})


def are_passed(run: Run) -> bool:
    """Whether all gates of the plan are passed; True where it has none."""
    return len(run.gates) == len(run.plan.gates or []) and all(result.state == "Passed" for result in run.gates)


def explain_failure(run: Run) -> str:
    """Which gate has failed and why, in words; empty when none has."""
    failed = next((result for result in run.gates if result.state == "Failed"), None)
    return f"{failed.name!r}: {failed.message or 'its Job failed'}" if failed else ""


def find_waiting_since(run: Run) -> str:
    """Since when the candidate is waited for: gates have deadlines of their own, and their time is not its time."""
    return next((result.ended_at for result in reversed(run.gates) if result.ended_at), run.started_at)
