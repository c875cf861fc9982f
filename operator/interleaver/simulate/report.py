"""The summary of a study as text for people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import HOUR, Scenario
from interleaver.simulate.summary import LEVEL, Group, find_breach, find_error, summarise

HEAD = ("verdict", "reason", "runs", f"share ({LEVEL:.0%} interval)", "days 10/50/80/95 %", "votes 10/50/80/95 %")


def report(scenario: Scenario, outcomes: Sequence[Outcome], seed: int) -> str:
    """The whole report."""
    return "\n".join(
        [
            f"{len(outcomes)} runs, seed {seed}",
            *describe_scenario(scenario),
            "",
            *lay_out([HEAD, *(list_cells(group) for group in summarise(outcomes))]),
            "",
            describe_exposure(summarise(outcomes)[-1]),
            describe_error(scenario, outcomes),
        ]
    )


def describe_scenario(scenario: Scenario) -> Iterator[str]:
    """What the runs have in common."""
    truth = scenario.truth
    yield f"truth:   preference {truth.preference:+.4f}, win share {truth.win_share:.4f}"
    yield from describe_plan(scenario)


def describe_plan(scenario: Scenario) -> Iterator[str]:
    """The traffic, the plan and the faults."""
    truth, analysis, steps = scenario.truth, scenario.analysis, scenario.traffic.steps
    yield f"traffic: {truth.votes_per_day:g} votes a day if all units are interleaved, tie share {truth.tie_share:g}"
    yield (
        f"plan:    alpha {analysis.alpha}, margin {analysis.margin}, minimum run {analysis.minimum_run}, window "
        f"{analysis.window}, at least {analysis.minimum_votes} votes, sharpest at {analysis.planned_votes}; "
        f"{scenario.looks_per_day} looks a day"
    )
    yield "ramp:    " + ", ".join(f"{step.percent} %" + (f" for {step.hold}" if step.hold else "") for step in steps)
    if scenario.guardrails:
        yield "guards:  " + ", ".join(f"{each.metric} at most {each.max}" for each in scenario.guardrails)
    if oddities := list_oddities(scenario):
        yield "odd:     " + ", ".join(f"{name} {value}" for name, value in oddities.items())


def list_oddities(scenario: Scenario) -> dict[str, str]:
    """What is not as in the simplest world, by the name of its option; times in hours."""
    usual, given = list_values(Scenario()), list_values(scenario)
    named = (name for name in given if name not in ("win_share", "tie_share", "votes_per_day"))
    return {name.replace("_", "-"): spell(name, given[name]) for name in named if given[name] != usual[name]}


def list_values(scenario: Scenario) -> dict[str, Any]:
    """All that is true of a scenario and no part of the plan."""
    parts = (scenario.truth, scenario.faults, scenario.requests, scenario.people)
    return {name: value for part in parts for name, value in asdict(part).items()}


def spell(name: str, value: Any) -> str:
    """A value as its option is written."""
    if name == "pause":
        return f"{value[0] / HOUR:g}h-{value[1] / HOUR:g}h"
    if name == "confirm_after":
        return f"{value / HOUR:g}h"
    return f"{value:g}" if isinstance(value, float) else str(value)


def list_cells(group: Group) -> tuple[str, ...]:
    """A line of the table."""
    days = " / ".join(f"{value:.1f}" for value in group.days)
    votes = " / ".join(f"{value:.0f}" for value in group.votes)
    share = str(group.share) if group.reason else ""
    return group.verdict, group.reason, str(group.share.count), share, days, votes


def lay_out(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The table in columns."""
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def describe_exposure(everything: Group) -> str:
    """How much of the traffic met the candidate."""
    return (
        f"Until the verdict {everything.interleaved:.1%} of requests were interleaved, as many as come in "
        f"{everything.exposure:.2f} days."
    )


def describe_error(scenario: Scenario, outcomes: Sequence[Outcome]) -> str:
    """What is to be said about errors."""
    error, breach = find_error(scenario, outcomes), find_breach(scenario, outcomes)
    words = "A candidate between -margin and 0 may be promoted or rolled back: neither is an error."
    if error is not None:
        what, share = error
        words = f"Error: {what} in {share} of runs; allowed are {scenario.rules.alpha:.0%}."
    if breach is not None:
        words += f"\nFalse breach: a guardrail rolled back although all limits were kept in {breach} of runs."
    return words
