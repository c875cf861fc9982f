"""What is said of a suite that was built: every assumption with its number."""

from collections.abc import Iterator

from interleaver.lab.production.building import Built
from interleaver.lab.production.curve import MILLION
from interleaver.lab.production.settings import Weigh

WEIGHTS = {
    Weigh.CONVERSIONS: "a query counts what its conversions weigh",
    Weigh.TRAFFIC: "a query counts as often as it was asked",
    Weigh.NOTHING: "all queries count the same",
}


def describe(built: Built) -> Iterator[str]:
    """Sentences for people, in the order in which they would ask."""
    counts, settings = built.counts, built.settings
    yield f"{counts['lines']} lines: {counts['impressions']} impressions, {counts['conversions']} conversions"
    if strange := counts["lines"] - counts["ours"]:
        yield f"{strange} lines could not be read, as the last one of a router that was killed, and are left out"
    if lost := counts["conversions"] - counts["converted"]:
        yield f"{lost} conversions are on no impression or item of these logs, and are left out"
    if counts["unknown"]:
        yield f"{counts['unknown']} of {counts['places']} places have no known propensity, and count by the curve alone"
    yield built.curve.told
    yield describe_cap(built)
    yield f"gains are conversions per look, at most 1 ({counts['clipped']} were above); {WEIGHTS[settings.weigh]}"


def describe_cap(built: Built) -> str:
    """How much was taken off the weights."""
    counts, cap = built.counts, built.settings.cap
    whole = counts["won"] + counts["lost"]
    share = counts["lost"] / whole if whole else 0.0
    return (
        f"weights are capped at {cap:g}: {counts['capped']} of {counts['converted']} conversions, "
        f"{share:.1%} of a weight of {whole / MILLION:.0f}"
    )
