"""Advice on `plannedVotes`: the number of votes that the traffic brings by when a run is likely to be decided.

That is where the planned bets should be sharpest. When it is depends on the truth and the margin, so the two moments at
which most runs end are tried, the end of `minimumRun` and that of the window, against what is planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import DAY, Rules, Scenario

LEAST: Final = 600  # that the API takes as plannedVotes
WORTH: Final = 0.25  # days: a smaller difference is chance in some hundred runs, or no news to anybody


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of equal candidates at one `plannedVotes`."""

    planned: int
    promoted: float  # share of runs
    days: float  # until the promotion, on average; a run that was not promoted counts as the whole window


@dataclass(frozen=True, slots=True)
class Advice:
    """The value that is planned, and the one to plan, which may be the same."""

    planned: Trial
    best: Trial
    votes_per_day: float

    @property
    def saves(self) -> float:
        """Days, on average."""
        return self.planned.days - self.best.days


def list_trials(scenario: Scenario) -> list[Scenario]:
    """What to simulate: an equal candidate at the value that is planned, and at those that the traffic asks for."""
    rules, truth = scenario.rules, replace(scenario.truth, win_share=0.5)
    moments = [moment for moment in (rules.minimum_run, rules.window) if moment > 0]
    asked = [count_votes(truth.votes_per_day, rules, moment) for moment in moments]
    return [
        replace(scenario, truth=truth, analysis=scenario.analysis.model_copy(update={"planned_votes": planned}))
        for planned in dict.fromkeys([rules.planned, *asked])
    ]


def count_votes(votes_per_day: float, rules: Rules, moment: float) -> int:
    """Votes that come within so many seconds on the ramp, to two digits, within what the API takes."""
    votes, left = 0.0, moment
    for percent, hold in zip(rules.percents, [*rules.holds[:-1], moment], strict=True):
        spent = min(hold, left)
        votes, left = votes + percent / 100 * spent / DAY * votes_per_day, left - spent
    return int(min(max(float(f"{votes:.2g}"), LEAST), 1e9))


def advise(trials: Sequence[Scenario], outcomes: Sequence[Sequence[Outcome]]) -> Advice:
    """The advice from the outcomes of the trials, of which the first is what is planned."""
    tried = [sum_up(each, ended) for each, ended in zip(trials, outcomes, strict=True)]
    best = min(tried, key=lambda each: each.days)
    chosen = best if tried[0].days - best.days >= WORTH else tried[0]
    return Advice(tried[0], chosen, trials[0].truth.votes_per_day)


def sum_up(scenario: Scenario, outcomes: Sequence[Outcome]) -> Trial:
    """How long equal candidates took."""
    rules = scenario.rules
    promoted = [each.days for each in outcomes if each.verdict == "Promote"]
    waited = (len(outcomes) - len(promoted)) * rules.window / DAY
    return Trial(rules.planned, len(promoted) / len(outcomes), (sum(promoted) + waited) / len(outcomes))


def describe_advice(advice: Advice) -> str:
    """A line for people."""
    planned, best = advice.planned, advice.best
    traffic = f"{advice.votes_per_day:g} votes a day"
    if best is planned:
        return (
            f"advice:  plannedVotes {planned.planned} suits {traffic}: an equal candidate is promoted in "
            f"{planned.promoted:.0%} of runs, and no other value that was tried does it sooner"
        )
    return (
        f"advice:  plannedVotes {best.planned} suits {traffic} better than {planned.planned}: an equal candidate is "
        f"promoted in {best.promoted:.0%} of runs instead of {planned.promoted:.0%}, {advice.saves:.1f} days sooner "
        "on average"
    )


def write_advice(advice: Advice) -> dict[str, Any]:
    """The advice as JSON."""
    trials = {"asPlanned": advice.planned, "advised": advice.best}
    return {
        name: {"plannedVotes": each.planned, "promoted": each.promoted, "days": round(each.days, 4)}
        for name, each in trials.items()
    }
