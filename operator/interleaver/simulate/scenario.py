"""A scenario: what is true of the two models, what goes wrong, and the plan that the runs are decided by."""

from dataclasses import dataclass, field
from typing import Any, Final

from interleaver.api.fields import seconds
from interleaver.api.plan import NEWEST
from interleaver.api.v1alpha1 import Analysis, Guardrail, Traffic
from interleaver.simulate.people import People
from interleaver.simulate.requests import Requests
from interleaver.stats.betting import Mixture

DAY: Final = 86_400  # seconds
HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Truth:
    """The shops' units as they are: how often they vote, and for whom. Raises ValueError for what cannot be."""

    win_share: float = 0.5  # of the votes that are not ties, those for the candidate
    tie_share: float = 0.3  # of all votes; 1 is the A/A case
    votes_per_day: float = 1500.0  # while all units are interleaved and no regular has voted yet
    drift: float = 0.0  # by which share the votes grow from day to day; 0.1 is a tenth more each day
    bursts: float = 0.0  # a day: each brings, between two looks, the votes of ten hours
    returning: float = 0.0  # share of those votes that come from regulars: the same units every return_days
    return_days: float = 7.0  # days between two conversions of a regular
    taste: float = 1.0  # conversions of every other unit, on average, all for the same side; the first one votes
    heavy: float = 0.0  # by how much every other unit leans; those vote at once, the others later, and lean back as far

    def __post_init__(self) -> None:
        shares = {"win share": self.win_share, "tie share": self.tie_share, "returning": self.returning}
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name} must be within 0 and 1, not {share:g}")
        if self.votes_per_day <= 0 or self.return_days <= 0:
            raise ValueError("votes a day and days between conversions must be above 0")
        if abs(self.heavy) > min(self.law[0], self.law[2]):
            most = min(self.law[0], self.law[2])
            raise ValueError(f"heavy users lean by {most:g} at most where so many votes are wins, ties and losses")
        if self.drift <= -1 or self.bursts < 0 or self.taste < 1:
            raise ValueError("drift must be above -1, bursts at least 0, taste at least 1")

    @property
    def law(self) -> tuple[float, float, float]:
        """Probabilities of a win, a tie and a loss."""
        decisive = 1 - self.tie_share
        return decisive * self.win_share, self.tie_share, decisive * (1 - self.win_share)

    @property
    def preference(self) -> float:
        """The true preference, which the tally's one comes near to."""
        return (1 - self.tie_share) * (self.win_share - 0.5)


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, in events a day. Raises ValueError for a negative rate."""

    resets: float = 0.0  # the router's process starts anew: its counters and its memory of who voted are gone
    gaps: float = 0.0  # the router's pod is lost for good, with what was not read; another one takes its place
    restarts: float = 0.0  # the operator goes away, for `away_hours` on average: looks are missed
    away_hours: float = 4.0
    store: bool = False  # votes are kept in a vote store, which forgets nothing, and not in the router's memory

    def __post_init__(self) -> None:
        if min(self.resets, self.gaps, self.restarts) < 0 or self.away_hours <= 0:
            raise ValueError("rates of faults must be at least 0, and hours away above 0")


@dataclass(frozen=True, slots=True)
class Rules:
    """The plan as numbers; times in seconds."""

    alpha: float
    margin: float
    planned: int
    mixture: Mixture
    minimum_votes: int
    minimum_run: float
    window: float
    percents: tuple[int, ...]  # of the steps, rising
    holds: tuple[float, ...]  # of the steps; that of the last one means nothing
    interval: int  # between two looks


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a simulation is made of but chance. Raises ValueError for a plan that the API would refuse."""

    truth: Truth = field(default_factory=Truth)
    faults: Faults = field(default_factory=Faults)
    analysis: Analysis = field(default_factory=Analysis)
    traffic: Traffic = field(default_factory=Traffic)
    requests: Requests = field(default_factory=Requests)
    guardrails: tuple[Guardrail, ...] = ()  # on measures of the routers; there is no Prometheus here
    people: People = field(default_factory=People)
    looks_per_day: int = 48  # every 30 minutes; an operator looks every 30 s, which proves the same somewhat earlier
    mixture: Mixture = NEWEST  # of bets; another one stands for a run that an operator of before has started

    def __post_init__(self) -> None:
        if self.looks_per_day < 1 or DAY % self.looks_per_day:
            raise ValueError(f"looks a day must divide a day into whole seconds, and {self.looks_per_day} does not")
        check_rules(self.rules, [step.hold for step in self.traffic.steps])

    @property
    def spec(self) -> dict[str, Any]:
        """What of the plan stands in an experiment's spec."""
        return {
            "traffic": self.traffic.to_dict(),
            "analysis": self.analysis.to_dict(),
            "guardrails": [guardrail.to_dict() for guardrail in self.guardrails],
            "promotion": {"mode": self.people.mode},
            "store": {"urlSecretRef": {"name": "simulated", "key": "url"}} if self.faults.store else None,
        }

    @property
    def rules(self) -> Rules:
        """The plan as numbers."""
        analysis, steps = self.analysis, self.traffic.steps
        return Rules(
            alpha=float(analysis.alpha),
            margin=float(analysis.margin),
            planned=analysis.planned_votes,
            mixture=self.mixture,
            minimum_votes=analysis.minimum_votes,
            minimum_run=seconds(analysis.minimum_run),
            window=seconds(analysis.window),
            percents=tuple(step.percent for step in steps),
            holds=tuple(seconds(step.hold or "0s") for step in steps),
            interval=DAY // self.looks_per_day,
        )


def check_rules(rules: Rules, holds: list[str | None]) -> None:
    """What CEL checks when an experiment is applied. Raises ValueError with the field."""
    wrong = {
        "alpha must be above 0 and below 0.5": not 0 < rules.alpha < 0.5,
        "margin must be above 0 and below 0.5": not 0 < rules.margin < 0.5,
        "the window must be above 0 and not shorter than the minimum run": not 0 < rules.window >= rules.minimum_run,
        "the steps' percents must rise": list(rules.percents) != sorted(set(rules.percents)),
        "every step but the last needs a hold": None in holds[:-1],
        "the holds of all steps together must be shorter than the window": sum(rules.holds) >= rules.window,
    }
    for words, is_wrong in wrong.items():
        if is_wrong:
            raise ValueError(words)
