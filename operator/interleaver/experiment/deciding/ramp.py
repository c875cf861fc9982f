"""The ramp: one step up when its gates are open; it holds and says why, and never goes down.

`run.step` is the rung that is being taken: the candidate is sized for it first. `run.percent` is what routers are told.
`run.stepped_at` is when all of them had taken it; the hold counts from there.
"""

from typing import Final, NamedTuple

from interleaver.api.fields import timestamp
from interleaver.api.status import Run
from interleaver.experiment.deciding.decision import Facts
from interleaver.experiment.view import View

SUSPICION: Final = 1.0986122886681098  # ln 3: evidence of harm at which the ramp waits and sees


HOLDS: Final = {
    "Hold": "holds {percent} % for {hold}",
    "Paused": "holds {percent} %: the run is paused",
    "HarmSuspected": "holds {percent} %: harm is suspected",
    "StoreUnreachable": "holds {percent} %: no router reaches the vote store",
    "MetricsStale": "holds {percent} %: the routers' counters are stale",
    "NoGuardrailData": "holds {percent} %: a guardrail's query gives no data",
    "AllocationUnhealthy": "holds {percent} %: the allocation is not healthy",
    "BreakerOpen": "holds {percent} %: the candidate's breaker is open on most routers",
    "CandidateNotReady": "holds {percent} %: the candidate is not Ready at the next step's size",
    "RoutersBehind": "waits for the routers to take {percent} %",
}


class Rung(NamedTuple):
    """The run after the ramp was looked at, and why it holds, in words; empty when it does not."""

    run: Run
    words: str = ""


def climb(view: View, run: Run, facts: Facts) -> Rung:
    """What can be done about the ramp at this visit: a step is confirmed, or the next one begun, never both."""
    if run.stepped_at is not None:
        return step_up(view, run, facts)
    if not is_taken(view, run):
        return hold(run, "RoutersBehind")
    run = run.model_copy(update={"stepped_at": timestamp(view.now), "hold": None})
    following = step_up(view, run, facts)  # not done yet, but people are told what the ramp waits for from now on
    return Rung(run, following.words if following.run.percent == run.percent else "")


def is_taken(view: View, run: Run) -> bool:
    """Whether the configuration with the run's percent is in force in every Ready router behind the entry Service."""
    config = view.observed.config
    is_current = config is not None and (config.run, config.percent) == (run.id, run.percent)
    return is_current and view.is_in_force(run.plan.champion.hash)


def step_up(view: View, run: Run, facts: Facts) -> Rung:
    """Tell routers the percent of the next rung, if all gates are open and the candidate is Ready at its size."""
    steps = run.plan.traffic.steps
    if steps[run.step].percent == run.percent and run.step == len(steps) - 1:
        return Rung(run.model_copy(update={"hold": None}))
    if reason := find_gate(view, run, facts):
        return hold(run, reason)
    if steps[run.step].percent == run.percent:
        run = run.model_copy(update={"step": run.step + 1})
    if not view.is_ready(run.plan.candidate.hash, view.due(run)):
        return hold(run, "CandidateNotReady")
    return hold(run.model_copy(update={"percent": steps[run.step].percent, "stepped_at": None}), "RoutersBehind")


def find_gate(view: View, run: Run, facts: Facts) -> str:
    """The first gate that is closed; empty when all are open."""
    step = run.plan.traffic.steps[run.step]
    closed = {
        "Hold": step.percent == run.percent and not view.has_passed(run.stepped_at, step.hold or "0s"),
        "Paused": facts.paused,
        "HarmSuspected": facts.evidence.harm_that_counts(facts.on_par_before) >= SUSPICION,
        "StoreUnreachable": run.store_away_since is not None,
        "MetricsStale": not facts.fresh,
        "NoGuardrailData": bool(facts.unknown),
        "AllocationUnhealthy": bool(facts.allocation.reason),
        "BreakerOpen": facts.left_alone,
    }
    return next((reason for reason, holds in closed.items() if holds), "")


def hold(run: Run, reason: str) -> Rung:
    """The run as it is, with the reason on record."""
    words = HOLDS[reason].format(percent=run.percent, hold=run.plan.traffic.steps[run.step].hold)
    return Rung(run.model_copy(update={"hold": reason}), words)


def is_at_top(run: Run) -> bool:
    """Whether every router has taken the last step."""
    last = run.plan.traffic.steps[-1].percent
    return run.step == len(run.plan.traffic.steps) - 1 and run.percent == last and run.stepped_at is not None
