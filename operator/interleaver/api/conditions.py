"""The conditions, their reasons, and how a list of them is renewed.

Reconciling and Stalled are present only while true (kstatus), and never both: of two, kstatus takes the one that stands
first, and other tools another. The others are always there. There is no phase.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, NamedTuple

from interleaver.api.fields import timestamp
from interleaver.api.status import LONGEST_MESSAGE, LONGEST_REASON, Condition, Status

READY: Final = "Ready"
RECONCILING: Final = "Reconciling"
STALLED: Final = "Stalled"
CANDIDATE_READY: Final = "CandidateReady"
LAB_PASSED: Final = "LabPassed"
METRICS_FRESH: Final = "MetricsFresh"
VOTES_FLOWING: Final = "VotesFlowing"
ALLOCATION_HEALTHY: Final = "AllocationHealthy"
CONCLUDED: Final = "Concluded"
PROMOTION_RECORDED: Final = "PromotionRecorded"
ROUTERS_CURRENT: Final = "RoutersCurrent"

ALWAYS: Final = (
    READY,
    CANDIDATE_READY,
    LAB_PASSED,
    METRICS_FRESH,
    VOTES_FLOWING,
    ALLOCATION_HEALTHY,
    CONCLUDED,
    PROMOTION_RECORDED,
    ROUTERS_CURRENT,
)
WHILE_TRUE: Final = (RECONCILING, STALLED)

# Reasons that code elsewhere looks for; all others stand where they are given.
ROLLING_OUT: Final = "RollingOut"
NOT_YET_MEASURED: Final = "NotYetMeasured"
STORE_REQUIRED: Final = "StoreRequired"
STORE_UNREACHABLE: Final = "StoreUnreachable"
PORT_CONFLICT: Final = "PortConflict"
INVALID_SPEC: Final = "InvalidSpec"
INVALID_TEMPLATE: Final = "InvalidTemplate"
TOO_LARGE: Final = "TooLarge"
DENIED: Final = "Denied"
SERVICE_EXISTS: Final = "ServiceExists"
OBJECT_EXISTS: Final = "ObjectExists"
FOREIGN_PODS: Final = "ForeignPods"
ADOPTION_REFUSED: Final = "AdoptionRefused"
ADOPTION_PENDING: Final = "AdoptionPending"
ADOPTING_SERVICE: Final = "AdoptingService"
GIVING_BACK_SERVICE: Final = "GivingBackService"
PROMETHEUS_NOT_ALLOWED: Final = "PrometheusNotAllowed"
SECRET_NOT_USABLE: Final = "SecretNotUsable"
SOURCE_NOT_FOUND: Final = "SourceNotFound"
SOURCE_NOT_USABLE: Final = "SourceNotUsable"
GATES_NOT_ALLOWED: Final = "GatesNotAllowed"
SELECTED_ELSEWHERE: Final = "SelectedElsewhere"
REVISION_REUSED: Final = "RevisionReused"
CONTRACT_MISMATCH: Final = "ContractMismatch"
NOT_REVERTED: Final = "NotReverted"
CHAMPION_PINNED: Final = "ChampionPinned"
PROGRESS_DEADLINE_EXCEEDED: Final = "ProgressDeadlineExceeded"
RUN_PENDING: Final = "RunPending"
RUN_IN_PROGRESS: Final = "RunInProgress"
NO_RUN: Final = "NoRun"


class Finding(NamedTuple):
    """A condition before it has a time: what was found, why, and what to do next."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str


def find(status: Status, kind: str) -> Condition | None:
    """The condition of that type, if the status has one."""
    return next((condition for condition in status.conditions if condition.type == kind), None)


def is_true(status: Status, kind: str) -> bool:
    """Whether the status has that condition and it is True."""
    condition = find(status, kind)
    return condition is not None and condition.status == "True"


def renew(former: Status, findings: Iterable[Finding], now: datetime, generation: int) -> list[Condition]:
    """The findings as conditions. One whose status did not change keeps the time at which it last did."""
    return [renew_one(find(former, finding.type), finding, now, generation) for finding in findings]


def renew_one(former: Condition | None, finding: Finding, now: datetime, generation: int) -> Condition:
    """One finding as a condition. Words of others, such as the API server's, may be longer than a status may hold."""
    kept = former is not None and former.status == finding.status
    return Condition(
        type=finding.type,
        status=finding.status,
        reason=shorten(finding.reason, LONGEST_REASON),
        message=shorten(finding.message, LONGEST_MESSAGE),
        last_transition_time=former.last_transition_time if kept and former else timestamp(now),
        observed_generation=generation,
    )


def shorten(words: str, longest: int) -> str:
    """The words, cut where they are too long; three dots say so."""
    return words if len(words) <= longest else words[: longest - 3] + "..."
