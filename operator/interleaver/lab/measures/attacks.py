"""Presentation attacks: APCER by kind of attack, and BPCER (ISO/IEC 30107-3).

APCER is the share of attack presentations of one kind that are taken as genuine; over several kinds, that of the worst
kind, for an attacker chooses. BPCER is the share of genuine presentations that are taken as attacks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Floats, divide
from interleaver.lab.terms.labels import Labels


@dataclass(frozen=True)
class Presentations:
    """Which samples are attacks, of which kind, and which are genuine."""

    kinds: Labels
    genuine: NDArray[np.bool_]
    """Samples without a kind of attack whose label is the other one: someone else's own face is neither."""
    attack_label: int
    """0 where a score of 1 says genuine, as in verification; 1 where it says attack, as in detection."""


def find_presentations(labels: NDArray[np.int8], kinds: Labels) -> Presentations | str:
    """The presentations of a suite, or in words why their errors cannot be told apart."""
    attacks = kinds.codes >= 0
    found = np.unique(labels[attacks])
    if not len(found):
        return "no sample is an attack"
    if len(found) > 1:
        return "attacks have samples of both labels, so that no decision says attack"
    return Presentations(kinds, ~attacks & (labels != found[0]), int(found[0]))


def mark_errors(presentations: Presentations, taken: NDArray[np.bool_]) -> Floats:
    """Columns of 0 and 1, (samples, 2 kinds + 2): errors of each kind of attack, and of genuine presentations; then
    how many there are of each. `taken`: which samples are taken as 1."""
    wrong = taken != bool(presentations.attack_label)  # of an attack
    belongs = np.column_stack(
        [np.equal(presentations.kinds.codes, code) for code in range(len(presentations.kinds.names))]
        + [presentations.genuine]
    )
    errors = belongs & np.where(presentations.genuine, ~wrong, wrong)[:, None]
    return np.hstack([errors, belongs]).astype(float)


def error_rates(sums: Floats) -> Floats:
    """APCER of each kind and, last, BPCER, from sums of the columns of `mark_errors`: (rows, kinds + 1)."""
    width = sums.shape[1] // 2
    return divide(sums[:, :width], sums[:, width:])


def worst(rates: Floats) -> Floats:
    """APCER over all kinds: that of the worst kind that a row has, (rows,). rates: (rows, kinds)."""
    measured = np.where(np.isnan(rates), -np.inf, rates).max(axis=1, initial=-np.inf)
    return np.where(np.isneginf(measured), np.nan, measured)
