"""The run that is going on, as the status remembers it: all that the next look must know of the former ones."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from interleaver.api.counted import Conversions, Count, Estimate, Evidence, Flow, GuardrailReading, Position, Tally
from interleaver.api.fields import Line, Message, Model, keyed_by, wrap
from interleaver.api.gates import GateResult
from interleaver.api.guardrail_metrics import ALWAYS
from interleaver.api.measured import COLUMNS, OLDEST, describe_columns
from interleaver.api.plan import Plan
from interleaver.api.spec.gates import MOST_GATES

LONGEST_TROUBLE: Final = 400  # characters
Stage = Literal["Preparing", "Running", "Promoting", "RollingBack", "Settling", "Reverting"]


class Crossed(Model):
    """When evidence first reached 1/alpha."""

    on_par: Line | None = None
    """When on par was first proven in this run."""


class Gap(Model):
    """Votes that may be missing: a router that went without having been read, or a vote store that forgot."""

    pod: Line
    """Name of the router's pod; `store` for the vote store."""
    reason: Line
    """Why: Restarted, Lost, Dropped (events that never reached the store), StoreLost (units may vote again) or
    StoreSetBack (units of the latest votes may)."""
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

# Seconds since runningSince, and as many numbers as there were columns when the point was written.
_LENGTHS = ",".join(str(length) for length in sorted({len(OLDEST), len(COLUMNS)}))
Measured = Annotated[
    str,
    StringConstraints(pattern=rf"^[0-9]{{1,20}}( [0-9]{{1,20}}){{{_LENGTHS}}}$", max_length=20 + 21 * len(COLUMNS)),
]


class Probation(Model):
    """How the new champion does by itself, while the former one can still take its place."""

    ledger: Annotated[dict[str, Any], Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})] = {}
    """Last readings of the routers beside it: calls of what serves, and nothing else."""
    guardrails: Annotated[list[GuardrailReading], Field(max_length=20 + len(ALWAYS))] = []
    """State of the guardrails, which begin anew with its own calls."""
    unready_since: Line | None = None
    """When fewer than half of its pods were first seen Ready; absent while at least half are."""
    ordered: bool = False
    """The command to revert was given."""


def describe_measured() -> str:
    """What the points are of."""
    what = "What guardrails on counters went by, over time, for the record"
    return wrap(f"{what}: seconds since runningSince; {describe_columns()}.")


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
    trouble: Annotated[str, Field(max_length=LONGEST_TROUBLE)] | None = None
    """What last kept the candidate's pods from being Ready: a reason, a colon, and the words of Kubernetes."""
    gates: Annotated[list[GateResult], Field(max_length=MOST_GATES, json_schema_extra=keyed_by("name"))] = []
    """What became of the gates that were begun, in their order; those of the plan beyond are still to come."""
    breaker_open_since: Line | None = None
    """When most routers were first seen to leave the candidate alone, for it failed; absent while they do not."""
    reached_at: Line | None = None
    """When the candidate's own routers were first read to reach it; without that nothing is promoted."""
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
    vouched: bool = False
    """The same command was given while votes looked invented: they are real, and are watched no more."""
    taken: Annotated[list[Line], Field(max_length=8)] = []
    """Commands that were taken and whose annotations are still there."""
    guardrails: Annotated[list[GuardrailReading], Field(max_length=20 + len(ALWAYS))] = []
    """State of the guardrails."""
    flow: Flow | None = None
    """How votes flow; absent before the first look."""
    estimate: Estimate | None = None
    """What to expect."""
    looked_at: Line | None = None
    """When the counters of all routers were last read, and the vote store was within reach, if there is one."""
    unread: Message | None = None
    """Why routers could not be read at the last look that tried; absent when all were."""
    store_away_since: Line | None = None
    """Since when no router has reached the vote store; absent while one does."""
    ledger: Annotated[dict[str, Any], Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})] = {}
    """Last readings of live routers, and the sum of those that are gone."""
    gaps: Annotated[list[Gap], Field(max_length=20)] = []
    """The newest gaps."""
    probation: Probation | None = None
    """How the new champion does; absent before the run is Settling."""
    suspended: bool = False
    """spec.suspend at the last visit that could have decided."""
    trail: Annotated[list[Point], Field(max_length=200)] = []
    """The tally over time, for the record: seconds since runningSince, wins, ties, losses."""
    measured: Annotated[list[Measured], Field(max_length=200, description=describe_measured())] = []
    ramp: Annotated[list[RampChange], Field(max_length=20)] = []
    """Every step up, for the record."""

    @property
    def gate(self) -> GateResult | None:
        """The gate that the run is at; None when it is at none."""
        return self.gates[-1] if self.gates and self.gates[-1].is_open else None
