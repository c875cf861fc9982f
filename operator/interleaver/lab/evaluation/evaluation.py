"""An evaluation: everything that was found of the models on one suite. Gate, report, tracking and `--json` read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from interleaver.lab.asking.answers import Answers
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Figure, Slice
from interleaver.lab.terms.metric import Metric


@dataclass(frozen=True)
class Counts:
    """How many queries or samples there were, of each kind that figures treat apart (docs/explanation/lab.md)."""

    judged: int
    answered: int
    missing: int
    """Judged, and not answered by one of the models: they count as 0 for it."""
    unjudged: int
    """Answered, and left out because nobody judged them."""
    all_zero: int
    """Judged with no gain above 0: 0, and in the mean."""


@dataclass(frozen=True)
class Flip:
    """A case that is right with one model and wrong with the other."""

    case: str
    metric: str
    champion: float
    candidate: float


@dataclass(frozen=True)
class Loss:
    """A query, and what a metric came to on it; without a champion its value is None."""

    case: str
    metric: str
    champion: float | None
    candidate: float


class Held(StrEnum):
    """Whether an answer was what a corner case demands."""

    HELD = "held"
    BROKEN = "broken"
    NOT_TOLD = "not told"
    """There is no answer, by the server's state and not by its choice."""


@dataclass(frozen=True)
class CornerOutcome:
    """How one model did in one corner case."""

    case: str
    held: Held
    words: str = ""
    """What is wrong; empty where the case held."""


@dataclass(frozen=True)
class Trial:
    """One candidate against the champion; without a champion, the candidate alone."""

    candidate: Answers
    figures: Sequence[Figure]
    flips: Sequence[Flip] = ()
    """Right with the champion, wrong with the candidate; worst first."""
    warnings: Sequence[str] = ()
    """What a reader must know: the same model given twice, answers that differ when asked again, identities …"""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Scoring: thresholds that were chosen on half of the units, by what they were chosen for; outputs to ship."""
    champion_thresholds: Mapping[str, float] = field(default_factory=dict)
    """Scoring: the same of the champion. Each model is measured at its own: scores of two models are no one scale."""

    corners: Sequence[CornerOutcome] = ()
    """The candidate in each corner case, in the order of the file."""
    losses: Sequence[Loss] = ()
    """Ranking: the queries on which the candidate loses most, worst first, and no more than people look at."""


@dataclass(frozen=True)
class Settings:
    """What an evaluation was told; stands in every verdict."""

    depths: tuple[int, ...] = (5, 10)
    confidence: float = 0.95
    resamples: int = 1000
    seed: int = 0
    metrics: tuple[str, ...] = ()
    """Names of metrics to measure beside those that are always measured: what a gate asks for."""
    cuts: tuple[tuple[str, ...], ...] = ()
    """Combinations of attributes to cut by beside every attribute and every pair of attributes."""


@dataclass(frozen=True)
class Evaluation:
    """The whole. `trials` has one entry for each candidate, the first of them is `candidate` in documents."""

    suite: Suite
    champion: Answers | None
    trials: Sequence[Trial]
    counts: Counts
    metrics: Mapping[str, Metric]
    """Every metric that figures name."""
    settings: Settings
    slices: Sequence[Slice] = ()
    """All slices that were looked at, in the order of the tables."""
    champion_corners: Sequence[CornerOutcome] = ()
    """The champion in each corner case."""
    broken_off: bool = False
    """Whether a server that answered the suite did not answer all corner cases, or the run was ended among them."""

    @property
    def partial(self) -> bool:
        """Whether a server died or the run was ended: such an evaluation passes no gate."""
        models = [trial.candidate for trial in self.trials] + ([self.champion] if self.champion else [])
        return self.broken_off or any(model.partial for model in models)

    @property
    def champion_or_first(self) -> Answers:
        """The champion's answers, or the first candidate's where there is no champion."""
        return self.champion or self.trials[0].candidate
