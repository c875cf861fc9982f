"""The condition on gates: whether the candidate passed what it must before users see it, and where that is told."""

from collections.abc import Iterator
from typing import Final, Literal

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.gates import GateResult
from interleaver.api.record import record_name
from interleaver.api.sizes import COMPARING
from interleaver.api.status import Run, Status
from interleaver.experiment.deciding.verdict import GATE_FAILED
from interleaver.experiment.gates.passing import are_passed, explain_failure
from interleaver.experiment.view import View

DECIDED: Final = ("True", "False")
Told = tuple[Literal["Normal", "Warning"], str, str]  # kind, reason and message of an event


def find_lab_passed(view: View, status: Status) -> Finding:
    """The LabPassed condition. After its run it stays as it was decided, until the next run begins."""
    run = status.run
    former = conditions.find(view.experiment.status, conditions.LAB_PASSED)
    if run is None and status.decision and former and former.status in DECIDED:
        return Finding(conditions.LAB_PASSED, former.status, former.reason, former.message)
    if run is None or (run.stage not in COMPARING and not run.gates):
        return Finding(conditions.LAB_PASSED, "Unknown", conditions.NO_RUN, "no candidate is on trial")
    if not run.plan.gates:
        return Finding(
            conditions.LAB_PASSED, "Unknown", "NoGates", f"{run.plan.candidate.revision} has no gates to pass"
        )
    return judge(view.metadata.name, run, len(run.plan.gates))


def judge(name: str, run: Run, number: int) -> Finding:
    """The condition of a run with so many gates."""
    candidate, told = (
        run.plan.candidate.revision,
        f"the record {record_name(name, run.id)} keeps the ends of their logs",
    )
    passed = sum(result.state == "Passed" for result in run.gates)
    if failure := explain_failure(run):
        message = (
            f"{candidate} has failed gate {failure}. The end of its log is in the record {record_name(name, run.id)}"
        )
        return Finding(conditions.LAB_PASSED, "False", GATE_FAILED, message)
    if are_passed(run):
        message = f"{candidate} has passed {', '.join(result.name for result in run.gates)}; {told}"
        return Finding(conditions.LAB_PASSED, "True", "GatesPassed", message)
    if run.gate:
        return Finding(conditions.LAB_PASSED, "Unknown", "GateRunning", describe(run.gate, passed, number))
    message = f"{passed} of {number} gates are passed; the next begins as soon as {candidate} is Ready"
    if run.stage != "Preparing":
        return Finding(conditions.LAB_PASSED, "Unknown", "GatesStopped", f"the run ended at {passed} of {number} gates")
    return Finding(conditions.LAB_PASSED, "Unknown", "GatesPending", message)


def describe(gate: GateResult, passed: int, number: int) -> str:
    """Where the gate that goes on stands."""
    words = f"gate {gate.name!r}, {passed + 1} of {number}, goes on since {gate.started_at} as Job {gate.job}"
    return words + (f": {gate.message}" if gate.message else "")


def announce_gates(old: Run | None, new: Run) -> Iterator[Told]:
    """What people should hear of the gates of a run."""
    known = {result.name: result.state for result in old.gates} if old and old.id == new.id else {}
    for result in new.gates:
        if result.name not in known:
            yield "Normal", "GateStarted", f"{new.id}: gate {result.name!r} is begun, by Job {result.job}"
        if result.state != known.get(result.name, "Starting"):
            yield from describe_end(new.id, result)


def describe_end(run_id: str, result: GateResult) -> Iterator[Told]:
    """How a gate ended; nothing while it goes on."""
    if result.state == "Passed":
        yield "Normal", "GatePassed", f"{run_id}: gate {result.name!r} is passed"
    elif not result.is_open:
        yield (
            "Warning",
            f"Gate{result.state}",
            f"{run_id}: gate {result.name!r} {result.state.lower()}: {result.message}",
        )
