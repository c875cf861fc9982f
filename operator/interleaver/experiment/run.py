"""`advance` decides: from what is, to the status that must be written before anything is done.

It is pure. One function per stage; the moves between stages stand in stages.py, the rules in deciding/decision.py and
deciding/ramp.py.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.fields import compact_timestamp, timestamp
from interleaver.api.observed import Observed
from interleaver.api.plan import freeze
from interleaver.api.revision import Identity
from interleaver.api.status import Run, Stage, Status
from interleaver.experiment.deciding.decision import Ruling, decide
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.deciding.health import explain_illness, note_readiness
from interleaver.experiment.deciding.obstacles import find_last_words, note_trouble, quote
from interleaver.experiment.deciding.ramp import climb
from interleaver.experiment.deciding.standing import Standing, stand
from interleaver.experiment.deciding.verdict import GATE_FAILED, conclude
from interleaver.experiment.gates.passing import (
    are_passed,
    explain_failure,
    find_waiting_since,
    pass_gates,
    stop_gates,
)
from interleaver.experiment.look import look
from interleaver.experiment.orders.candidate import find_candidate
from interleaver.experiment.orders.commands import list_given, obey
from interleaver.experiment.orders.renewals import order_renewals
from interleaver.experiment.orders.serving import find_rollout, may_serve, move_pointer, point, restore
from interleaver.experiment.orders.sources import note_changed_sources
from interleaver.experiment.probation import explain_obstacle, find_revert, watch_champion
from interleaver.experiment.records.keeping import note_records
from interleaver.experiment.records.trail import add_to_record, is_on_record
from interleaver.experiment.stages import Move, follow
from interleaver.experiment.telling.deliveries import note_deliveries
from interleaver.experiment.telling.status import describe
from interleaver.experiment.view import View
from interleaver.experiment.weighing.evidence import weigh_run

# A loser's pods stay until the routers have let go of it, but a router that cannot be read must not keep them.
LONGEST_REMOVAL_SECONDS: Final = 60


def advance(experiment: Experiment, observed: Observed, now: datetime) -> Status:
    """The next status. Called again and again with what it returned and nothing new, it comes to rest."""
    view = View(experiment, observed, now)
    status = order_renewals(view, point(view, restore(view)))
    advanced = STAGES[status.run.stage](view, status, status.run) if status.run else Advanced(start(view, status))
    status = add_to_record(view, advanced.status)
    status = note_changed_sources(view, status) if view.observed.referenced or status.changed_sources else status
    status = note_records(view, status) if status.history else status
    telling = view.observed.telling.is_on or status.deliveries
    return describe(view, note_deliveries(view, status) if telling else status, advanced.standing)


class Advanced(NamedTuple):
    """What a stage came to: the next status and, of a run that is Running by then, where it stands."""

    status: Status
    standing: Standing | None = None


def start(view: View, status: Status) -> Status:
    """The status with a new run, if the candidate is a new revision and what should serve does."""
    candidate, serving = find_candidate(view, status), status.serving
    if candidate is None or serving is None:
        return status
    champion = Identity(revision=serving.revision, hash=serving.hash)
    plan = freeze(view.spec, champion, candidate, default_store=view.observed.supply.default_store)
    run = Run(
        id=f"{candidate.revision}-{compact_timestamp(view.now)}",
        plan=plan,
        plan_hash=plan.hash,
        stage="Preparing",
        started_at=timestamp(view.now),
    )
    return status.model_copy(update={"run": run, "decision": None})


def prepare(view: View, status: Status, run: Run) -> Advanced:
    """Preparing: the candidate is deployed at the first step's size, and passes its gates."""
    if ruling := find_abort(view, run):
        return give_up(view, status, stop_gates(view, run), ruling)
    run = pass_gates(view, run) if run.plan.gates else run
    if failure := explain_failure(run):
        return give_up(view, status, run, Ruling("Rollback", GATE_FAILED, failure))
    if are_passed(run) and view.is_ready(run.plan.candidate.hash, view.due(run)):
        first = run.plan.traffic.steps[0].percent
        running = enter(run, "BecomeReady", percent=first, running_since=timestamp(view.now))
        facts = gather(view, running)
        return Advanced(status.model_copy(update={"run": running}), stand(facts, climb(view, running, facts)))
    if run.gate is None and view.has_passed(find_waiting_since(run), run.plan.promotion.progress_deadline):
        run = find_last_words(view, run)
        return give_up(view, status, run, Ruling("Aborted", "CandidateNotReady", quote(run)))
    return Advanced(status.model_copy(update={"run": note_trouble(view, run)}))


def trial(view: View, status: Status, run: Run) -> Advanced:
    """Running: votes are counted and weighed, the verdict is looked for, the ramp is climbed."""
    if ruling := find_abort(view, run):
        return give_up(view, status, run, ruling)
    run = note_readiness(view, look(view, obey(view, run), run.plan.champion.hash))
    facts = gather(view, run)
    ruling = decide(facts)
    if ruling is None:
        rung = climb(view, run, facts)
        return Advanced(status.model_copy(update={"run": rung.run}), stand(facts, rung))
    if ruling.verdict == "Promote":
        return promote(view, status, enter(run, "Promote"))
    return give_up(view, status, run, ruling)


def promote(view: View, status: Status, run: Run) -> Advanced:
    """Promoting: the pointer moves as soon as the candidate is Ready at full size, and outlives the experiment."""
    if ruling := find_abort(view, run):
        return give_up(view, status, run, ruling)
    run = run.model_copy(update={"taken": list_given(view, run)})  # before there is anything to revert
    if may_serve(view, run.plan.candidate.hash, view.due(run)):
        reason = "Better" if weigh_run(run).better_proven else "OnPar"
        serving = move_pointer(view, status.serving, run.plan.candidate, "Promotion")
        moved = status.model_copy(update={"serving": serving, "run": enter(run, "MovePointer")})
        return Advanced(conclude(view, moved, run, Ruling("Promote", reason)))
    run = note_readiness(view, run)
    if illness := explain_illness(view, run):
        return give_up(view, status, run, Ruling("Rollback", "CandidateUnhealthy", illness))
    return Advanced(status.model_copy(update={"run": run}))


def remove(view: View, status: Status, run: Run) -> Advanced:
    """RollingBack: the loser goes once the routers have let go of it."""
    config = view.observed.config
    released = config is not None and config.candidate is None and view.is_in_force(run.plan.champion.hash)
    return finish(view, status, run, released)


def settle(view: View, status: Status, run: Run) -> Advanced:
    """Settling: the former champion keeps its size until the rollback window is over, or Git orders another one; it
    serves again if what was promoted does not do by itself."""
    serving = status.serving
    settling = serving and serving.former and serving.hash == run.plan.candidate.hash
    if settling and serving and not find_rollout(view, serving):
        run = watch_champion(view, run)
        ruling = find_revert(view, run)
        if ruling and not explain_obstacle(view, serving):
            return revert(view, status, run, ruling)
        return Advanced(status.model_copy(update={"run": run}))
    return leave(status, run, "Settle") if is_on_record(view, status, run) else Advanced(status)


def revert(view: View, status: Status, run: Run, ruling: Ruling) -> Advanced:
    """The former champion serves again: it has kept its size for this. What was promoted goes with its run."""
    serving = move_pointer(view, None, run.plan.champion, "Revert")
    moved = status.model_copy(update={"serving": serving, "run": enter(run, "Revert")})
    return Advanced(conclude(view, moved, run, ruling))


def let_go(view: View, status: Status, run: Run) -> Advanced:
    """Reverting: what was promoted goes once its routers, and all others, have let go of it."""
    config, serving = view.observed.config, status.serving
    is_told = config is not None and serving is not None and config.serving.hash == serving.hash
    hashes = [hash_ for hash_ in (run.plan.champion.hash, run.plan.candidate.hash) if view.ready_routers(hash_)]
    return finish(view, status, run, is_told and bool(hashes) and all(view.is_in_force(hash_) for hash_ in hashes))


def finish(view: View, status: Status, run: Run, released: bool) -> Advanced:
    """The status without a run whose loser may go: nobody holds it any more, or has for too long."""
    overdue = status.decision is None or view.elapsed(status.decision.at) >= LONGEST_REMOVAL_SECONDS
    if (released or overdue) and is_on_record(view, status, run):
        return leave(status, run, "Remove")
    return Advanced(status)


STAGES: Final[dict[Stage, Callable[[View, Status, Run], Advanced]]] = {
    "Preparing": prepare,
    "Running": trial,
    "Promoting": promote,
    "RollingBack": remove,
    "Settling": settle,
    "Reverting": let_go,
}


def find_abort(view: View, run: Run) -> Ruling | None:
    """Why a run must end without a verdict on the candidate: a command, or a change of the spec."""
    candidate, serving = view.spec.candidate, view.experiment.status.serving
    if view.metadata.annotations.get(names.ANNOTATION_ABORT) == run.id:
        return Ruling("Aborted", "Command")
    if serving and find_rollout(view, serving):
        return Ruling("Aborted", "ChampionChanged")
    if view.spec.champion.pinned:
        return Ruling("Aborted", "ChampionPinned")
    if candidate is None:
        return Ruling("Aborted", "CandidateRemoved")
    if candidate.revision != run.plan.candidate.revision:
        return Ruling("Aborted", "CandidateReplaced")
    return None


def give_up(view: View, status: Status, run: Run, ruling: Ruling) -> Advanced:
    """The champion stays: the routers let go of the candidate, whatever the reason."""
    return Advanced(conclude(view, status.model_copy(update={"run": enter(run, "GiveUp")}), run, ruling))


def enter(run: Run, move: Move, **changes: object) -> Run:
    """The run in the stage that a move leads to."""
    return run.model_copy(update={"stage": follow(run.stage, move), **changes})


def leave(status: Status, run: Run, move: Move) -> Advanced:
    """The status without the run that a move ends."""
    return Advanced(status.model_copy(update={"run": follow(run.stage, move)}))
