"""What a report is about: a run, going on or over, and all that is known of it."""

import json
from dataclasses import dataclass
from typing import Any

from interleaver.api.record import RECORD_FILE, fingerprint
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal

Document = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A run of an experiment; `run` has its numbers, `decision` its verdict, `note` what is to be known about both."""

    told: Told
    run: Document
    decision: Document
    note: str = ""

    @property
    def plan(self) -> Document:
        return self.run.get("plan") or {}

    @property
    def candidate(self) -> str:
        return str((self.plan.get("candidate") or {}).get("revision") or self.run.get("candidate") or "the candidate")

    @property
    def champion(self) -> str:
        return str((self.plan.get("champion") or {}).get("revision") or "the champion")


def choose_run(told: Told, wanted: str | None) -> str:
    """The run that is meant: the one that is named, or is going on, or was the last. Raises Refusal."""
    history = [str(past.get("runId")) for past in told.status.get("history") or []]
    known = [told.run_id, *history] if told.run_id else history
    if wanted is None and not known:
        raise Refusal(f"{told.name} has had no run yet, so there is nothing to report")
    if wanted is not None and wanted not in known:
        raise Refusal(f"{told.name} knows nothing of a run {wanted}; it knows: {', '.join(known) or 'none'}")
    return wanted or known[0]


def find_past(told: Told, run: str) -> Document:
    """What the history has of a run."""
    return next((past for past in told.status.get("history") or [] if past.get("runId") == run), {})


def describe_current(told: Told) -> Subject:
    """The run that is going on, or is being cleared away."""
    decision = told.decision if told.decision.get("runId") == told.run_id else {}
    return Subject(told, told.run, decision)


def describe_past(told: Told, past: Document, record: Document | None) -> Subject:
    """A run that is over, from its record; of one that is lost, what the history has."""
    text = ((record or {}).get("data") or {}).get(RECORD_FILE)
    if text is None:
        note = "Its evidence record was not found, so this is only what status.history has of it."
        return Subject(told, outline(past), outline_decision(past), note)
    found = json.loads(text)
    note = ""
    if past.get("digest") and fingerprint(text) != past["digest"]:
        note = "Its evidence record has another digest than status.history: it is not the one that the operator wrote."
    return Subject(told, found["run"], found["decision"], note)


def outline(past: Document) -> Document:
    """A run by what the history has of it."""
    return {
        "id": past.get("runId"),
        "candidate": past.get("candidate"),
        "tally": past.get("tally"),
        "startedAt": past.get("startedAt"),
    }


def outline_decision(past: Document) -> Document:
    found = {"verdict": past.get("verdict"), "reason": past.get("reason"), "at": past.get("endedAt")}
    return found | {"message": past.get("detail") or ""}
