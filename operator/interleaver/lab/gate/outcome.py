"""What a gate says: one outcome for each rule and slice, and whether it all may pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from interleaver.lab.terms.figure import Figure, Slice, Verdict


class Outcome(StrEnum):
    """How one rule went on one slice."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TOLD = "not told"
    NOT_APPLICABLE = "not applicable"
    """A comparing rule where there is no champion."""


class Level(StrEnum):
    """How much a rule weighs. Only `block` changes the exit code."""

    BLOCK = "block"
    WARN = "warn"
    WATCH = "watch"


@dataclass(frozen=True)
class Judgement:
    """One rule on one slice."""

    rule: int
    """Place of the rule in the gate, from 1; 0 is the gate's `suite`."""
    metric: str
    slice: Slice
    bound: str
    """The bound as the gate has it: `notWorseBy 0.005`."""
    outcome: Outcome
    level: Level
    words: str
    """What was found against the bound, and where it is not told, what it would take."""
    blocks: bool
    """Whether it keeps the candidate from passing."""
    warns: bool = False
    """Whether it is to be said loudly, and keeps nobody from passing."""
    refused: bool = False
    """Whether what was measured shows that the rule cannot be used: a share of a champion's value that may be 0."""
    figure: Figure | None = None
    waived: str = ""
    """Who waived it until when, and why."""
    verdict: Verdict | None = None
    """The word for the figure, corrected for the slices of this rule; None where nothing was compared."""


@dataclass(frozen=True)
class GateResult:
    """The verdict of a gate."""

    passed: bool
    judgements: Sequence[Judgement]
    partial: bool = False
    first_model: bool = False
    digests: Sequence[tuple[str, str]] = ()
    """Names and SHA-256 of what it was decided on: suite, gate, champion's and candidate's answers."""

    @property
    def refused(self) -> bool:
        """Whether a rule that blocks cannot be used as it is written."""
        return any(judgement.refused and judgement.blocks for judgement in self.judgements)

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 2 a rule cannot be used, 3 the evaluation is partial."""
        return 3 if self.partial else 2 if self.refused else 0 if self.passed else 1

    @property
    def failures(self) -> Sequence[Judgement]:
        """What blocks."""
        return [judgement for judgement in self.judgements if judgement.blocks]
