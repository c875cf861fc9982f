"""The ramp: one step up when its gates are open; it holds and says why, and never goes down.

`run.step` is the rung that is being taken: the candidate is sized for it first. `run.percent` is what routers are told.
`run.stepped_at` is when all of them had taken it; the hold counts from there.
"""

from typing import Final, NamedTuple

from interleaver.api.fields import timestamp
from interleaver.api.sizes import candidate_size
from interleaver.api.status import Run
from interleaver.experiment.guardrails.queries import explain_unknown
from interleaver.experiment.orders.commands import is_paused
from interleaver.experiment.view import View
from interleaver.experiment.weighing.allocation import check
from interleaver.experiment.weighing.evidence import Evidence

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


def climb(view: View, run: Run, evidence: Evidence, serving_hash: str, *, fresh: bool) -> Rung:
    """Take what can be taken of the ramp at this moment."""
    steps = run.plan.traffic.steps
    if run.stepped_at is None:
        return confirm(view, run, serving_hash)
    if steps[run.step].percent == run.percent and run.step == len(steps) - 1:
        return Rung(run.model_copy(update={"hold": None}))
    if reason := find_gate(view, run, evidence, fresh):
        return hold(run, reason)
    return take(view, run)


def find_gate(view: View, run: Run, evidence: Evidence, fresh: bool) -> str:
    """The first gate that is closed; empty when all are open."""
    step = run.plan.traffic.steps[run.step]
    closed = {
        "Hold": step.percent == run.percent and not view.has_passed(run.stepped_at, step.hold or "0s"),
        "Paused": is_paused(view, run),
        "HarmSuspected": evidence.harm_that_counts(run.crossed.on_par is not None) >= SUSPICION,
        "StoreUnreachable": run.store_away_since is not None,
        "MetricsStale": not fresh,
        "NoGuardrailData": bool(explain_unknown(run)),
        "AllocationUnhealthy": bool(check(run).reason),
        "BreakerOpen": run.breaker_open_since is not None,
    }
    return next((reason for reason, holds in closed.items() if holds), "")


def hold(run: Run, reason: str) -> Rung:
    """The run as it is, with the reason on record."""
    words = HOLDS[reason].format(percent=run.percent, hold=run.plan.traffic.steps[run.step].hold)
    return Rung(run.model_copy(update={"hold": reason}), words)


def take(view: View, run: Run) -> Rung:
    """Tell routers the percent of the next rung once the candidate is Ready at its size."""
    steps = run.plan.traffic.steps
    if steps[run.step].percent == run.percent:
        run = run.model_copy(update={"step": run.step + 1})
    if not view.is_ready(run.plan.candidate.hash, candidate_size(run, view.replicas)):
        return hold(run, "CandidateNotReady")
    taken = {"percent": steps[run.step].percent, "stepped_at": None, "hold": "RoutersBehind"}
    return Rung(run.model_copy(update=taken))


def confirm(view: View, run: Run, serving_hash: str) -> Rung:
    """Count the step as taken once every Ready router behind the entry Service reports its configuration."""
    config, routers = view.observed.config, view.serving_routers(serving_hash)
    told = config is not None and config.run == run.id and config.percent == run.percent
    if told and config and routers and all((router.generation or 0) >= config.generation for router in routers):
        return Rung(run.model_copy(update={"stepped_at": timestamp(view.now), "hold": None}))
    return hold(run, "RoutersBehind")


def is_at_top(run: Run) -> bool:
    """Whether every router has taken the last step."""
    last = run.plan.traffic.steps[-1].percent
    return run.step == len(run.plan.traffic.steps) - 1 and run.percent == last and run.stepped_at is not None
