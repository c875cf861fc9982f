"""What the experiment's manifest rules, for the simulator: durations, ramp, and the verdict of one look."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interleaver.experiment.evidence import Evidence
from interleaver.stats.tally import Tally


@dataclass(frozen=True)
class Rules:
    """What the experiment's manifest says; times in seconds."""

    steps: tuple[tuple[int, float], ...]  # percent, and the second at which it is taken
    interval: float
    minimum_run: float
    window: float
    alpha: float
    margin: float
    minimum_votes: int
    planned_votes: int

    @classmethod
    def read(cls, spec: Mapping[str, Any]) -> "Rules":
        """From the spec of an InterleavingExperiment."""
        analysis, steps, start = spec["analysis"], [], 0.0
        for step in spec["traffic"]["steps"]:
            steps.append((step["percent"], start))
            start += read_seconds(step.get("hold", "0s"))
        return cls(
            tuple(steps),
            read_seconds(spec["metrics"]["interval"]),
            read_seconds(analysis["minimumRun"]),
            read_seconds(analysis["window"]),
            float(analysis["alpha"]),
            float(analysis["margin"]),
            analysis["minimumVotes"],
            analysis["plannedVotes"],
        )

    def find_percent(self, now: float) -> int:
        """The ramp's percent at a time after its start."""
        return max(percent for percent, start in self.steps if start <= now)


def read_seconds(text: str) -> float:
    """Seconds of a duration in Go's notation, minutes and below."""
    return sum(float(number) * {"m": 60.0, "s": 1.0}[unit] for number, unit in re.findall(r"(\d+)(m|s)", text))


def decide(evidence: Evidence, tally: Tally, rules: Rules, now: float, on_par_seen: bool) -> str | None:
    """The verdict of one look, None to go on: the rules of promotion, rollback and the window's end."""
    if evidence.worse_proven if on_par_seen else evidence.harm_proven:
        return "Rollback"
    mature = now >= rules.minimum_run and tally.votes >= rules.minimum_votes
    if mature and rules.find_percent(now) == rules.steps[-1][0] and evidence.on_par_proven:
        return "Promote"
    return "Inconclusive" if now >= rules.window else None
