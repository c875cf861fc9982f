"""The guardrail on overall conversion: interleaved against champion-only units, an A/B test inside the ramp.

Off unless spec.guardrails lists it, for it makes routers put a token on champion-only answers too. The e-value is
compared with 1/alpha of the plan, at every look; it needs no streak, for each unit counts once.
"""

from collections.abc import Iterator
from math import log

from interleaver.api import names
from interleaver.api.guardrail_metrics import Limit
from interleaver.api.plan import Plan
from interleaver.api.status import GuardrailReading, Run
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.guardrails.detectors import STREAK
from interleaver.experiment.weighing.evidence import show_e_value
from interleaver.stats.overall import Stratum, estimate_drop, log_e_value

INTERLEAVED, CHAMPION = names.ARMS


def list_strata(plan: Plan, totals: Counts) -> list[Stratum]:
    """Units that converted, by the ramp's percent. Percents that the plan does not have are nobody's: ignored."""
    percents = sorted({step.percent for step in plan.traffic.steps})
    return [
        Stratum(
            percent, totals.get(f"overall.{INTERLEAVED}.{percent}", 0), totals.get(f"overall.{CHAMPION}.{percent}", 0)
        )
        for percent in percents
    ]


def read_overall(plan: Plan, totals: Counts) -> Iterator[GuardrailReading]:
    """The plan's guardrails on overall conversion, from all that was counted in the run."""
    for guardrail in plan.guardrails:
        if guardrail.limit is Limit.DROP and guardrail.max:
            strata, bar = list_strata(plan, totals), log(1 / float(plan.analysis.alpha))
            evidence = log_e_value(strata, float(guardrail.max), plan.analysis.planned_votes)
            yield GuardrailReading(
                name=guardrail.name,
                ratio=f"{estimate_drop(strata) or 0.0:z.4f}",
                bar=f"{evidence / bar:z.6f}",
                streak=STREAK if evidence >= bar else 0,
            )


def explain_drop(run: Run, name: str) -> str:
    """What a guardrail on overall conversion has found, in words; empty when `name` is none."""
    drops = (guardrail for guardrail in run.plan.guardrails if guardrail.limit is Limit.DROP)
    if (limit := {guardrail.name: guardrail.max for guardrail in drops}.get(name)) is None:
        return ""
    strata = [stratum for stratum in list_strata(run.plan, read_ledger(run).totals) if stratum.percent < 100]
    evidence = log_e_value(strata, float(limit), run.plan.analysis.planned_votes)
    drop, interleaved = estimate_drop(strata) or 0.0, sum(stratum.interleaved for stratum in strata)
    return (
        f"{name} is breached: units with merged lists convert {drop:.1%} less often than those with the champion's "
        f"alone, more than the allowed {float(limit):.1%} (e-value {show_e_value(evidence)}; "
        f"{interleaved} and {sum(stratum.champion for stratum in strata)} units converted)"
    )
