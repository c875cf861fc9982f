"""The summary of a study: how often each verdict came, when, and what is to be said about errors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.special import betaincinv

from interleaver.api.guardrail_metrics import find_metric
from interleaver.experiment.guardrails.detectors import Guard, list_guards
from interleaver.simulate.cluster import start_run
from interleaver.simulate.guards import weigh_metric
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.requests import Requests
from interleaver.simulate.scenario import Scenario

LEVEL: Final = 0.99  # of the intervals of shares
QUANTILES: Final = (0.1, 0.5, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `runs`, with an exact interval for the true share."""

    count: int
    runs: int

    @property
    def value(self) -> float:
        return self.count / self.runs

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper, Pearson, "The use of confidence or fiducial limits", Biometrika 26(4), 1934, at LEVEL."""
        tail, missed = (1 - LEVEL) / 2, self.runs - self.count
        low = float(betaincinv(self.count, missed + 1, tail)) if self.count else 0.0
        high = float(betaincinv(self.count + 1, missed, 1 - tail)) if missed else 1.0
        return low, high

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.2%} ({low:.2%} to {high:.2%})"


@dataclass(frozen=True, slots=True)
class Group:
    """The runs that ended alike."""

    verdict: str
    reason: str
    share: Share
    days: tuple[float, ...]  # until the verdict, at QUANTILES
    votes: tuple[float, ...]
    exposure: float  # days of all traffic, mean
    interleaved: float  # share of requests that were interleaved until the verdict


def summarise(outcomes: Sequence[Outcome]) -> list[Group]:
    """All ways in which the runs ended, the most frequent first, and behind them all runs together."""
    counts = Counter((outcome.verdict, outcome.reason) for outcome in outcomes)
    alike = [[each for each in outcomes if (each.verdict, each.reason) == way] for way, _ in counts.most_common()]
    groups = [
        describe(way, chosen, len(outcomes)) for (way, _), chosen in zip(counts.most_common(), alike, strict=True)
    ]
    return [*groups, describe(("all", ""), outcomes, len(outcomes))]


def describe(way: tuple[str, str], chosen: Sequence[Outcome], runs: int) -> Group:
    """The group of these outcomes."""
    exposure, days = sum(each.exposure for each in chosen), sum(each.days for each in chosen)
    return Group(
        verdict=way[0],
        reason=way[1],
        share=Share(len(chosen), runs),
        days=find_quantiles([each.days for each in chosen]),
        votes=find_quantiles([each.votes for each in chosen]),
        exposure=exposure / len(chosen),
        interleaved=exposure / days if days else 0.0,
    )


def find_quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """The values at QUANTILES: values that occurred, not means of two."""
    return tuple(np.quantile(values, QUANTILES, method="inverted_cdf").tolist())


def find_error(scenario: Scenario, outcomes: Sequence[Outcome]) -> tuple[str, Share] | None:
    """What would be an error if the truth is as assumed, in words, and how often it came; None when nothing would."""
    preference, margin = scenario.truth.preference, scenario.rules.margin
    if preference <= -margin + 1e-12:
        promoted = sum(each.verdict == "Promote" for each in outcomes)
        return f"promoted although its preference is not above -{margin:g}", Share(promoted, len(outcomes))
    if preference >= -1e-12:
        rolled_back = sum((each.verdict, each.reason) == ("Rollback", "Harm") for each in outcomes)
        return "rolled back although it is not worse than the champion", Share(rolled_back, len(outcomes))
    return None


def find_breach(scenario: Scenario, outcomes: Sequence[Outcome]) -> Share | None:
    """How often a guardrail was breached by chance; None when requests are not drawn, or break a limit."""
    breaks = any(breaks_limit(scenario.requests, guard) for guard in list_guards(start_run(scenario)[0].plan))
    if not scenario.requests.matter or breaks:
        return None
    return Share(sum(each.reason == "Guardrail" for each in outcomes), len(outcomes))


def breaks_limit(requests: Requests, guard: Guard) -> bool:
    """Whether the truth about requests is above a guardrail's limit; rounding alone is not."""
    events, trials = weigh_metric(find_metric(guard.metric)) @ requests.expect()
    return bool(events > guard.limit * trials * (1 + 1e-12))


def write_json(scenario: Scenario, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The summary as JSON: shares between 0 and 1, times in days."""
    error, breach = find_error(scenario, outcomes), find_breach(scenario, outcomes)
    return {
        "scenario": {
            "truth": asdict(scenario.truth) | {"preference": round(scenario.truth.preference, 9)},
            "faults": asdict(scenario.faults),
            "analysis": scenario.analysis.to_dict(),
            "steps": scenario.traffic.to_dict()["steps"],
            "requests": asdict(scenario.requests),
            "guardrails": [guardrail.to_dict() for guardrail in scenario.guardrails],
            "people": asdict(scenario.people),
            "looksPerDay": scenario.looks_per_day,
        },
        "verdicts": [write_group(group) for group in summarise(outcomes)],
        "error": {"what": error[0], "allowed": scenario.rules.alpha} | write_share(error[1]) if error else None,
        "falseBreach": write_share(breach) if breach else None,
    }


def write_group(group: Group) -> dict[str, Any]:
    """One group as JSON."""
    names = [f"{quantile:g}" for quantile in QUANTILES]
    return {
        "verdict": group.verdict,
        "reason": group.reason,
        **write_share(group.share),
        "days": dict(zip(names, group.days, strict=True)),
        "votes": dict(zip(names, group.votes, strict=True)),
        "exposureDays": round(group.exposure, 4),
        "interleavedShare": round(group.interleaved, 4),
    }


def write_share(share: Share) -> dict[str, Any]:
    """A share as JSON."""
    return {"count": share.count, "runs": share.runs, "share": share.value, "interval": list(share.interval)}
