"""Figures of the servers, whatever they answer: times, sizes and errors, over all cases and not the judged alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.sheet_figures import Told, tell_cuts
from interleaver.lab.evaluation.sheets import Line, Sheet, explain, make_sheet
from interleaver.lab.evaluation.slices import Cut, list_rows
from interleaver.lab.measures.names import Named
from interleaver.lab.measures.quantiles import quantile, resample_quantile, weigh
from interleaver.lab.measures.resampling import bound, p_value, settle
from interleaver.lab.measures.verdicts import tell_count
from interleaver.lab.terms.figure import Estimate, Figure, Slice
from interleaver.lab.terms.metric import Metric

SHARES: Final[Mapping[str, float]] = {"latency_p50_ms": 0.5, "latency_p99_ms": 0.99}
MOST_RESAMPLES: Final = 250
"""Resamples of a server's figures: quantiles take passes of their own, and nobody needs a time to the percent."""

BYTES: Final = "answer_bytes"
ERRORS: Final = "errors"


@dataclass(frozen=True)
class Timed:
    """The cases of a slice that all models have a time of."""

    times: Sequence[NDArray[np.float64]]
    """Of each model, (cases,)."""
    owners: NDArray[np.int64]
    """The unit of each case."""
    total: NDArray[np.int32]
    """Their weight under each resample."""


def measure_serving(
    names: Sequence[Named],
    champion: Answers | None,
    candidate: Answers,
    units: NDArray[np.int64],
    cuts: Sequence[Cut],
    table: NDArray[np.uint8],
    confidence: float,
) -> Iterator[Iterator[dict[str, Figure]]]:
    """For each cut of all cases, the figures of each slice, by metric. `table` has a row for each unit."""
    wanted = {name.name: name.metric for name in names}
    models = [*([champion] if champion else []), candidate]
    # An imported run may say of some answers, or of none, how long they took and how long they are.
    timed = np.logical_and.reduce([model.answered & np.isfinite(model.milliseconds) for model in models])
    sized = np.logical_and.reduce([model.answered & (model.sizes > 0) for model in models])
    sheet = weigh_answers(wanted, models, sized, units)
    few = np.ascontiguousarray(table[:, :MOST_RESAMPLES])
    of_sized = [replace(cut, codes=cut.codes[sized]) for cut in cuts]
    for cut, told in zip(cuts, tell_cuts(sheet, of_sized, few, confidence), strict=True):
        yield serve_slices(wanted, models, timed, units, cut, told, few, confidence)


def serve_slices(
    wanted: Mapping[str, Metric],
    models: Sequence[Answers],
    timed: NDArray[np.bool_],
    units: NDArray[np.int64],
    cut: Cut,
    told: Iterable[Sequence[Told]],
    table: NDArray[np.uint8],
    confidence: float,
) -> Iterator[dict[str, Figure]]:
    """The figures of each slice of one cut."""
    for one, rows, lines in zip(cut.slices, list_rows(cut), told, strict=True):
        found = {entry.figure.metric: say_unsized(entry.figure) for entry in lines}
        both = rows[timed[rows]]
        of_both = Timed([model.milliseconds[both] for model in models], units[both], weigh(units[both], table))
        for name in SHARES.keys() & wanted.keys():
            found[name] = time_slice(wanted[name], of_both, one, table, confidence)
        if ERRORS in wanted:
            found[ERRORS] = count_errors(wanted[ERRORS], models, rows, units, one)
        yield found


def weigh_answers(
    wanted: Mapping[str, Metric], models: Sequence[Answers], sized: NDArray[np.bool_], units: NDArray[np.int64]
) -> Sheet:
    """Sizes of answers, laid out over those cases alone of which all models gave one: the others are not behind it."""
    sizes = [model.sizes[sized].astype(np.float64) for model in models]
    lines = [Line(wanted[BYTES], None, sizes[0] if len(sizes) > 1 else None, sizes[-1])] if BYTES in wanted else []
    return make_sheet(lines, units[sized], np.ones(int(sized.sum())))


def say_unsized(figure: Figure) -> Figure:
    """The figure of sizes; where there is none, in the words that fit it."""
    return figure if figure.n else replace(figure, why="no answer has a size")


def time_slice(metric: Metric, timed: Timed, one: Slice, table: NDArray[np.uint8], confidence: float) -> Figure:
    """A quantile of the times of the cases that all models have one of, paired by unit. Lower is better."""
    times, owners = timed.times, timed.owners
    units = count_units(owners)
    if not len(owners):
        return Figure(metric.name, one, 0, 0, None, None, None, None, "no answer was timed")
    share = SHARES[metric.name]
    values = [quantile(measured, share) for measured in times]
    resampled = [resample_quantile(measured, owners, table, share, timed.total) for measured in times]
    if len(times) > 1:
        values.append(values[0] - values[1])
        resampled.append(resampled[0] - resampled[1])
    bounds = bound(np.array(values), np.stack(resampled), units, confidence)
    told = [settle(value, bounds, at, units, confidence, None) for at, value in enumerate(values)]
    if len(times) > 1 and units > 1 and not resampled[-1].any() and not values[-1]:
        told[-1] = Estimate(0.0, 0.0, 0.0), ""
    return Figure(
        metric=metric.name,
        slice=one,
        n=len(owners),
        units=units,
        champion=told[0][0] if len(times) > 1 else None,
        candidate=told[1 if len(times) > 1 else 0][0],
        difference=told[2][0] if len(times) > 1 else None,
        verdict=None,
        why=explain(units, next((why for _, why in told if why), "")),
        p_value=p_value(values[-1], float(bounds.error[-1]), units) if len(times) > 1 else None,
    )


def count_errors(
    metric: Metric, models: Sequence[Answers], rows: NDArray[np.int64], units: NDArray[np.int64], one: Slice
) -> Figure:
    """How many cases were asked and have no answer to measure. A count: told as it stands, without an interval."""
    counts = [float((~np.isin(model.states[rows], (State.ANSWERED, State.NOT_ASKED))).sum()) for model in models]
    difference = counts[0] - counts[-1]
    return Figure(
        metric=metric.name,
        slice=one,
        n=len(rows),
        units=count_units(units[rows]),
        champion=Estimate(counts[0]) if len(models) > 1 else None,
        candidate=Estimate(counts[-1]),
        difference=Estimate(difference) if len(models) > 1 else None,
        verdict=tell_count(difference) if len(models) > 1 else None,
    )


def count_units(owners: NDArray[np.int64]) -> int:
    """How many different units there are."""
    return int(np.count_nonzero(np.bincount(owners))) if len(owners) else 0
