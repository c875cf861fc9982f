"""When to come back to an experiment. Pure.

While nothing changes visits get rare, and a deadline must not wait for the next of them. So what the decision core asks
the clock for between looks is listed here once more, and a visit is planned for the nearest. What only a look at a run
decides, such as a promotion after `minimumRun`, is not: looks have times of their own.
"""

from dataclasses import replace
from typing import Final

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds, seconds_until_first
from interleaver.api.observed import Observed
from interleaver.api.status import Decision, Run, Status
from interleaver.controller.cluster.pods import is_settling
from interleaver.controller.observing.looks import Moment, PastLooks, wait_for_look
from interleaver.controller.observing.observe import Seen
from interleaver.controller.settings import Pace
from interleaver.experiment.deciding.breakers import PATIENCE
from interleaver.experiment.gates.passing import GRACE_SECONDS, find_deadline, find_waiting_since
from interleaver.experiment.records.trail import LONGEST_DENIAL_SECONDS
from interleaver.experiment.run import LONGEST_REMOVAL_SECONDS
from interleaver.experiment.telling.deliveries import find_next

LONGEST_DENIAL: Final = f"{LONGEST_DENIAL_SECONDS}s"
LONGEST_REMOVAL: Final = f"{LONGEST_REMOVAL_SECONDS}s"
Deadline = tuple[str | None, str]  # a timestamp, and how long after it something else is decided; never without one
# What is wrong with objects of others.
OUTSIDE: Final = (conditions.SOURCE_NOT_FOUND, conditions.SOURCE_NOT_USABLE, conditions.SELECTED_ELSEWHERE)


def seconds_until_next(
    experiment: Experiment, seen: Seen, looks: PastLooks, moment: Moment, pace: Pace, waited: float = 0.0
) -> float:
    """Seconds until the next visit is due even if no event asks for it: a look, a deadline, or the resync. Nothing has
    changed for `waited` seconds."""
    pace = slow_down(pace, waited)
    dates = [pace.resync]
    if (deadline := seconds_until_first(list_deadlines(experiment, seen.observed), moment.now)) is not None:
        dates.append(deadline)
    look = wait_for_look(experiment, seen.children.pods, seen.observed.config, looks, moment)
    if look is not None:
        dates.append(look)
    if experiment.status.deliveries and (delivery := find_next(experiment.status, moment.now)) is not None:
        dates.append(delivery)
    if experiment.status.serving and experiment.status.serving.former:
        dates.append(seconds(experiment.spec.metrics.interval))
    if any(is_settling(pod, moment.now) for pod in seen.children.pods):
        dates.append(moment.soon)
    if is_waiting_for_others(seen):
        dates.append(pace.unseen)
    if seen.supplied.concerned:
        dates.append(pace.unwatched)
    if seen.children.strangers:
        dates.append(pace.unseen)  # whether they stay strangers is told by the clock alone
    if seen.observed.invalid:
        # A template is asked for again once the former answer is old; only visits notice that.
        dates.append(pace.stalled)
    if is_caused_outside(experiment.status):
        dates.append(pace.unseen)
    if seen.observed.referenced:
        dates.append(pace.unwatched)
    if not conditions.is_true(experiment.status, conditions.READY):
        # After a while that is said to need a person, and no event tells when.
        dates.append(pace.stalled)
    if is_in_progress(experiment.status):
        is_stuck = conditions.is_true(experiment.status, conditions.STALLED)
        dates.append(pace.stalled if is_stuck else pace.soon)
    return min(dates)


def is_caused_outside(status: Status) -> bool:
    """Whether something is waited for that carries no label of ours, so that no event tells when it is mended."""
    stalled = conditions.find(status, conditions.STALLED)
    return stalled is not None and stalled.reason in OUTSIDE


def is_waiting_for_others(seen: Seen) -> bool:
    """Whether a Secret is to get its label, or an object that is in the way is to go: only visits notice that."""
    observed = seen.observed
    is_taken = observed.entry is not None and not observed.entry.ours
    return bool(observed.inquiry.reason or observed.supply.reason or observed.clashes or is_taken)


def slow_down(pace: Pace, waited: float) -> Pace:
    """The pace when nothing has changed for so many seconds: what cannot start takes longer and longer to be visited
    again, but not twice as long as it has been waiting. An event brings the next visit at once."""
    most = min(waited, pace.patience)
    return replace(pace, soon=max(pace.soon, most), stalled=max(pace.stalled, most))


def is_in_progress(status: Status) -> bool:
    """Whether something is under way that no event need tell of, such as a deadline."""
    if status.renewals or (status.run and status.run.stage in ("Preparing", "Promoting", "RollingBack", "Reverting")):
        return True
    return status.underway is not None


def list_deadlines(experiment: Experiment, observed: Observed) -> list[Deadline]:
    """Those of what serves, and those of a run."""
    status, promotion = experiment.status, experiment.spec.promotion
    run, serving = status.run, status.serving
    unready = [one for one in status.conditions if one.type == conditions.READY and one.status == "False"]
    waits: list[str | None] = [
        *(renewal.since for renewal in status.renewals),
        *(one.last_transition_time for one in unready),
    ]
    if status.underway:
        waits += [status.underway.since, *(deployed.created for deployed in observed.deployed.values())]
    found: list[Deadline] = [(since, promotion.progress_deadline) for since in waits]
    if serving and serving.former:
        found.append((serving.since, (run.plan if run else experiment.spec).promotion.rollback_window))
    return [*found, *list_of_run(run, status.decision)] if run else found


def list_of_run(run: Run, decision: Decision | None) -> list[Deadline]:
    """Those of a run, at its stage."""
    plan, progress = run.plan, run.plan.promotion.progress_deadline
    at = decision.at if decision and decision.run_id == run.id else None
    ill: list[Deadline] = [(run.unready_since, progress), (run.breaker_open_since, PATIENCE)]
    match run.stage:
        case "Preparing":
            if run.gate:
                return [(run.gate.started_at, f"{find_deadline(plan, run.gate.name)}{GRACE_SECONDS}s")]
            return [(find_waiting_since(run), progress)]
        case "Running":
            hold, window = plan.traffic.steps[run.step].hold or "0s", plan.analysis.window
            fresh = (run.looked_at or run.running_since, plan.metrics.stale_after)
            return [*ill, (run.stepped_at, hold), (run.running_since, window), fresh]
        case "Promoting":
            return ill
        case "Settling":
            return [(run.probation.unready_since if run.probation else None, progress), (at, LONGEST_DENIAL)]
        case "RollingBack" | "Reverting":
            return [(at, LONGEST_REMOVAL), (at, LONGEST_DENIAL)]
