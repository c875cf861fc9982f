"""All figures of several candidates on all slices, every model under the same draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.score_figures import Compared, make_figures
from interleaver.lab.evaluation.score_flips import measure_flips
from interleaver.lab.evaluation.score_models import Model
from interleaver.lab.evaluation.score_plan import Plan
from interleaver.lab.evaluation.serving import measure_serving
from interleaver.lab.evaluation.sheets import Reach
from interleaver.lab.evaluation.slices import Cut, list_rows
from interleaver.lab.measures.curves import CURVES
from interleaver.lab.measures.means import tabulate
from interleaver.lab.measures.score_drawn import Drawn
from interleaver.lab.measures.score_names import FLIPS
from interleaver.lab.measures.score_resampling import resample
from interleaver.lab.measures.score_sheet import Part
from interleaver.lab.terms.figure import Figure


@dataclass(frozen=True)
class Entry:
    """A candidate, with what it takes a champion to measure."""

    model: Model
    flips: Part | None


def enter(champion: Model | None, candidate: Model, plan: Plan) -> Entry:
    """Lay the flips beside what is measured of the candidate alone."""
    flips = measure_flips(champion, candidate, plan) if champion else "takes a champion to measure"
    if isinstance(flips, str):
        return Entry(replace(candidate, problems={**candidate.problems, FLIPS.name: flips}), None)
    sheet = replace(candidate.sheet, parts=[*candidate.sheet.parts, flips])
    return Entry(replace(candidate, sheet=sheet), flips)


def measure(
    entries: Sequence[Entry], champion: Model | None, plan: Plan, cuts: Sequence[Cut], settings: Settings
) -> list[list[Figure]]:
    """The figures of each candidate, slice by slice, in the order of the plan."""
    table = tabulate(int(plan.units.max(initial=-1)) + 1, settings.resamples, settings.seed)
    figures: list[list[Figure]] = [[] for _ in entries]
    beside = champion.answers if champion else None
    served = [
        measure_serving(plan.names, beside, entry.model.answers, plan.units, cuts, table, settings.confidence)
        for entry in entries
    ]
    for cut, *serving in zip(cuts, *served, strict=True):
        beside_scores = [list(slices) for slices in serving]
        told = measure_cut(entries, champion, plan, cut, table, beside_scores, settings)
        for found, of_cut in zip(figures, told, strict=True):
            found += of_cut
    return figures


def measure_cut(
    entries: Sequence[Entry],
    champion: Model | None,
    plan: Plan,
    cut: Cut,
    table: NDArray[np.uint8],
    served: Sequence[Sequence[Mapping[str, Figure]]],
    settings: Settings,
) -> list[list[Figure]]:
    """The figures of each candidate on the slices of a cut; `served` are those of its server, slice by slice."""
    models = [*(entry.model for entry in entries), *([champion] if champion else [])]
    figures: list[list[Figure]] = [[] for _ in entries]
    for place, rows in enumerate(list_rows(cut)):
        drawn = resample([model.sheet for model in models], rows, plan.units, table)
        told = [look_up(found, model, rows, plan) for found, model in zip(drawn, models, strict=True)]
        for index, entry in enumerate(entries):
            compared = compare(plan, told[-1] if champion else None, told[index], name_reaches(entry.model))
            scored = make_figures(compared, cut.slices[place], settings.confidence)
            found = {figure.metric: figure for figure in scored} | dict(served[index][place])
            figures[index] += [found[metric.name] for metric in plan.metrics]
    return figures


def look_up(drawn: Mapping[str, Drawn], model: Model, rows: NDArray[np.int64], plan: Plan) -> Mapping[str, Drawn]:
    """What was drawn, and for what cannot be measured of this model, why."""
    if not model.problems:
        return drawn
    units = len(np.unique(plan.units[rows]))
    nothing = {name: Drawn(np.nan, np.empty(0), len(rows), units, 0, why=why) for name, why in model.problems.items()}
    return {**nothing, **drawn}


def compare(
    plan: Plan, champion: Mapping[str, Drawn] | None, candidate: Mapping[str, Drawn], reaches: Mapping[str, Reach]
) -> list[Compared]:
    """Every metric that was drawn of the candidate, beside the champion's."""
    return [
        Compared(
            metric,
            reaches.get(metric.name),
            None if champion is None or metric.paired else champion[metric.name],
            candidate[metric.name],
        )
        for metric in plan.metrics
        if metric.name in candidate
    ]


def name_reaches(model: Model) -> Mapping[str, Reach]:
    """The least and greatest value of each metric. What a team's own can reach nobody knows."""
    return {**dict.fromkeys(CURVES, (0.0, 1.0)), **{part.name: part.reach for part in model.sheet.parts}}
