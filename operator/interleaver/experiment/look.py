"""A look: the routers' counters are folded into the ledger, and the tally is weighed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Reading
from interleaver.api.status import Conversions, Crossed, Gap, GuardrailReading, Run
from interleaver.api.status import Tally as Votes
from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.counts import Counts, pick
from interleaver.experiment.counting.ledger import Ledger, read_ledger, write_ledger
from interleaver.experiment.counting.sharing import find_gaps, list_shown, note_reach, own_counts
from interleaver.experiment.deciding.breakers import note_breakers
from interleaver.experiment.deciding.reaching import note_reached
from interleaver.experiment.guardrails.detectors import watch
from interleaver.experiment.guardrails.overall import read_overall
from interleaver.experiment.guardrails.queries import read_queries
from interleaver.experiment.view import View
from interleaver.experiment.weighing.evidence import show_evidence, weigh_run
from interleaver.experiment.weighing.flow import note_flow
from interleaver.experiment.weighing.position import show_position

AHEAD = timedelta(days=1)  # that a clock of a store may be ahead of ours
NEWEST_GAPS = 20  # a bound on what the status keeps


def look(view: View, run: Run, serving_hash: str) -> Run:
    """The run after this look at the counters. A look that could not read every serving router, or at which none of
    them reached the vote store, does not count as one, though what it did read is kept."""
    if view.observed.readings is None:
        return run
    before = read_ledger(run)
    readings = [doubt(reading, before, view.now) for reading in view.observed.readings]
    # Only routers beside the champion are behind the entry Service; nobody votes through the candidate's.
    voting = [reading for reading in readings if reading.hash == serving_hash]
    ledger = fold(before, [make_sample(run, reading) for reading in voting], list_shown(run, voting))
    found = find_gaps(run, before, ledger)
    gaps = [Gap(pod=gap.pod, reason=gap.reason, at=timestamp(view.now)) for gap in found]
    changes = {"ledger": write_ledger(ledger), "gaps": [*run.gaps, *gaps][-NEWEST_GAPS:]} | show_counts(ledger.totals)
    changes["position"] = show_position(run.plan, ledger.totals)
    changes["guardrails"] = read_guardrails(view, run, before.totals, ledger.totals)
    changes["store_away_since"] = away = note_reach(view, run, ledger, voting)
    changes["breaker_open_since"] = note_breakers(view, run, serving_hash)
    changes["reached_at"] = note_reached(view, run)
    changes["unread"] = explain_unread(voting)
    changes["flow"] = note_flow(view, run, ledger.totals, voting)
    doubted = any(reading.why and reading.ready for reading in voting)
    whole = view.has_read_all(serving_hash) and not doubted and away is None
    if whole:
        changes["looked_at"] = timestamp(view.now)
    return note_evidence(view, run.model_copy(update=changes), whole)


def doubt(reading: Reading, ledger: Ledger, now: datetime) -> Reading:
    """The reading, or one without counts in place of what is well formed and cannot be true.

    Taken up, it would stay for ever: totals never fall, and no store is heard that is older than one that was seen.
    """
    store, why = reading.store, reading.why
    if reading.counts is None:
        return reading
    if name := ledger.find_overflow(reading.counts, store.counts if store else {}):
        why = f"{name} would get larger than it can be"
    latest = (now + AHEAD).timestamp() * 1000
    if store and store.epoch > latest:
        why = "its vote store began at a time that is still to come"
    elif store and store.set_back > latest:
        why = "its vote store was set back at a time that is still to come"
    return replace(reading, counts=None, store=None, why=why) if why else reading


def explain_unread(voting: Iterable[Reading]) -> str | None:
    """Which routers could not be read, and why, in words; None when all were."""
    words = [f"{reading.pod}: {reading.why}" for reading in voting if reading.counts is None and reading.why]
    more = f"; and {len(words) - 3} more" if len(words) > 3 else ""
    return "; ".join(words[:3]) + more or None


def read_guardrails(view: View, run: Run, before: Counts, after: Counts) -> list[GuardrailReading]:
    """All guardrails of the plan after a look, each by its own kind of measure."""
    counted = watch(run.plan, run.guardrails, subtract(after, before), view.now)
    asked = read_queries(run.plan, run.guardrails, view.observed.inquiry.answers, view.now)
    return [*counted, *asked, *read_overall(run.plan, after)]


def subtract(after: Counts, before: Counts) -> Counts:
    """What a look added. Totals never fall."""
    return {name: number - before.get(name, 0) for name, number in after.items()}


def make_sample(run: Run, reading: Reading) -> Sample:
    """A reading as the ledger takes it."""
    return Sample(reading.pod, reading.start, own_counts(run, reading), reading.terminating)


def show_counts(totals: Counts) -> dict[str, object]:
    """The totals of the ledger as the status shows them."""
    cast = pick(totals, "votes", names.VOTES)
    votes = Votes(wins=cast["win"], ties=cast["tie"], losses=cast["loss"])
    conversions = Conversions(**pick(totals, "conversions", names.CREDITS))
    return {"tally": votes, "votes": sum(cast.values()), "conversions": conversions}


def note_evidence(view: View, run: Run, whole: bool) -> Run:
    """The run with the evidence of its tally, and with the time at which a whole look first proved on par."""
    evidence = weigh_run(run)
    crossed = run.crossed
    if whole and evidence.on_par_proven and crossed.on_par is None:
        crossed = Crossed(on_par=timestamp(view.now))
    return run.model_copy(update={"evidence": show_evidence(evidence), "crossed": crossed})
