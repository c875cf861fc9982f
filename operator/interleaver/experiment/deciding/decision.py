"""The rules of the verdict (docs/explanation/statistics.md#what-decides): pure, from plain facts."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from interleaver.api.status import Verdict
from interleaver.experiment.weighing.allocation import LATE_SHARE, UNMEASURED, Allocation
from interleaver.experiment.weighing.evidence import Evidence

UNREADABLE: Final = "the routers' counters cannot be read"


class Ruling(NamedTuple):
    """A verdict with its reason."""

    verdict: Verdict
    reason: str
    detail: str = ""  # in words


@dataclass(frozen=True)
class Facts:
    """All that a verdict is made of."""

    evidence: Evidence
    votes: int
    minimum_votes: int
    looked: bool  # every serving router was read just now
    fresh: bool  # every serving router was read within staleAfter
    on_par_before: bool  # on par was proven at this or an earlier look
    minimum_run_over: bool
    window_over: bool  # and a look has had the last word, unless routers can no longer be read
    at_top: bool  # every router has taken the last step
    illness: str = ""  # why the candidate is unhealthy, in words
    unreached: str = ""  # why it is not known that the candidate can be called as it will be once it serves, in words
    left_alone: bool = False  # by most routers, for its calls fail; whether that is an illness time will tell
    breached: str = ""  # a guardrail's name and ratio, in words
    unknown: str = ""  # a guardrail whose query gave no data, in words
    fallbacks: str = ""  # more requests of late without a comparison than a guardrail allows, in words
    allocation: Allocation = UNMEASURED
    late_share: float = 0.0  # of conversions
    paused: bool = False
    confirmed: bool = True  # in mode Manual, by a person


def decide(facts: Facts) -> Ruling | None:
    """The verdict, or None while the run goes on."""
    if facts.illness:
        return Ruling("Rollback", "CandidateUnhealthy", facts.illness)
    if facts.breached:
        return Ruling("Rollback", "Guardrail", facts.breached)
    if facts.looked and is_harmful(facts):
        return Ruling("Rollback", "Harm")
    if facts.looked and not missing(facts):
        return Ruling("Promote", "Better" if facts.evidence.better_proven else "OnPar")
    if facts.window_over:
        return Ruling("Inconclusive", find_obstacle(facts), "; ".join(missing(facts)) or UNREADABLE)
    return None


def find_obstacle(facts: Facts) -> str:
    """Why a window ended without a verdict on the candidate."""
    if facts.paused:
        return "Paused"
    return "WindowOver" if facts.confirmed or missing(replace(facts, confirmed=True)) else "NotConfirmed"


def is_harmful(facts: Facts) -> bool:
    """Whether the harm that counts is proven. When it and on par come at one look, on par wins."""
    return facts.evidence.harm_that_counts(facts.on_par_before) >= facts.evidence.bar


def missing(facts: Facts) -> list[str]:
    """What stands between the run and a promotion, in words; empty when nothing does."""
    wanted = {
        "the run is paused: annotate interleaver.dev/resume": not facts.paused,
        "on par is not proven": facts.evidence.on_par_proven,
        f"only {facts.votes} of minimumVotes {facts.minimum_votes} are in": facts.votes >= facts.minimum_votes,
        "the top of the ramp is not reached": facts.at_top,
        "minimumRun is not over": facts.minimum_run_over,
        "the candidate's breaker is open on most routers": not facts.left_alone,
        f"{facts.unreached}": not facts.unreached,
        f"{facts.fallbacks}": not facts.fallbacks,
        f"{facts.late_share:.1%} of conversions came too late, above the allowed {LATE_SHARE:.0%}: widen "
        "metrics.attributionWindow": facts.late_share <= LATE_SHARE,
        f"{facts.unknown}": not facts.unknown,
        f"{facts.allocation.message}": not facts.allocation.message,
        "mode Manual needs the annotation interleaver.dev/promote": facts.confirmed,
    }
    return [words for words, met in wanted.items() if not met]
