"""The page of the reference: what was measured, with ratios, and the goals that were met or missed."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.operator.measuring import Rest

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "operator-benchmark.md"
OURS, PEER = "interleaver", "Argo Rollouts"
# 200 experiments at rest for 181 s, before what belongs to them was kept from watches (commit 9cf0dd7).
FORMER: Final = Rest("interleaver at 9cf0dd7, as it was measured then", 200, 181.0, 2771, 5.67, 140.0)
WHOLE: Final = 600.0  # seconds between two lists of everything; a shorter time has one or none, and says little
FEW: Final = 3  # requests of Argo Rollouts in that time; of fewer nobody asks a third


class Goal(NamedTuple):
    """A figure with its bound."""

    words: str
    value: float
    most: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        return self.value <= self.most


def list_goals(found: Mapping[str, Any]) -> list[Goal]:
    """All that was measured of what has a bound."""
    rests = [rest for rest in (Rest(*each) for each in found["rests"]) if rest.seconds >= WHOLE]
    goals = [*compare_with_base(rests), *compare_with_peer(rests), *compare_sizes(rests)]
    if reactions := found.get("reactions"):
        goals.append(Goal("reaction to a change of a spec, 99th percentile", percentile(reactions, 0.99), 5.0, "s"))
    if start := found.get("start"):
        goals.append(Goal("from the start of the process until all were visited", start, 30.0, "s"))
    if "stuck" in found:
        stuck = Rest(*found["stuck"])
        words = f"requests of one that cannot start, over {stuck.seconds:.0f} s from its creation"
        goals.append(Goal(words, stuck.requests / stuck.seconds, 0.2, "/s"))
    return goals


def compare_with_base(rests: Sequence[Rest]) -> list[Goal]:
    """What is left of what it cost before: of the commit beside which it was measured, or else of what is on record."""
    base = next((one for one in rests if one.who not in (OURS, PEER)), FORMER)  # it visited everything every minute
    ours = next((one for one in rests if (one.who, one.experiments) == (OURS, base.experiments)), None)
    if ours is None:
        return []
    share, beside = base.seconds / ours.seconds, f"with {base.experiments}, share of {base.who}"
    return [
        Goal(f"API requests {beside}", ours.requests * share / max(1, base.requests), 1 / 50),
        Goal(f"processor time {beside}", ours.processor * share / max(0.01, base.processor), 1 / 15),
    ]


def compare_with_peer(rests: Sequence[Rest]) -> list[Goal]:
    """Beside Argo Rollouts with as many resources."""
    peers = {one.experiments: one for one in rests if one.who == PEER}
    goals = []
    for ours in (one for one in rests if one.who == OURS and one.experiments in peers):
        peer, number = peers[ours.experiments], f"{ours.experiments:,}"
        goals.append(Goal(f"API requests with {number}, times {PEER}'", ours.requests / max(FEW, peer.requests), 3.0))
        goals.append(Goal(f"memory with {number}, times {PEER}'", ours.memory / peer.memory, 1.3))
    return goals


def compare_sizes(rests: Sequence[Rest]) -> list[Goal]:
    """The largest number beside the smallest, each experiment of it; and the memory."""
    ours = sorted((one for one in rests if one.who == OURS), key=lambda one: one.experiments)
    goals = [
        Goal(f"memory with {one.experiments:,}", one.memory, 300.0, "MB") for one in ours if one.experiments == 1000
    ]
    if len(ours) > 1:
        few, many = ours[0], ours[-1]
        times, words = (
            many.experiments / few.experiments,
            f"from {few.experiments:,} to {many.experiments:,} experiments",
        )
        goals.append(Goal(f"growth of requests {words}", many.requests / max(1, few.requests), times, "times"))
        goals.append(Goal(f"growth of processor time {words}", many.processor / few.processor, times, "times"))
    return goals


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def write_page(found: Mapping[str, Any]) -> None:
    """Write it."""
    runs = [found["running"]] if "running" in found else []
    rests = [FORMER, *(Rest(*each) for each in (*found["rests"], *runs))]
    table = "\n".join(
        f"| {one.who} | {one.experiments:,} | {one.seconds:.0f} | {one.requests:,} | {one.processor:.2f} "
        f"| {one.memory:.0f} |"
        for one in rests
    )
    goals = "\n".join(
        f"| {goal.words} | {goal.value:.4g} {goal.unit} | {goal.most:.4g} {goal.unit} "
        f"| {'yes' if goal.is_met else 'no'} |"
        for goal in list_goals(found)
    )
    PAGE.write_text(
        PROSE.format(
            table=table,
            goals=goals,
            load=f"{os.getloadavg()[2]:.1f}",
            date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            machine=f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        )
    )


PROSE: Final = """# What experiments at rest cost

Written by `make bench-operator`, which anybody can run again on a cluster: one real API server, one real controller
process after the other. Each experiment has a champion that serves, one pod, and no candidate; each Rollout, where
there are any, is paused at its first step. No kubelet runs the pods; one small server stands for all routers. Where
some are in a run, each has a candidate at its first step, is looked at every 30 s, and gets 36 votes a minute. Requests
are counted by the API server, under a flow schema for the controller's account; processor and memory are the process's.

At rest:

| | resources | for so many s | API requests | processor, s | memory, MB |
| --- | ---: | ---: | ---: | ---: | ---: |
{table}

| | measured | at most | met |
| --- | ---: | ---: | --- |
{goals}

Only a time of ten minutes or more is held to a bound, or compared: one of the lists of every ten minutes, after which
everything is visited, is most of what a rest costs, and a shorter time may have one or none in it. Growth is that of
the largest number beside the smallest, and its bound how many times as many they are. What is left of requests: watches
that the API server closes after a few minutes and that are opened again, a sign of life a minute, and those lists, by
which the operator compares what it was told with what there is.

Load over the last quarter of an hour: {load}; where that is above the number of cores, times of the clock (the start,
reactions) are those of a machine that does much else, and processor time is what it is. {date}; {machine}.
"""
