"""The event that a webhook's receiver gets of a verdict: CloudEvents 1.0 in JSON. Its schema is made from here.

Receivers are programs of others: a field may be added, and none is renamed, removed or given another meaning under the
same `type`.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from interleaver.api import names
from interleaver.api.counted import Conversions, Evidence, Tally
from interleaver.api.fields import Line, Message, Model
from interleaver.api.revision import Identity
from interleaver.api.status import Verdict

TYPE: Final = "dev.interleaver.verdict.v1"
LONGEST_CHANGE: Final = 1024  # characters; three lines with two names of revisions


class Operation(Model):
    """One operation of a JSON patch (RFC 6902)."""

    op: Literal["test", "move"]
    """What to do."""
    path: Line
    """JSON pointer to where."""
    from_: Annotated[Line | None, Field(alias="from")] = None
    """Of `move`: JSON pointer to what is moved."""
    value: Line | None = None
    """Of `test`: what must be there."""


class Change(Model):
    """The change of the InterleavingExperiment in Git that records a promotion. It holds no template, so that it fits
    the document as it stands in Git, with whatever that leaves out."""

    words: Line
    """What it does, in words."""
    patch: Annotated[list[Operation], Field(max_length=8)]
    """The change as a JSON patch. Its tests fail on a document that was changed meanwhile."""
    yaml: Annotated[str, Field(max_length=LONGEST_CHANGE)]
    """The same as YAML, as `kubectl patch --type json --patch-file` and kustomize take it."""


class StoredRecord(Model):
    """Where the evidence record of the run is."""

    config_map: Line
    """Name of the ConfigMap in the experiment's namespace, which is made after the verdict was written down."""
    digest: Line
    """Digest of its text, as `sha256sum` says it. `status.history` has another where the record was drawn up anew."""


class VerdictData(Model):
    """What was decided, and on what."""

    namespace: Line
    """Where the experiment is."""
    name: Line
    """Its name."""
    uid: Line
    """Its uid: one that was deleted and made anew has another."""
    run: Line
    """Id of the run."""
    verdict: Verdict
    """What it came to."""
    reason: Line
    """Why, in one word."""
    message: Message
    """Why, in words."""
    started_at: Line
    """When the run started."""
    champion: Identity
    """What served when the run started."""
    candidate: Identity
    """What was tried."""
    serving: Line
    """Name of the revision that serves now."""
    tally: Tally
    """Votes by outcome."""
    conversions: Conversions
    """Credited conversions."""
    evidence: Evidence | None = None
    """What the tally says; absent when nothing was weighed."""
    record: StoredRecord | None = None
    """The evidence record; absent when the status keeps no history."""
    change: Change | None = None
    """Of a promotion: the change to commit. Absent when `spec.candidate` is not what was promoted any more."""


class VerdictEvent(Model):
    """A verdict, in the JSON format of CloudEvents 1.0."""

    specversion: Literal["1.0"] = "1.0"
    """Version of CloudEvents."""
    id: Line
    """The same in every attempt to deliver the event, and of no other verdict: what has been seen may be ignored."""
    source: Line
    """Path of the experiment in its cluster's API."""
    type: Literal["dev.interleaver.verdict.v1"] = TYPE
    """What happened, and which form `data` has."""
    subject: Line
    """Id of the run."""
    time: Line
    """When it was decided."""
    datacontenttype: Literal["application/json"] = "application/json"
    """How `data` is written."""
    data: VerdictData


def name_event(uid: str, run_id: str, verdict: str) -> str:
    """The id of the event. No `.` may be in it, for that parts the id from the time in what is signed."""
    return f"{uid}-{run_id}-{verdict.lower()}"


def name_source(namespace: str, name: str) -> str:
    """The event's source."""
    return f"/apis/{names.GROUP}/{names.VERSION}/namespaces/{namespace}/{names.PLURAL}/{name}"


def event_schema() -> dict[str, Any]:
    """The JSON schema of the event."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | VerdictEvent.model_json_schema(by_alias=True)
