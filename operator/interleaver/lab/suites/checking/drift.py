"""Whether other sources are mixed as production is: what a figure says of production depends on it."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.checking.finding import MOST_EXAMPLES, Finding, Weight
from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.labels import Labels

PRODUCTION: Final = "production"
FAR: Final = 0.1
"""Total variation distance, the share of cases that would have to be others, from which on it is worth a word."""
CHANCE: Final = 2.0
"""How many times what chance alone would come to, at least: small sources differ by chance."""


def find_drift(cases: Cases) -> list[Finding]:
    """One finding for each other source and attribute that is mixed otherwise than production."""
    if PRODUCTION not in cases.sources.names:
        return []
    home = cases.sources.codes == cases.sources.names.index(PRODUCTION)
    findings = []
    for code, source in enumerate(cases.sources.names):
        for name, labels in cases.attributes.items():
            if source != PRODUCTION:
                findings += compare(source, name, labels, home, cases.sources.codes == code)
    return findings


def compare(source: str, name: str, labels: Labels, home: NDArray[np.bool_], other: NDArray[np.bool_]) -> list[Finding]:
    """What is to be said of one attribute of one source."""
    mixes = [count(labels, mask) for mask in (home, other)]
    distance = measure_distance(mixes[0], mixes[1])
    if distance < FAR or distance < CHANCE * expect_distance(mixes[0], mixes[1]):
        return []
    shares = [mix / mix.sum() for mix in mixes]
    order = np.argsort(-np.abs(shares[1] - shares[0]), kind="stable")[:MOST_EXAMPLES]
    names = [*labels.names, "(missing)"]
    examples = [
        f"{names[code]}: {shares[0][code]:.1%} of production, {shares[1][code]:.1%} of {source}" for code in order
    ]
    words = f"{name} of {source} is mixed otherwise than in production: {distance:.0%} of cases would have to be others"
    return [Finding("drift", Weight.DOUBT, words, int(mixes[1].sum()), examples, {"distance": round(distance, 4)})]


def count(labels: Labels, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many rows of a mask have each value; the last is those in which it is missing."""
    codes = labels.codes[mask]
    return np.bincount(np.where(codes < 0, len(labels.names), codes), minlength=len(labels.names) + 1).astype(float)


def measure_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Total variation distance of two mixes: half the sum of the differences of their shares."""
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)


def expect_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """What it comes to by chance where both are drawn from one mix: half the sum of the mean absolute values of normal
    differences, sqrt(2 / pi) times their standard deviations.
    """
    pooled = (one + other) / (one.sum() + other.sum())
    spread = np.sqrt(pooled * (1 - pooled) * (1 / one.sum() + 1 / other.sum()))
    return float(math.sqrt(2 / math.pi) * spread.sum() / 2)
