"""The status of an InterleavingExperiment: all that the operator remembers (design.md section 4).

Whatever decides is written here before it is acted on, so that a crash anywhere resumes.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from interleaver.api.fields import Line, Message, Model, keyed_by
from interleaver.api.plan import Plan
from interleaver.api.revision import Identity

Count = Annotated[int, Field(ge=0)]
Verdict = Literal["Promote", "Rollback", "Inconclusive", "Aborted"]
LONGEST_MESSAGE: Final = 4096  # characters of a condition's message
LONGEST_REASON: Final = 64  # characters of its reason
Stage = Literal["Preparing", "Running", "Promoting", "RollingBack", "Settling"]


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


class Tally(Model):
    """Votes by outcome: a win is the candidate's."""

    wins: Count = 0
    """Units that voted for the candidate."""
    ties: Count = 0
    """Units that voted for an item both models proposed."""
    losses: Count = 0
    """Units that voted for the champion."""


class Conversions(Model):
    """Credited conversions by the team that owned the item."""

    champion: Count = 0
    """Of the champion's items."""
    candidate: Count = 0
    """Of the candidate's items."""
    neutral: Count = 0
    """Of items both models proposed."""


class Evidence(Model):
    """What the tally says: e-values to be compared with 1/alpha, and the preference."""

    on_par: Line
    """Against: worse than the margin."""
    better: Line
    """Against: not better."""
    harm: Line
    """Against: not worse."""
    preference: Line
    """Share of votes for the candidate, ties by half, minus one half."""
    interval: Annotated[list[Line], Field(max_length=2)]
    """Confidence sequence of the preference at level 1 - 2 alpha, valid at every look."""


class Position(Model):
    """Attention by rank, and the preference with that taken out. For information: it decides nothing."""

    curve: Annotated[list[Line], Field(max_length=20)]
    """How much attention each rank gets, from the first, which is 1, as far down as votes tell."""
    curve_low: Annotated[list[Line], Field(max_length=20)]
    """Lower end of the asymptotic confidence sequence of each rank, at level 1 - 2 alpha."""
    curve_high: Annotated[list[Line], Field(max_length=20)]
    """Upper end of the same."""
    preference: Line
    """The preference with votes weighted by the inverse of their rank's attention, ten times at most."""
    interval: Annotated[list[Line], Field(max_length=2)]
    """Its asymptotic confidence sequence at level 1 - 2 alpha."""


class Crossed(Model):
    """When evidence first reached 1/alpha."""

    on_par: Line | None = None
    """When on par was first proven in this run."""


class GuardrailReading(Model):
    """The state of one guardrail."""

    name: Line
    """Name of the guardrail."""
    ratio: Line
    """The plain ratio of the last look; of a query, the last value."""
    bar: Line
    """Logarithm of the evidence as a share of what is a breach, which is 1; of a query, a third of the streak."""
    streak: Count = 0
    """Looks in a row, up to three, in which the ratio was above the limit, or a query's value on the wrong side."""
    read_at: Line | None = None
    """When a query last gave a value that counts."""
    unknown: Line | None = None
    """Why a query gave no data at the last look; absent when it did."""


class Estimate(Model):
    """What to expect, from the same test as the decision."""

    votes_per_day: Count
    """Votes a day at the present rate."""
    days_left: Line | None = None
    """Days until the run is likely to conclude; absent while there are fewer than 100 votes."""


class Gap(Model):
    """Votes that may be missing: a router that went without having been read."""

    pod: Line
    """Name of the router's pod."""
    reason: Line
    """Why: Restarted or Lost."""
    at: Line
    """When it was noticed."""


class RampChange(Model):
    """A step up."""

    at: Line
    """When routers were told."""
    percent: Annotated[int, Field(ge=0, le=100)]
    """Share of units from then on."""
    reason: Line
    """What the ramp had waited for until then, in one word."""


# Seconds since runningSince, wins, ties, losses. A router's counts are believed up to 2^53; sums of some fit as well.
Point = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}( [0-9]{1,20}){3}$", max_length=83)]


class Run(Model):
    """The run that is going on."""

    id: Line
    """<candidate revision>-<UTC start>."""
    plan_hash: Line
    """Hash of the plan."""
    plan: Annotated[Plan, Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})]
    """All that decides the run, frozen when it started."""
    stage: Stage
    """Where the run stands."""
    started_at: Line
    """When the run started."""
    running_since: Line | None = None
    """When the first units were interleaved; minimumRun and window count from here."""
    unready_since: Line | None = None
    """When fewer than half of the candidate's pods were first seen Ready; absent while at least half are."""
    step: Count = 0
    """Index of the rung that is being taken or held."""
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Share of units that routers are told to interleave."""
    stepped_at: Line | None = None
    """When every Ready router had taken the percent; absent until then."""
    votes: Count = 0
    """Sum of the tally."""
    tally: Tally = Tally()
    """Votes by outcome."""
    conversions: Conversions = Conversions()
    """Credited conversions."""
    evidence: Evidence | None = None
    """What the tally says."""
    position: Position | None = None
    """What the places of the votes say; absent before 100 votes."""
    crossed: Crossed = Crossed()
    """When evidence first reached the bar."""
    hold: Line | None = None
    """Why the ramp holds, in one word."""
    paused: bool = False
    """Paused by command: the ramp and a promotion are held, votes go on."""
    confirmed: bool = False
    """Confirmed by command: mode Manual may promote."""
    taken: Annotated[list[Line], Field(max_length=8)] = []
    """Commands that were taken and whose annotations are still there."""
    guardrails: Annotated[list[GuardrailReading], Field(max_length=21)] = []
    """State of the guardrails."""
    estimate: Estimate | None = None
    """What to expect."""
    looked_at: Line | None = None
    """When the counters of all routers were last read."""
    ledger: Annotated[dict[str, Any], Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})] = {}
    """Last readings of live routers, and the sum of those that are gone."""
    gaps: Annotated[list[Gap], Field(max_length=20)] = []
    """The newest gaps."""
    suspended: bool = False
    """spec.suspend at the last visit that could have decided."""
    trail: Annotated[list[Point], Field(max_length=200)] = []
    """The tally over time, for the record: seconds since runningSince, wins, ties, losses."""
    ramp: Annotated[list[RampChange], Field(max_length=20)] = []
    """Every step up, for the record."""


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
    tally: Tally
    """Votes by outcome."""
    started_at: Line
    """When it started."""
    ended_at: Line
    """When it was decided."""


class Status(Model):
    """What the operator says, and all that it remembers."""

    observed_generation: Count = 0
    """Generation of the spec that was last acted on."""
    replicas: Count = 0
    """Pods of the serving revision."""
    selector: Annotated[str, Field(max_length=512)] = ""
    """Label selector of the serving revision's pods, for the scale subresource."""
    conditions: Annotated[list[Condition], Field(max_length=16, json_schema_extra=keyed_by("type"))] = []
    """Ready, Reconciling, Stalled, CandidateReady, MetricsFresh, AllocationHealthy, Concluded, PromotionRecorded."""
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
