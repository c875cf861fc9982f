"""What the page says of one candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interleaver.lab.evaluation.evaluation import Evaluation, Flip, Trial
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.terms.figure import Figure
from interleaver.lab.terms.metric import Metric, Task

from . import bins, curves, gaps, histogram, mistakes, rows, worst
from .bounded import Bounded, bound
from .checks import Check, list_checks
from .corners import CornerRow, list_corners
from .headline import Headline, make_headline
from .numbers import show
from .plot import Plot

MOST_FIGURES: Final = 1000
"""Rows of the table of slices; with 300 bytes a row the page stays below a megabyte."""
MOST_WORSE: Final = 200
MOST_GROUPS: Final = 500
MOST_FLIPS: Final = 100


@dataclass(frozen=True)
class Threshold:
    """A threshold by what it was chosen for, of each model: scores of two models are no one scale."""

    aim: str
    champion: str
    candidate: str


@dataclass(frozen=True)
class Section:
    """One candidate. Tables are bounded, and their first rows are what matters most."""

    model: str
    headline: Headline
    checks: Bounded[Check] | None
    warnings: Sequence[str]
    whole: Sequence[rows.FigureRow]
    worse: Bounded[rows.FigureRow]
    main: str
    """The metric that the table of groups shows."""
    groups: Bounded[rows.FigureRow]
    slices: Bounded[rows.FigureRow]
    gaps: Bounded[gaps.GapRow]
    flips: Bounded[Flip]
    corners: Bounded[CornerRow]
    thresholds: Sequence[Threshold]
    plots: Sequence[Plot]
    queries: Sequence[worst.WorstQuery]
    mistakes: Sequence[mistakes.Mistake]
    bins: Sequence[bins.Bin]


def make_section(evaluation: Evaluation, trial: Trial, gate: GateResult | None, *, raw: bool) -> Section:
    """The section of one candidate, with what the gate says of it."""
    metrics = evaluation.metrics
    scoring = evaluation.suite.task is Task.SCORING
    groups = find_groups(trial.figures, [judgement.metric for judgement in gate.judgements] if gate else ())
    return Section(
        model=trial.candidate.model,
        headline=make_headline(evaluation, trial, gate),
        checks=list_checks(gate),
        warnings=trial.warnings,
        whole=rows.make_rows([figure for figure in trial.figures if rows.is_whole(figure)], metrics),
        worse=bound_rows(rows.find_worse(trial.figures), metrics, MOST_WORSE),
        main=groups[0].metric if groups else "",
        groups=bound_rows(groups, metrics, MOST_GROUPS),
        slices=bound_rows([figure for figure in trial.figures if not rows.is_whole(figure)], metrics, MOST_FIGURES),
        gaps=gaps.list_gaps(trial.figures, metrics),
        flips=bound(trial.flips, MOST_FLIPS),
        corners=list_corners(evaluation.champion_corners, trial.corners),
        thresholds=list_thresholds(trial),
        plots=draw_plots(evaluation, trial) if scoring else (),
        queries=() if scoring else worst.find_worst(evaluation, trial, raw=raw),
        mistakes=mistakes.find_mistakes(evaluation, trial, raw=raw) if scoring else (),
        bins=list(bins.list_bins(evaluation, trial)) if scoring and raw else (),
    )


def list_thresholds(trial: Trial) -> Sequence[Threshold]:
    """Every aim that a threshold was chosen for."""
    theirs, ours = trial.champion_thresholds, trial.thresholds
    return [Threshold(aim, show(theirs.get(aim)), show(ours.get(aim))) for aim in {**ours, **theirs}]


def bound_rows(figures: Sequence[Figure], metrics: Mapping[str, Metric], most: int) -> Bounded[rows.FigureRow]:
    """The first figures as rows, all on the scale that all of them would have."""
    kept = bound(figures, most)
    return Bounded(rows.make_rows(kept.rows, metrics), kept.left_out)


def find_groups(figures: Sequence[Figure], metrics: Sequence[str]) -> Sequence[Figure]:
    """Every slice once, by the first of these metrics that was measured on slices, or by the first one at all. Smallest
    groups come first: they are never hidden behind the many that a table has no room for."""
    parts = [figure for figure in figures if not rows.is_whole(figure)]
    measured = dict.fromkeys(figure.metric for figure in parts)
    main = next((metric for metric in [*metrics, *measured] if metric in measured), None)
    return sorted((figure for figure in parts if figure.metric == main), key=lambda figure: figure.units)


def draw_plots(evaluation: Evaluation, trial: Trial) -> Sequence[Plot]:
    """Curves of both models in one picture, then a histogram of each."""
    models = curves.read_scores(evaluation, trial)
    return [*curves.draw_curves(models), *histogram.draw_histograms(models)]
