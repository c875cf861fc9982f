"""Evaluates models that score samples: every metric on every slice, with thresholds, flips and warnings."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Settings, Trial
from interleaver.lab.evaluation.families import assign_verdicts
from interleaver.lab.evaluation.score_flips import list_flips
from interleaver.lab.evaluation.score_measuring import Entry, enter, measure
from interleaver.lab.evaluation.score_models import Model, lay_out
from interleaver.lab.evaluation.score_plan import Plan, plan
from interleaver.lab.evaluation.score_warnings import list_warnings
from interleaver.lab.evaluation.slices import cut_all
from interleaver.lab.measures.custom import CustomMetric
from interleaver.lab.measures.score_identities import check_identities
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Figure


def evaluate_scoring(
    suite: Suite,
    champion: Answers | None,
    candidates: Sequence[Answers],
    settings: Settings,
    customs: Sequence[CustomMetric] = (),
) -> Evaluation:
    """All figures of all candidates. Raises Unusable for metrics and attributes that nobody knows and for scores that
    are none, and ViolatedIdentity where figures contradict each other."""
    given = [*([champion] if champion else []), *candidates]
    planned = plan(suite, given, settings, customs, paired=champion is not None)
    cuts = cut_all(suite.cases, settings.cuts)
    models = [lay_out(answers, planned) for answers in given]
    for model in models:
        check_identities(model.scored, model.threshold if isinstance(model.threshold, float) else None)
    first = models[0] if champion else None
    entries = [enter(first, model, planned) for model in (models[1:] if champion else models)]
    figures = measure(entries, first, planned, cuts, settings)
    trials = [
        make_trial(planned, entry, first, found, suite, settings) for entry, found in zip(entries, figures, strict=True)
    ]
    return Evaluation(
        suite=suite,
        champion=champion,
        trials=trials,
        counts=count_samples(given),
        metrics={metric.name: metric for metric in planned.metrics},
        settings=settings,
        slices=[one for cut in cuts for one in cut.slices],
    )


def make_trial(
    planned: Plan, entry: Entry, champion: Model | None, figures: Sequence[Figure], suite: Suite, settings: Settings
) -> Trial:
    """Everything of one candidate."""
    told = list(figures) if champion is None else assign_verdicts(figures, settings.confidence)
    paired = {metric.name for metric in planned.metrics if metric.paired}
    told = [replace(figure, verdict=None) if figure.metric in paired else figure for figure in told]
    flips = list_flips(entry.flips, champion, entry.model, suite.cases) if champion and entry.flips else []
    return Trial(
        candidate=entry.model.answers,
        figures=told,
        flips=flips,
        warnings=list_warnings(entry.model, champion, told),
        thresholds=entry.model.thresholds,
        champion_thresholds=champion.thresholds if champion else {},
    )


def count_samples(models: Sequence[Answers]) -> Counts:
    """Every sample has a label, so that all are judged. Those without an answer of some model count as wrong for it."""
    answered = np.logical_and.reduce([model.answered for model in models])
    judged, both = len(answered), int(answered.sum())
    return Counts(judged=judged, answered=both, missing=judged - both, unjudged=0, all_zero=0)
