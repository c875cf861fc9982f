"""The gate's table."""

from dataclasses import dataclass
from typing import Final

from interleaver.lab.gate.outcome import GateResult, Judgement, Outcome
from interleaver.lab.terms.figure import name_slice

from .bounded import Bounded, bound

MOST_CHECKS: Final = 500


@dataclass(frozen=True)
class Check:
    """One line of the gate's table."""

    rule: str
    metric: str
    slice: str
    bound: str
    outcome: str
    weight: str
    words: str


def list_checks(gate: GateResult | None) -> Bounded[Check] | None:
    """The gate's table: what blocks comes first, and of it what failed."""
    if gate is None:
        return None
    ordered = sorted(gate.judgements, key=lambda one: (not one.blocks, one.outcome is not Outcome.FAILED))
    return bound([make_check(one) for one in ordered], MOST_CHECKS)


def make_check(judgement: Judgement) -> Check:
    words = f"{judgement.words} (waived {judgement.waived})" if judgement.waived else judgement.words
    return Check(
        rule=str(judgement.rule or "suite"),
        metric=judgement.metric,
        slice=name_slice(judgement.slice),
        bound=judgement.bound,
        outcome=str(judgement.outcome),
        weight="blocks" if judgement.blocks else "warns" if judgement.warns else str(judgement.level),
        words=words,
    )
