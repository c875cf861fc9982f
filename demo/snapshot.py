"""An InterleavingExperiment as the demo reads it: the resource's JSON in, frozen values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Tally:
    """Votes by outcome; a win is the candidate's."""

    wins: int = 0
    ties: int = 0
    losses: int = 0

    @property
    def votes(self) -> int:
        """All of them."""
        return self.wins + self.ties + self.losses


@dataclass(frozen=True)
class Evidence:
    """E-values as the status gives them, and the preference with its interval."""

    on_par: float
    better: float
    harm: float
    preference: float
    interval: tuple[float, float]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """From `status.run.evidence`, whose numbers are strings."""
        low, high = document["interval"]
        return cls(
            float(document["onPar"]),
            float(document["better"]),
            float(document["harm"]),
            float(document["preference"]),
            (float(low), float(high)),
        )


@dataclass(frozen=True)
class Snapshot:
    """An InterleavingExperiment at one moment, as far as the demo shows it. Missing parts are None, empty or zero."""

    champion: str
    candidate: str
    alpha: float
    ready: bool
    serving: str | None = None
    stage: str | None = None  # None: no run is going on
    percent: int = 0
    tally: Tally = Tally()
    evidence: Evidence | None = None
    decision: Mapping[str, str] | None = None
    stalled: str | None = None  # the operator's own words
    conditions: Mapping[str, str] = field(default_factory=dict)  # type -> status/reason: message

    @classmethod
    def parse(cls, experiment: Mapping[str, Any]) -> Self:
        """From the resource as the API server returns it; the status may be absent or partial."""
        spec, status = experiment["spec"], experiment.get("status", {})
        conditions = {each["type"]: each for each in status.get("conditions", [])}
        run = status.get("run") or {}
        stalled = conditions.get("Stalled", {})
        return cls(
            champion=spec["champion"]["revision"],
            candidate=spec["candidate"]["revision"],
            alpha=float(spec["analysis"]["alpha"]),
            ready=conditions.get("Ready", {}).get("status") == "True",
            serving=(status.get("serving") or {}).get("revision"),
            stage=run.get("stage"),
            percent=run.get("percent", 0),
            tally=parse_tally(run.get("tally") or find_final_tally(status)),
            evidence=Evidence.parse(run["evidence"]) if run.get("evidence") else None,
            decision=status.get("decision"),
            stalled=stalled.get("message") if stalled.get("status") == "True" else None,
            conditions={kind: describe_condition(each) for kind, each in conditions.items()},
        )


def parse_tally(document: Mapping[str, int]) -> Tally:
    """From `status.run.tally`; zeros may be absent."""
    return Tally(document.get("wins", 0), document.get("ties", 0), document.get("losses", 0))


def find_final_tally(status: Mapping[str, Any]) -> Mapping[str, int]:
    """The votes that the decision stands on, from the history; none if there is no decision."""
    run_id = (status.get("decision") or {}).get("runId")
    return next((past.get("tally") or {} for past in status.get("history", []) if past["runId"] == run_id), {})


def describe_condition(condition: Mapping[str, str]) -> str:
    """A condition in one line."""
    return f"{condition['status']}/{condition.get('reason', '')}: {condition.get('message', '')}"
