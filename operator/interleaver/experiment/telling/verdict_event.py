"""A verdict as the event that receivers get of it. Drawn up once, when the verdict is written down."""

from interleaver.api.record import record_name
from interleaver.api.status import Decision, Run, Status
from interleaver.api.verdict_event import StoredRecord, VerdictData, VerdictEvent, name_event, name_source
from interleaver.experiment.telling.change import find_change
from interleaver.experiment.view import View


def draw_up_event(view: View, status: Status, decision: Decision, run: Run) -> VerdictEvent:
    """The event that tells of the verdict on a run."""
    owner = view.metadata
    return VerdictEvent(
        id=name_event(owner.uid, run.id, decision.verdict),
        source=name_source(owner.namespace, owner.name),
        subject=run.id,
        time=decision.at,
        data=draw_up_data(view, status, decision, run),
    )


def draw_up_data(view: View, status: Status, decision: Decision, run: Run) -> VerdictData:
    """What was decided, and on what."""
    owner, serving = view.metadata, status.serving
    return VerdictData(
        namespace=owner.namespace,
        name=owner.name,
        uid=owner.uid,
        run=run.id,
        verdict=decision.verdict,
        reason=decision.reason,
        message=decision.message,
        started_at=run.started_at,
        champion=run.plan.champion,
        candidate=run.plan.candidate,
        serving=serving.revision if serving else run.plan.champion.revision,
        tally=run.tally,
        conversions=run.conversions,
        evidence=run.evidence,
        record=find_record(owner.name, status, run),
        change=find_change(view, serving) if serving and decision.verdict == "Promote" else None,
    )


def find_record(name: str, status: Status, run: Run) -> StoredRecord | None:
    """The record of the run, as the history has it."""
    past = next((past for past in status.history if past.run_id == run.id), None)
    if past is None or past.digest is None:
        return None
    return StoredRecord(config_map=past.record or record_name(name, run.id), digest=past.digest)
