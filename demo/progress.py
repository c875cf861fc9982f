"""What the driver shows while the experiment runs: pure functions from a snapshot to lines of text."""

from collections.abc import Mapping
from math import log
from typing import Any, Final

from demo.snapshot import Evidence, Snapshot

BAR_WIDTH: Final = 24  # characters
FULL, EMPTY = "█", "░"


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
    tally = snapshot.tally
    return [
        f"  {'run':<11}{snapshot.candidate} against {snapshot.champion}: {name_stage(snapshot)}, {seconds:.0f} s",
        f"  {'ramp':<11}{draw_share(snapshot.percent / 100)} {snapshot.percent} % of users",
        f"  {'votes':<11}{tally.votes}: {tally.wins} for {snapshot.candidate}, {tally.losses} for {snapshot.champion},"
        f" {tally.ties} ties",
        f"  {'preference':<11}{describe_preference(snapshot)}",
        *(f"  {name:<11}{bar}" for name, bar in zip(("on par", "better", "harm"), draw_bars(snapshot), strict=True)),
        f"  {'shoppers':<11}{describe_shoppers(shoppers)}",
    ]


def draw_line(snapshot: Snapshot, shoppers: Mapping[str, Any] | None, seconds: float) -> str:
    """The live view where no terminal redraws: one line."""
    tally, evidence = snapshot.tally, snapshot.evidence
    preference = f"{evidence.preference:+.3f}" if evidence else "-"
    e_values = map(format_e_value, (evidence.on_par, evidence.better, evidence.harm)) if evidence else "-"
    return (
        f"{seconds:5.0f} s  {name_stage(snapshot):<12} {snapshot.percent:3d} %  "
        f"W/T/L {tally.wins}/{tally.ties}/{tally.losses}  preference {preference}  "
        f"e on par/better/harm {'/'.join(e_values)} of {1 / snapshot.alpha:g}  shoppers: {describe_shoppers(shoppers)}"
    )


def describe_preference(snapshot: Snapshot) -> str:
    """The preference, or why there is none to show."""
    if snapshot.evidence is None:
        return "as the verdict says" if snapshot.decision else "nothing measured yet"
    return format_preference(snapshot.evidence, snapshot.alpha)


def draw_bars(snapshot: Snapshot) -> list[str]:
    """On par, better, harm as bars; empty ones where nothing is measured."""
    evidence = snapshot.evidence
    if evidence is None:
        return [draw_share(0.0)] * 3
    return [draw_evidence(value, snapshot.alpha) for value in (evidence.on_par, evidence.better, evidence.harm)]


def name_stage(snapshot: Snapshot) -> str:
    """The run's stage, or the verdict once it is over."""
    return snapshot.stage or (snapshot.decision["verdict"] if snapshot.decision else "not started")


def describe_shoppers(counters: Mapping[str, Any] | None) -> str:
    """The shoppers' own counters in a few words."""
    if counters is None:
        return "not there yet"
    return f"{counters['requests']:,} requests, {counters['failed']} failed, {counters['finds']:,} finds"
