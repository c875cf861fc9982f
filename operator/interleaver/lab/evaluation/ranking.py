"""Evaluates models that rank: every metric on every slice, with verdicts, flips and warnings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.covering import cover_slices
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Settings, Trial
from interleaver.lab.evaluation.ranking_flips import list_flips, list_losses
from interleaver.lab.evaluation.ranking_models import Judged, lay_out, require_judgments, state_popularity
from interleaver.lab.evaluation.ranking_plan import plan
from interleaver.lab.evaluation.ranking_sheet import Study, write_sheet
from interleaver.lab.evaluation.ranking_values import Values, measure_model
from interleaver.lab.evaluation.ranking_warnings import list_warnings
from interleaver.lab.evaluation.serving import measure_serving
from interleaver.lab.evaluation.sheet_figures import Told, tell_cuts
from interleaver.lab.evaluation.sheets import explain
from interleaver.lab.evaluation.slices import Cut, cut_all
from interleaver.lab.evaluation.unjudged import add_values, compare_ways
from interleaver.lab.measures.custom import CustomMetric
from interleaver.lab.measures.means import tabulate
from interleaver.lab.measures.names import Named
from interleaver.lab.measures.ranking_identities import check_identities
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Figure


def check_measurable(suite: Suite, settings: Settings, customs: Sequence[CustomMetric] = ()) -> None:
    """Raises Unusable for what `evaluate_ranking` could not measure, whatever models answer."""
    plan(settings, customs)
    require_judgments(suite)
    state_popularity(suite)


def evaluate_ranking(
    suite: Suite,
    champion: Answers | None,
    candidates: Sequence[Answers],
    settings: Settings,
    customs: Sequence[CustomMetric] = (),
) -> Evaluation:
    """All figures of all candidates. Raises Unusable for metrics and attributes that nobody knows and for judgments
    that cannot be measured against, and ViolatedIdentity where figures contradict each other."""
    planned = plan(settings, customs)
    cuts = cut_all(suite.cases, settings.cuts)
    given = [*([champion] if champion else []), *candidates]
    judged, ranked = lay_out(suite, given, planned.deepest)
    values = [measure_model(model, judged, planned) for model in ranked]
    for model in values:
        check_identities(model.columns, model.ranked, judged.ideal, judged.lists, judged.gains)
    first = values[0] if champion else None
    units = int(suite.cases.units.max()) + 1
    study = Study(suite, planned, judged, cuts, tabulate(units, settings.resamples, settings.seed), settings)
    # Half a second of products in all: a second thread gains little, and waits for its turn by spinning where others
    # use the cores, which made all of it take twice as long.
    with threadpool_limits(1, "blas"):
        trials = [
            make_trial(study, champion, answers, first, found)
            for answers, found in zip(candidates, values[1 if champion else 0 :], strict=True)
        ]
    return Evaluation(
        suite=suite,
        champion=champion,
        trials=trials,
        counts=count(given, judged),
        metrics={name.name: name.metric for name in planned.names},
        settings=settings,
        slices=[one for cut in cuts for one in cut.slices],
    )


def make_trial(
    study: Study, champion: Answers | None, candidate: Answers, first: Values | None, values: Values
) -> Trial:
    """Everything of one candidate."""
    sheet = write_sheet(study, first, values)
    figures: list[Figure] = []
    ways: dict[str, list[Figure]] = {}
    judged = [replace(cut, codes=cut.codes[study.judged.rows]) for cut in study.cuts]
    models = [*([first] if first else []), values]
    told_cuts = tell_cuts(sheet, judged, study.table, study.settings.confidence)
    served = measure_serving(
        study.plan.names,
        champion,
        candidate,
        study.suite.cases.units,
        study.cuts,
        study.table,
        study.settings.confidence,
    )
    for cut, told, serving in zip(judged, told_cuts, served, strict=True):
        figures += tell_cut(study, models, cut, told, serving, ways)
    worded = compare_ways(figures, ways, study.settings.confidence) if first else add_values(figures, ways)
    paired = {name.name for name in study.plan.names if name.metric.paired}
    worded = [replace(figure, verdict=None) if figure.metric in paired else figure for figure in worded]
    flips = list_flips(study.suite.cases, study.judged, study.plan, first, values) if first else []
    losses = list_losses(study.suite.cases, study.judged, study.plan, first, values)
    return Trial(candidate, worded, flips, list_warnings(study.suite, champion, candidate), losses=losses)


def tell_cut(
    study: Study,
    values: Sequence[Values],
    cut: Cut,
    lines: Iterable[Sequence[Told]],
    serving: Iterable[dict[str, Figure]],
    ways: dict[str, list[Figure]],
) -> Iterator[Figure]:
    """The figures of every slice of a cut, in the order of the plan; `ways` gets what other ways of counting give."""
    plan = study.plan
    problems = {name: why for model in values for name, why in model.problems.items()}
    tops = [model.top for model in values]
    covered = cover_slices(plan.of("coverage"), tops, study.judged, cut, study.settings.confidence)
    for told, served, coverage in zip(lines, serving, covered, strict=True):
        found = {entry.figure.metric: entry.figure for entry in told} | served | coverage
        for entry in told:
            for way, figure in entry.other_ways.items():
                ways.setdefault(way, []).append(figure)
        yield from (found.get(name.name) or fail(name, told[0].figure, problems) for name in plan.names)


def fail(name: Named, like: Figure, problems: dict[str, str]) -> Figure:
    """The figure of a metric that could not be measured, on the slice of another one."""
    why = problems.get(name.name) or "takes a champion to measure"
    return replace(
        like,
        metric=name.name,
        champion=None,
        candidate=None,
        difference=None,
        p_value=None,
        why=explain(like.units, why),
    )


def count(models: Sequence[Answers], judged: Judged) -> Counts:
    """How many queries there were of each kind."""
    answered = np.logical_and.reduce([model.answered for model in models])
    any_answer = np.logical_or.reduce([model.answered for model in models])
    has_judgments = np.zeros(len(answered), dtype=bool)
    has_judgments[judged.rows] = True
    return Counts(
        judged=len(judged.rows),
        answered=int(answered.sum()),
        missing=int((has_judgments & ~answered).sum()),
        unjudged=int((any_answer & ~has_judgments).sum()),
        all_zero=int((judged.ideal.relevant == 0).sum()),
    )
