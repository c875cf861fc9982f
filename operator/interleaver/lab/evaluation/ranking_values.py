"""The values of every query that figures of rankings are means of: of each model, of their difference, of both ways
more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.ranking_models import Judged
from interleaver.lab.evaluation.ranking_plan import COUNTED_THREE_WAYS, Plan
from interleaver.lab.measures.catalogue import surprise
from interleaver.lab.measures.custom import CustomMetric, Problem, call
from interleaver.lab.measures.joining import head
from interleaver.lab.measures.names import Named
from interleaver.lab.measures.overlapping import overlap
from interleaver.lab.measures.ranked import Ranked, assume_best, condense, idealise_best, order_gains
from interleaver.lab.measures.walking import measure

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """One model's values by metric, (judged queries,) each; and why a metric has none."""

    ranked: Ranked
    top: NDArray[np.int32]
    """The items of the first places, as far down as is looked, (judged queries, depth); -1 behind a list's end."""
    columns: dict[str, Column]
    problems: dict[str, str] = field(default_factory=dict)


def measure_model(ranked: Ranked, judged: Judged, plan: Plan) -> Values:
    """Everything that takes one model alone."""
    problems = {}
    walked = plan.walked
    if not judged.graded:
        problems = {name.name: "suite.yaml states no maximumGrade, which is never guessed" for name in plan.of("ERR")}
        walked = [name for name in walked if name.name not in problems]
    columns = measure_walked(ranked, judged, walked)
    top = head(ranked.lists, plan.deepest)
    for name in plan.of("novelty"):
        columns[name.name] = surprise(top[:, : name.depth], judged.unknown)
    for custom in plan.customs:
        found = measure_custom(custom, ranked, judged)
        if isinstance(found, Problem):
            problems[custom.metric.name] = found.words
        else:
            columns[custom.metric.name] = found
    return Values(ranked, top, columns, problems)


def measure_walked(ranked: Ranked, judged: Judged, names: Sequence[Named]) -> dict[str, Column]:
    """What is read off the lists."""
    return dict(zip([name.name for name in names], measure(ranked, judged.ideal, names), strict=True))


def measure_custom(custom: CustomMetric, ranked: Ranked, judged: Judged) -> Column | Problem:
    """A team's own metric, query by query, for it is a function of one."""
    best = order_gains(judged.lists, judged.gains)
    found = np.empty(len(judged.rows))
    for row in range(len(found)):
        shown = ranked.gains[ranked.lists.starts[row] : ranked.lists.starts[row + 1]]
        value = call(custom, shown, best[judged.lists.starts[row] : judged.lists.starts[row + 1]])
        if isinstance(value, Problem):
            return value
        found[row] = value
    return found


def compare_lists(champion: Values, candidate: Values, plan: Plan) -> dict[str, Column]:
    """What takes both models: overlap, and flips."""
    found = {name.name: overlap(candidate.top, champion.top, name.depth or 1) for name in plan.of("overlap")}
    flipped = find_flipped(champion.columns, candidate.columns, plan)
    return {**found, **{name.name: flipped for name in plan.of("flips")}}


def find_flipped(champion: Mapping[str, Column], candidate: Mapping[str, Column], plan: Plan) -> Column:
    """Which queries are right with the champion and wrong with the candidate, 1 or 0."""
    was, now = (columns[f"success@{plan.first_depth}"] for columns in (champion, candidate))
    return was * (1 - now)


Way = tuple[dict[str, Column] | None, dict[str, Column]]
"""What champion, None without one, and candidate come to in one way of counting."""


def count_other_ways(champion: Values | None, candidate: Values, judged: Judged, plan: Plan) -> dict[str, Way]:
    """The models' values where unjudged items are left out, and where each has the best grade; by the way's name.

    Empty where every item that a model shows was judged.
    """
    models = [*([champion.ranked] if champion else []), candidate.ranked]
    if all(model.judged.all() for model in models):
        return {}
    names = [name for name in plan.of(*COUNTED_THREE_WAYS) if name.name in candidate.columns]
    best = replace(judged, ideal=idealise_best(judged.ideal, models, judged.size))
    left_out = [measure_walked(condense(model), judged, names) for model in models]
    as_best = [measure_walked(assume_best(model, judged.ideal.maximum), best, names) for model in models]
    found = {"left out": left_out, "as the best grade": as_best}
    return {way: (columns[0] if champion else None, columns[-1]) for way, columns in found.items()}
