"""What the driver shows while the experiment runs: pure functions from the resource's status to lines of text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any, Final, Self

BAR_WIDTH: Final = 24  # characters
FULL, EMPTY = "█", "░"


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
            tally=parse_tally(run.get("tally") or {}),
            evidence=Evidence.parse(run["evidence"]) if run.get("evidence") else None,
            decision=status.get("decision"),
            stalled=stalled.get("message") if stalled.get("status") == "True" else None,
            conditions={kind: describe_condition(each) for kind, each in conditions.items()},
        )


def parse_tally(document: Mapping[str, int]) -> Tally:
    """From `status.run.tally`; zeros may be absent."""
    return Tally(document.get("wins", 0), document.get("ties", 0), document.get("losses", 0))


def describe_condition(condition: Mapping[str, str]) -> str:
    """A condition in one line."""
    return f"{condition['status']}/{condition.get('reason', '')}: {condition.get('message', '')}"


def draw_share(share: float) -> str:
    """A bar that is full at 1; a share outside 0 to 1 is drawn as the nearer end."""
    filled = round(min(max(share, 0.0), 1.0) * BAR_WIDTH)
    return FULL * filled + EMPTY * (BAR_WIDTH - filled)


def draw_evidence(e_value: float, alpha: float) -> str:
    """A bar from "says nothing" (e = 1 or less) to the bar 1/alpha, in logarithms, as evidence multiplies."""
    share = log(e_value) / log(1 / alpha) if e_value > 1 else 0.0
    return f"{draw_share(share)} e = {format_e_value(e_value)} of {1 / alpha:g}"


def format_e_value(e_value: float) -> str:
    """Short at every size: 0.02, 31.2, 4,812, 2.1e+09."""
    if e_value >= 1e6:
        return f"{e_value:.1e}"
    return f"{e_value:,.0f}" if e_value >= 1000 else f"{e_value:.3g}"


def format_preference(evidence: Evidence, alpha: float) -> str:
    """Preference with its interval, and the interval's level."""
    low, high = evidence.interval
    return f"{evidence.preference:+.3f} ({100 * (1 - 2 * alpha):g} % interval {low:+.3f} to {high:+.3f})"


def draw_block(snapshot: Snapshot, shoppers: Mapping[str, Any] | None, seconds: float) -> list[str]:
    """The live view for a terminal: always the same number of lines, so that it can be redrawn in place."""
    tally, evidence = snapshot.tally, snapshot.evidence
    return [
        f"  {'run':<11}{snapshot.candidate} against {snapshot.champion}: {name_stage(snapshot)}, {seconds:.0f} s",
        f"  {'ramp':<11}{draw_share(snapshot.percent / 100)} {snapshot.percent} % of users",
        f"  {'votes':<11}{tally.votes}: {tally.wins} for {snapshot.candidate}, {tally.losses} for {snapshot.champion},"
        f" {tally.ties} ties",
        f"  {'preference':<11}{format_preference(evidence, snapshot.alpha) if evidence else 'nothing measured yet'}",
        *(
            f"  {name:<11}{draw_evidence(value, snapshot.alpha)}"
            for name, value in zip(("on par", "better", "harm"), list_e_values(evidence), strict=True)
        ),
        f"  {'shoppers':<11}{describe_shoppers(shoppers)}",
    ]


def draw_line(snapshot: Snapshot, shoppers: Mapping[str, Any] | None, seconds: float) -> str:
    """The live view where no terminal redraws: one line."""
    tally = snapshot.tally
    e_values = "/".join(format_e_value(value) for value in list_e_values(snapshot.evidence))
    preference = f"{snapshot.evidence.preference:+.3f}" if snapshot.evidence else "-"
    return (
        f"{seconds:5.0f} s  {name_stage(snapshot):<12} {snapshot.percent:3d} %  "
        f"W/T/L {tally.wins}/{tally.ties}/{tally.losses}  preference {preference}  "
        f"e on par/better/harm {e_values} of {1 / snapshot.alpha:g}  shoppers: {describe_shoppers(shoppers)}"
    )


def list_e_values(evidence: Evidence | None) -> tuple[float, float, float]:
    """On par, better, harm; without a vote each is 1, which is what an empty tally's e-value is."""
    return (evidence.on_par, evidence.better, evidence.harm) if evidence else (1.0, 1.0, 1.0)


def name_stage(snapshot: Snapshot) -> str:
    """The run's stage, or the verdict once it is over."""
    return snapshot.stage or (snapshot.decision["verdict"] if snapshot.decision else "not started")


def describe_shoppers(counters: Mapping[str, Any] | None) -> str:
    """The shoppers' own counters in a few words."""
    if counters is None:
        return "not there yet"
    return f"{counters['requests']:,} requests, {counters['failed']} failed, {counters['finds']:,} finds"
