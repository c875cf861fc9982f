"""The status of an InterleavingExperiment: all that the operator remembers (decision 2).

Whatever decides is written here before it is acted on, so that a crash anywhere resumes. The run and its numbers stand
in files of their own, run.py and counted.py; all of them are to be had from here.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from interleaver.api.counted import Conversions, Count, Estimate, Evidence, Flow, GuardrailReading, Position, Tally
from interleaver.api.delivery import MOST_DELIVERIES, Delivery
from interleaver.api.fields import Line, Message, Model, keyed_by
from interleaver.api.revision import Identity
from interleaver.api.run import Crossed, Gap, Probation, RampChange, Run, Stage
from interleaver.api.sidecar import Sidecar

__all__ = [
    "Concluded",
    "Condition",
    "Conversions",
    "Crossed",
    "Decision",
    "Delivery",
    "Estimate",
    "Evidence",
    "Flow",
    "Gap",
    "GuardrailReading",
    "Past",
    "Position",
    "Probation",
    "RampChange",
    "Renewal",
    "Run",
    "Serving",
    "Stage",
    "Status",
    "Tally",
    "Underway",
    "Verdict",
]

Verdict = Literal["Promote", "Rollback", "Inconclusive", "Aborted"]
LONGEST_MESSAGE: Final = 4096  # characters of a condition's message
LONGEST_REASON: Final = 64  # characters of its reason
LONGEST_DETAIL: Final = 512  # characters of what the history has beside a reason
NOT_SEEN: Final = -1  # the generation that nobody has seen; the CRD's default, so that kstatus waits for the operator


class Condition(Model):
    """One observation in the form that all Kubernetes tools read (metav1.Condition)."""

    type: Annotated[str, Field(max_length=64)]
    """Name of the condition."""
    status: Literal["True", "False", "Unknown"]
    """Whether it holds."""
    reason: Annotated[str, Field(max_length=LONGEST_REASON)]
    """Why, in one word."""
    message: Annotated[str, Field(max_length=LONGEST_MESSAGE)] = ""
    """Why, in words, with what to do next."""
    last_transition_time: Line
    """When the status last changed."""
    observed_generation: Count = 0
    """Generation of the spec it was observed on."""


class Serving(Model):
    """The pointer: which revision serves."""

    revision: Line
    """Name of the revision."""
    hash: Line
    """Hash that names its objects."""
    since: Line
    """When it began to serve."""
    origin: Literal["Seed", "Promotion", "Revert"]
    """How it came to serve."""
    seed: Line
    """spec.champion.revision at that time; the pointer is obeyed while it stays the same."""
    former: Identity | None = None
    """The revision that served before. It keeps its size until rollbackWindow is over, then this is cleared."""


class Decision(Model):
    """The verdict on the last run."""

    run_id: Line
    """The run."""
    verdict: Verdict
    """Promote, Rollback, Inconclusive or Aborted."""
    reason: Line
    """Why, in one word."""
    message: Message
    """Why, in words."""
    at: Line
    """When."""


class Concluded(Model):
    """The candidate that is never run again by itself."""

    candidate: Line
    """Name of the revision."""
    verdict: Verdict
    """What its run came to."""


class Renewal(Identity):
    """A revision whose routers are being replaced."""

    sidecar: Sidecar
    """What its pods get in place of what they have."""
    since: Line
    """When that was decided."""


class Underway(Model):
    """What is under way about what serves."""

    reason: Line
    """RollingOut, AdoptionPending, AdoptingService or GivingBackService."""
    since: Line
    """Since when."""


class Past(Model):
    """A run that has ended."""

    run_id: Line
    """The run."""
    candidate: Line
    """Name of the candidate's revision."""
    verdict: Verdict
    """What it came to."""
    reason: Line
    """Why, in one word."""
    detail: Annotated[str, Field(max_length=LONGEST_DETAIL)] | None = None
    """What the reason does not say: which guardrail was breached, what stood in the way of the candidate's pods."""
    tally: Tally
    """Votes by outcome."""
    started_at: Line
    """When it started."""
    ended_at: Line
    """When it was decided."""
    digest: Line | None = None
    """Digest of the record's text: `sha256:`, and what sha256sum says of it. Whatever has another is not the record."""
    record: Line | None = None
    """Name of the ConfigMap with the record; absent until it is stored."""
    record_state: Literal["Kept", "Missing", "Changed"] | None = None
    """What was found at the last look for the record."""


class Status(Model):
    """What the operator says, and all that it remembers."""

    observed_generation: Annotated[int, Field(ge=NOT_SEEN)] = NOT_SEEN
    """Generation of the spec that was last acted on; -1 before the operator has seen the resource."""
    replicas: Count = 0
    """Pods of the serving revision."""
    selector: Annotated[str, Field(max_length=512)] = ""
    """Label selector of the serving revision's pods, for the scale subresource."""
    conditions: Annotated[list[Condition], Field(max_length=16, json_schema_extra=keyed_by("type"))] = []
    """Ready, CandidateReady, LabPassed, MetricsFresh, VotesFlowing, AllocationHealthy, Concluded, PromotionRecorded,
    RoutersCurrent; while one of them is true, Reconciling or Stalled, and never both."""
    underway: Underway | None = None
    """What is under way, also while Stalled stands in the place of Reconciling; absent while nothing is."""
    serving: Serving | None = None
    """Which revision serves."""
    run: Run | None = None
    """The run that is going on."""
    decision: Decision | None = None
    """The verdict on the last run; a new run clears it."""
    concluded: Concluded | None = None
    """The candidate that is never run again by itself."""
    history: Annotated[list[Past], Field(max_length=50)] = []
    """Runs that have ended, newest first."""
    deliveries: Annotated[list[Delivery], Field(max_length=MOST_DELIVERIES, json_schema_extra=keyed_by("id"))] = []
    """Verdicts that the receiver of the operator's webhook is told of, newest first; empty without a webhook."""
    keys_made: bool = False
    """Whether the operator has made the Secret with the routers' keys, so that it is nobody else's."""
    renewals: Annotated[list[Renewal], Field(max_length=8, json_schema_extra=keyed_by("hash"))] = []
    """Revisions whose routers are being replaced, until all their pods are new."""
    refreshed: Line | None = None
    """The value of the annotation interleaver.dev/refresh-router that was last taken."""
    changed_sources: Annotated[list[Identity], Field(max_length=2, json_schema_extra=keyed_by("revision"))] = []
    """Revisions in use whose PodTemplate or Deployment has another template by now, with the hash that the revision
    would have with it. What runs goes on as it is."""
