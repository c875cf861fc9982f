"""All metrics of rankings that are means over queries, laid out as one sheet of both models."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking_models import Judged
from interleaver.lab.evaluation.ranking_plan import Plan
from interleaver.lab.evaluation.ranking_values import (
    Column,
    Values,
    Way,
    compare_lists,
    count_other_ways,
    find_flipped,
)
from interleaver.lab.evaluation.sheets import Line, Sheet, make_sheet
from interleaver.lab.evaluation.slices import Cut
from interleaver.lab.suites.suite import Suite


@dataclass(frozen=True)
class Study:
    """What all trials of an evaluation have in common."""

    suite: Suite
    plan: Plan
    judged: Judged
    cuts: Sequence[Cut]
    table: NDArray[np.uint8]
    settings: Settings


def write_sheet(study: Study, first: Values | None, values: Values) -> Sheet:
    """All metrics that are means over queries."""
    bounded = set(study.settings.metrics)
    doubtful = not study.suite.unjudged_unwanted and bool(first or bounded)
    ways = count_other_ways(first, values, study.judged, study.plan) if doubtful else {}
    lines = []
    for name in study.plan.names:
        if name.name not in values.columns:
            continue
        counted = {way: pick(one, name.name) for way, one in ways.items() if name.name in one[1]}
        reach = name.family.reach if name.family else None
        champion = first.columns.get(name.name) if first else None
        lines.append(Line(name.metric, reach, champion, values.columns[name.name], counted, name.name in bounded))
    if first:
        lines += write_compared(study, first, values, ways)
    return make_sheet(lines, study.judged.units, study.judged.weights)


def pick(way: Way, name: str) -> tuple[Column | None, Column]:
    """One metric of both models in one way of counting."""
    was, now = way
    return None if was is None else was[name], now[name]


def write_compared(study: Study, first: Values, values: Values, ways: Mapping[str, Way]) -> Iterator[Line]:
    """What takes both models to have a value: overlap, and flips, which unjudged items may undo."""
    both, bounded = compare_lists(first, values, study.plan), set(study.settings.metrics)
    flipped: dict[str, tuple[Column | None, Column]] = {
        way: (None, find_flipped(was, now, study.plan)) for way, (was, now) in ways.items() if was is not None
    }
    for name in study.plan.of("overlap", "flips"):
        counted = flipped if name.name == "flips" else {}
        yield Line(name.metric, (0, 1), None, both[name.name], counted, name.name in bounded)
