"""The ramp: one step up when its gates are open; it holds and says why, and never goes down.

`run.step` is the rung that is being taken: the candidate is sized for it first. `run.percent` is what routers are told.
`run.stepped_at` is when all of them had taken it; the hold counts from there.
"""

from typing import Final, NamedTuple

from interleaver.api.fields import timestamp
from interleaver.api.sizes import candidate_size
from interleaver.api.status import Run
from interleaver.experiment.evidence import Evidence
from interleaver.experiment.view import View

SUSPICION: Final = 1.0986122886681098  # ln 3: evidence of harm at which the ramp waits and sees


class Rung(NamedTuple):
    """The run after the ramp was looked at, and why it holds, in words; empty when it does not."""

    run: Run
    holds: str = ""


def climb(view: View, run: Run, evidence: Evidence, serving_hash: str, *, fresh: bool) -> Rung:
    """Take what can be taken of the ramp at this moment."""
    steps = run.plan.traffic.steps
    if run.stepped_at is None:
        return confirm(view, run, serving_hash)
    if steps[run.step].percent > run.percent:
        return take(view, run)
    if run.step == len(steps) - 1:
        return Rung(run)
    held = steps[run.step].hold or "0s"
    if not view.has_passed(run.stepped_at, held):
        return Rung(run, f"holds {run.percent} % for {held}")
    if evidence.harm_that_counts(run.crossed.on_par is not None) >= SUSPICION:
        return Rung(run, f"holds {run.percent} %: harm is suspected")
    if not fresh:
        return Rung(run, f"holds {run.percent} %: the routers' counters are stale")
    return take(view, run.model_copy(update={"step": run.step + 1}))


def take(view: View, run: Run) -> Rung:
    """Tell routers the percent of the step once the candidate is Ready at the step's size."""
    percent = run.plan.traffic.steps[run.step].percent
    size = candidate_size(run, view.replicas)
    if not view.is_ready(run.plan.candidate.hash, size):
        return Rung(run, f"waits for {size} Ready candidate pod(s) before {percent} %")
    return Rung(run.model_copy(update={"percent": percent, "stepped_at": None}))


def confirm(view: View, run: Run, serving_hash: str) -> Rung:
    """Count the step as taken once every Ready router behind the entry Service reports its configuration."""
    config, routers = view.observed.config, view.serving_routers(serving_hash)
    told = config is not None and config.run == run.id and config.percent == run.percent
    if told and config and routers and all((router.generation or 0) >= config.generation for router in routers):
        return Rung(run.model_copy(update={"stepped_at": timestamp(view.now)}))
    return Rung(run, f"waits for the routers to take {run.percent} %")


def is_at_top(run: Run) -> bool:
    """Whether every router has taken the last step."""
    last = run.plan.traffic.steps[-1].percent
    return run.step == len(run.plan.traffic.steps) - 1 and run.percent == last and run.stepped_at is not None
