"""What people should hear of: the events that follow from a status that was written."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.plan import freeze
from interleaver.api.record import record_name
from interleaver.api.references import find_origin, list_owners, name_source
from interleaver.api.revision import find_guess
from interleaver.api.status import Gap, Past, Run, Status
from interleaver.experiment.counting.ledger import DROPPED, STORE_LOST, STORE_SET_BACK
from interleaver.experiment.telling.deliveries import announce_deliveries
from interleaver.experiment.telling.gates import announce_gates

ORDINARY_HOLDS: Final = (None, "Hold", "RoutersBehind")  # every step waits for these
REVERTED: Final = "Reverted"
SERVICE_CHANGES: Final = (conditions.ADOPTING_SERVICE, conditions.GIVING_BACK_SERVICE)


class Announcement(NamedTuple):
    """An event, before it has a time and an object."""

    kind: Literal["Normal", "Warning"]
    reason: str
    message: str
    topic: str = ""  # what the same one shares when it comes again, with other numbers; empty: every word

    @property
    def is_state(self) -> bool:
        """Whether it tells of what may come and go, rather than of what was done."""
        return self.kind == "Warning" or bool(self.topic)


def announce(experiment: Experiment, new: Status) -> list[Announcement]:
    """The events between the status that `experiment` was read with and the new one."""
    old = experiment.status
    return [
        *announce_serving(old, new),
        *announce_adoption(old, new),
        *announce_renewals(old, new),
        *announce_run(old.run, new.run),
        *(Announcement(*told) for told in (announce_gates(old.run, new.run) if new.run and new.run.gates else ())),
        *announce_verdict(old, new),
        *announce_plan(experiment, new),
        *announce_guesses(experiment),
        *announce_sources(experiment, new),
        *announce_stalls(old, new),
        *announce_flow(old, new),
        *announce_records(experiment.metadata.name, old, new),
        *(Announcement(*told) for told in announce_deliveries(old, new)),
    ]


def announce_serving(old: Status, new: Status) -> Iterator[Announcement]:
    """Another revision serves."""
    if new.serving and (old.serving is None or old.serving.hash != new.serving.hash):
        before = f" in place of {old.serving.revision}" if old.serving else ""
        message = f"{new.serving.revision} serves{before} ({new.serving.origin})"
        yield Announcement("Normal", "ServingChanged", message)


def announce_adoption(old: Status, new: Status) -> Iterator[Announcement]:
    """Somebody's Service is about to be taken over or given back, or has been taken over.

    That one was given back is told by whoever does it: the experiment may be gone.
    """
    was, is_now = (s.underway.reason if s.underway else None for s in (old, new))
    if is_now and is_now != was and is_now in SERVICE_CHANGES:
        told = conditions.find(new, conditions.RECONCILING)
        yield Announcement("Normal", is_now, told.message if told else "it goes on, whatever else Stalled has to say")
    if was != conditions.ADOPTING_SERVICE or is_now == was:
        return
    # One that was taken away meanwhile is no success, and Stalled says what it is.
    ready = conditions.find(new, conditions.READY)
    if ready and ready.reason not in (conditions.SERVICE_EXISTS, conditions.ADOPTION_PENDING):
        yield Announcement("Normal", "ServiceAdopted", ready.message)


def announce_renewals(old: Status, new: Status) -> Iterator[Announcement]:
    """The routers of a revision are about to be replaced, or have been."""
    before, after = ({each.hash: each for each in status.renewals} for status in (old, new))
    for hash_, renewal in after.items():
        if hash_ not in before or before[hash_].sidecar != renewal.sidecar:
            words = f"the routers of {renewal.revision} are replaced pod by pod, by {renewal.sidecar.image}"
            yield Announcement("Normal", "RoutersRenewing", f"{words} at port {renewal.sidecar.port}")
    for hash_, renewal in before.items():
        if hash_ not in after:
            yield Announcement("Normal", "RoutersRenewed", f"the routers of {renewal.revision} are replaced")


def announce_run(old: Run | None, new: Run | None) -> Iterator[Announcement]:
    """A run starts, changes its stage, climbs the ramp, or loses count of a router."""
    if new is None:
        if old:
            yield Announcement("Normal", "RunEnded", f"{old.id} is over: what it does not need any more is removed")
        return
    former = old if old and old.id == new.id else None
    if former is None:
        plan = new.plan
        message = (
            f"{new.id}: {plan.candidate.revision} is tried against {plan.champion.revision} (plan {new.plan_hash})"
        )
        yield Announcement("Normal", "RunStarted", message)
    elif former.stage != new.stage:
        yield Announcement("Normal", f"Run{new.stage}", f"{new.id} is {new.stage}")
    if former and former.percent != new.percent:
        yield Announcement("Normal", "RampStep", f"{new.id}: {former.percent} % -> {new.percent} % of units")
    if former and former.hold != new.hold and new.hold not in ORDINARY_HOLDS:
        yield Announcement("Warning", "RampHeld", f"{new.id}: the ramp holds {new.percent} % ({new.hold})")
    if former and former.crossed.on_par is None and new.crossed.on_par:
        yield Announcement("Normal", "OnParProven", f"{new.id}: on par after {new.votes} votes")
    for gap in new.gaps:
        if former and gap not in former.gaps:
            yield Announcement("Warning", *describe_gap(new.id, gap))


def describe_gap(run_id: str, gap: Gap) -> tuple[str, str]:
    """What a gap means, in a word and in words."""
    if gap.reason == STORE_LOST:
        words = "the vote store lost its memory: what was counted is kept, but units may vote a second time"
        return STORE_LOST, f"{run_id}: {words}"
    if gap.reason == STORE_SET_BACK:
        words = (
            "the vote store lacks some of the latest votes, for a server took over that had not got them yet: what was "
            "counted is kept, but those units may vote a second time"
        )
        return STORE_SET_BACK, f"{run_id}: {words}"
    if gap.reason == DROPPED:
        words = f"router {gap.pod} dropped events, for the vote store was away too long"
        return "EventsDropped", f"{run_id}: {words}"
    return "CountersLost", f"{run_id}: votes of router {gap.pod} may be missing"


def announce_verdict(old: Status, new: Status) -> Iterator[Announcement]:
    """A run was decided."""
    if new.decision and new.decision != old.decision:
        kind: Literal["Normal", "Warning"] = "Normal" if new.decision.verdict == "Promote" else "Warning"
        told = REVERTED if new.decision.reason == REVERTED else new.decision.verdict
        yield Announcement(kind, told, f"{new.decision.run_id}: {new.decision.message}")


def announce_plan(experiment: Experiment, new: Status) -> Iterator[Announcement]:
    """The spec was changed in a way that only the next run will see."""
    run, spec = new.run, experiment.spec
    if run is None or experiment.status.observed_generation == experiment.metadata.generation:
        return
    # What the operator's settings name is no part of the spec, so it counts as unchanged.
    by_default = run.plan.store is not None and run.plan.store.url_secret_ref is None
    if freeze(spec, run.plan.champion, run.plan.candidate, default_store=by_default) != run.plan:
        message = (
            f"the spec differs from the frozen plan {run.plan_hash} of {run.id}: it takes effect with the next run"
        )
        yield Announcement("Normal", "PlanChanged", message)


def announce_guesses(experiment: Experiment) -> Iterator[Announcement]:
    """A container was taken for the model's only because it is the first: said of every spec that is new."""
    spec = experiment.spec
    if experiment.status.observed_generation == experiment.metadata.generation:
        return
    for name, source in {"champion": spec.champion, "candidate": spec.candidate}.items():
        if source and (guess := find_guess(source)):
            message = (
                f"spec.{name}: no container of the template declares port {source.port}, so {guess!r}, the first, is "
                "taken for the model's and gets its probe and its pause. If that is another one, name it by "
                f"spec.{name}.container, or declare its port"
            )
            yield Announcement("Warning", "ModelContainerGuessed", message)


def announce_sources(experiment: Experiment, new: Status) -> Iterator[Announcement]:
    """An object has another template than the one that was copied of it: said of every template that is new."""
    fresh = [each for each in new.changed_sources if each not in experiment.status.changed_sources]
    for changed in fresh:
        for role, owner in list_owners(experiment.spec).items():
            if changed.revision == owner.revision and find_origin(owner.source):
                message = (
                    f"{name_source(role, owner)} has another template by now than the one that {owner.revision} was "
                    "deployed with, and which it keeps: give the new version a new revision name"
                )
                yield Announcement("Warning", "SourceChanged", message)


def announce_stalls(old: Status, new: Status) -> Iterator[Announcement]:
    """Something needs a person."""
    before, stalled = conditions.find(old, conditions.STALLED), conditions.find(new, conditions.STALLED)
    if stalled and (before is None or (before.reason, before.message) != (stalled.reason, stalled.message)):
        yield Announcement("Warning", stalled.reason, stalled.message)


def announce_flow(old: Status, new: Status) -> Iterator[Announcement]:
    """Votes do not come, for another reason than before; or they do come now."""
    before, flow = conditions.find(old, conditions.VOTES_FLOWING), conditions.find(new, conditions.VOTES_FLOWING)
    if flow is None or flow.status == "Unknown":
        return
    if before is None or (before.status, before.reason) != (flow.status, flow.reason):
        topic = f"{new.run.id if new.run else ''} {flow.reason}"
        yield Announcement("Normal" if flow.status == "True" else "Warning", flow.reason, flow.message, topic)


def announce_records(name: str, old: Status, new: Status) -> Iterator[Announcement]:
    """A record had to have another name, is gone, or is not what was written; or is there again."""
    before = {past.run_id: past for past in old.history}
    for past in new.history:
        known, first = before.get(past.run_id, past), record_name(name, past.run_id)
        if past.record and known.record is None and past.reason == REVERTED:
            words = f"that of the promotion stays as {first!r} until there are more than historyLimit"
            yield Announcement("Normal", "RecordAmended", f"the record of {past.run_id} is {past.record!r}: {words}")
        elif past.record and known.record is None and past.record != first:
            message = f"the ConfigMap {first!r} was there before the record of {past.run_id} and is none: it is left "
            message += f"alone, and the record is {past.record!r}. The API server's audit log tells who made it"
            yield Announcement("Warning", "RecordPlanted", message)
        if past.record_state != known.record_state and known.record_state:
            yield describe_record(past)


def describe_record(past: Past) -> Announcement:
    """What became of a record that was looked for again."""
    if past.record_state == "Kept":
        return Announcement("Normal", "RecordFound", f"the record of {past.run_id} is there again, as it was written")
    is_, reason = (
        ("gone", "RecordMissing") if past.record_state == "Missing" else ("not what was written", "RecordChanged")
    )
    message = (
        f"the record of {past.run_id}, ConfigMap {past.record!r}, is {is_}. A copy is the true one if its digest is "
    )
    message += f"{past.digest}: interleaver verify-record --digest says so"
    return Announcement("Warning", reason, message)
