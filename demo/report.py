"""The closing summary in plain words, and the exit code: pure functions over what the driver saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.progress import format_preference
from demo.snapshot import Snapshot


@dataclass(frozen=True)
class Moment:
    """Something that happened, and when: seconds since the experiment was applied."""

    seconds: float
    text: str


@dataclass(frozen=True)
class Outcome:
    """All that the driver saw of one experiment."""

    final: Snapshot
    moments: Sequence[Moment]
    shoppers: Mapping[str, Any] | None  # their final counters; None if they never reported
    not_ready: int  # polls at which the experiment was not Ready after it had been
    problems: Sequence[str]  # what the driver itself ran into


def list_faults(outcome: Outcome) -> list[str]:
    """Everything that makes the demo fail. Which verdict came is none of it."""
    faults = list(outcome.problems)
    if outcome.final.decision is None:
        faults.append("there is no verdict")
    if outcome.shoppers is None:
        faults.append("the shoppers never reported")
    elif not outcome.shoppers["final"]:
        faults.append("the shoppers' last report is missing")
    elif outcome.shoppers["failed"]:
        faults.append(f"shoppers had failures: {outcome.shoppers['failures']}")
    if outcome.not_ready:
        faults.append(f"Ready was lost during the run, at {outcome.not_ready} readings")
    return faults


def summarise(outcome: Outcome, kubectl: str, namespace: str) -> list[str]:
    """The closing lines."""
    return [
        *describe_verdict(outcome),
        "",
        *describe_shopping(outcome.shoppers),
        "",
        "What happened when (seconds since the experiment was applied):",
        *(f"  {moment.seconds:6.1f}  {moment.text}" for moment in outcome.moments),
        "",
        "The cluster is still there. To look around:",
        *(f"  {kubectl} {line}" for line in list_lookarounds(namespace)),
    ]


def describe_verdict(outcome: Outcome) -> list[str]:
    """Verdict, why, and who serves now."""
    final, decision = outcome.final, outcome.final.decision
    if decision is None:
        return ["No verdict was reached."]
    tally, evidence = final.tally, final.evidence
    preference = f"Preference for the candidate: {format_preference(evidence, final.alpha)}." if evidence else ""
    return [
        f"Verdict: {decision['verdict']} ({decision.get('reason', '')}). {decision.get('message', '')}".rstrip(),
        f"{tally.votes} shoppers voted, each once: {tally.wins} for {final.candidate} (the candidate), "
        f"{tally.losses} for {final.champion} (the champion), {tally.ties} for films that both had put there.",
        f"{preference} {final.serving} serves now.".lstrip(),
    ]


def describe_shopping(counters: Mapping[str, Any] | None) -> list[str]:
    """What the endpoint looked like from outside."""
    if counters is None:
        return ["The shoppers never reported."]
    rate = counters["requests"] / max(counters["seconds"], 1.0)
    return [
        f"Shoppers made {counters['requests']:,} requests in {counters['seconds']:.0f} s ({rate:.0f} a second), "
        f"{counters['fresh']:,} on fresh and {counters['kept']:,} on kept-alive connections, none retried.",
        f"Failed: {counters['failed']}. Liked films found: {counters['finds']:,}; "
        f"reported through /feedback: {counters['feedback']:,}.",
    ]


def list_lookarounds(namespace: str) -> list[str]:
    """Arguments of kubectl worth a look."""
    return [
        f"-n {namespace} get ilx",
        f"-n {namespace} describe ilx home-feed",
        f"-n {namespace} get pods,services,configmaps,controllerrevisions",
        f"-n {namespace} get events --sort-by=.metadata.creationTimestamp",
        f"-n {namespace} logs job/shoppers --tail=3",
    ]
