"""The rollback window: a new champion is watched by its own calls, afresh, and can be sent back (decision 45).

What was proven of it was proven beside another model, which answered when it did not. Once promoted it is alone.
"""

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Reading
from interleaver.api.status import GuardrailReading, Probation, Run, Serving
from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.counts import Counts, add_counts, pick
from interleaver.experiment.counting.ledger import Ledger
from interleaver.experiment.deciding.decision import Ruling
from interleaver.experiment.guardrails.detectors import find_breach, show_reading, watch
from interleaver.experiment.guardrails.queries import read_queries
from interleaver.experiment.look import subtract
from interleaver.experiment.orders.commands import list_given
from interleaver.experiment.orders.serving import may_serve
from interleaver.experiment.view import View


def watch_champion(view: View, run: Run) -> Run:
    """The run after this look at what was promoted: its own calls, its pods, and what people say of it."""
    before = run.probation or Probation()
    changes: dict[str, object] = {
        "unready_since": note_unready(view, run, before),
        "ordered": before.ordered or is_revert_ordered(view, run),
    }
    if view.observed.readings is not None:
        # Routers beside another revision may still have counted calls of the one that served before.
        own = [reading for reading in view.observed.readings if reading.hash == run.plan.candidate.hash]
        former = Ledger.from_dict(before.ledger)
        ledger = fold(former, [make_sample(reading) for reading in own])
        changes["ledger"] = ledger.to_dict()
        changes["guardrails"] = read_guardrails(view, run, before, subtract(ledger.totals, former.totals))
    # One that was given too soon counts as new once it has been withdrawn.
    return run.model_copy(update={"probation": before.model_copy(update=changes), "taken": list_given(view, run)})


def note_unready(view: View, run: Run, before: Probation) -> str | None:
    """Since when fewer than half as many pods are Ready as the former champion has; None while enough are."""
    enough = view.has_half(run.plan.candidate.hash, view.attained(run.plan.champion.hash))
    return None if enough else before.unready_since or timestamp(view.now)


def is_revert_ordered(view: View, run: Run) -> bool:
    """Whether the command names this run, and has not stood there since before there was anything to revert."""
    return names.ANNOTATION_REVERT in list_given(view, run) and names.ANNOTATION_REVERT not in run.taken


def make_sample(reading: Reading) -> Sample:
    """A reading as the ledger takes it: calls of what serves alone."""
    return Sample(reading.pod, reading.start, None if reading.counts is None else reading.served, reading.terminating)


def read_guardrails(view: View, run: Run, before: Probation, look: Counts) -> list[GuardrailReading]:
    """The guardrails after a look. One that compares the arms has nothing to go by any more."""
    counted = watch(run.plan, before.guardrails, stand_in(look), view.now)
    return [*counted, *read_queries(run.plan, before.guardrails, view.observed.inquiry.answers, view.now)]


def stand_in(look: Counts) -> Counts:
    """Calls of what serves in the names by which guardrails know a candidate's.

    A call that failed would have been a request without a comparison; now it is one without an answer, so that the
    guardrail that always holds holds here as well.
    """
    calls = pick(look, "calls.champion", names.CALL_OUTCOMES)
    answered, failed = calls["ok"] + calls["slow"], calls["error"] + calls["timeout"]
    requests = {"requests.ok": answered, "requests.fallback": failed}
    reasons = {"fallbacks.status": calls["error"], "fallbacks.timeout": calls["timeout"]}
    return add_counts({f"calls.candidate.{outcome}": number for outcome, number in calls.items()}, requests, reasons)


def find_revert(view: View, run: Run) -> Ruling | None:
    """Why what was promoted must not go on serving; None when it may."""
    probation, promoted = run.probation, run.plan.candidate.revision
    if probation is None:
        return None
    if probation.ordered:
        return Ruling("Rollback", "Reverted", f"the annotation {names.ANNOTATION_REVERT} sends {promoted} back")
    if breach := find_breach(probation.guardrails):
        words = f"guardrail {breach.name} is breached by {promoted} since it serves ({show_reading(breach)})"
        return Ruling("Rollback", "Reverted", words)
    deadline = run.plan.promotion.progress_deadline
    if view.has_passed(probation.unready_since, deadline):
        words = f"fewer than half of the pods of {promoted}, which serves, were Ready for {deadline}"
        return Ruling("Rollback", "Reverted", words)
    return None


def explain_obstacle(view: View, serving: Serving) -> str:
    """What stands between a revert and the former champion, in words; empty when nothing does."""
    former = serving.former
    if former is None:
        return "the revision that served before is gone"
    if view.spec.champion.revision == serving.revision:
        return (
            f"spec.champion orders {serving.revision}, and that order stands: to go back, set spec.champion to "
            f"{former.revision} again"
        )
    serves, known = view.deployed(serving.hash), view.deployed(former.hash)
    wanted = min(view.replicas, max(1, serves.ready if serves else 0))
    if not may_serve(view, former.hash, wanted):
        ready = known.ready if known else 0
        return f"{former.revision} serves again once {wanted} of its pods are Ready, and {ready} are"
    return ""
