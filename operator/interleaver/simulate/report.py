"""The summary of a study as text for people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Faults, Scenario, Truth
from interleaver.simulate.summary import LEVEL, Group, find_error, summarise

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
    if oddities := list_oddities(scenario):
        yield "odd:     " + ", ".join(f"{name} {value:g}" for name, value in oddities.items())


def list_oddities(scenario: Scenario) -> dict[str, float]:
    """What is not as in the simplest world, by the name of its option."""
    usual, given = asdict(Truth()) | asdict(Faults()), asdict(scenario.truth) | asdict(scenario.faults)
    named = (name for name in given if name not in ("win_share", "tie_share", "votes_per_day"))
    return {name.replace("_", "-"): given[name] for name in named if given[name] != usual[name]}


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
    error = find_error(scenario, outcomes)
    if error is None:
        return "A candidate between -margin and 0 may be promoted or rolled back: neither is an error."
    what, share = error
    return f"Error: {what} in {share} of runs; allowed are {scenario.rules.alpha:.0%}."
