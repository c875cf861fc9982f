"""How far a metric's value or difference may be off on a slice: from a champion's answers, or at its worst."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.evaluation import Trial
from interleaver.lab.gate.charges import index_figures
from interleaver.lab.gate.power import effective_units, greatest_error, quantile
from interleaver.lab.gate.reaching import Reaching
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.slices import list_slices, select
from interleaver.lab.suites.suite import Cases, Suite
from interleaver.lab.terms.figure import Figure, Slice

Key = tuple[str, Slice, bool]
"""Metric, slice, and whether it is the difference."""


@dataclass(frozen=True)
class Spread:
    """What is known of an estimate before it is made."""

    cases: int
    units: int
    error: float | None
    """Standard error to expect; None where nothing bounds it."""
    why: str
    """What the error was taken from, or why there is none."""
    champion: float | None = None
    """The champion's value, where its answers are there."""
    reach: tuple[float, float] | None = None
    """The least and greatest value that there can be."""


def expect_worst(gate: Gate, suite: Suite, reachings: Mapping[str, Reaching]) -> Mapping[Key, Spread]:
    """The greatest errors that there can be, for the metrics whose values are bounded."""
    found: dict[Key, Spread] = {}
    for metric, cut in _list_pairs(gate, suite):
        reaching, inside = reachings[metric], select(cut, suite.cases)
        looked, units = count_carrying(suite.cases, reaching, inside)
        sizes = count_sizes(suite.cases, inside & reaching.counted)
        for paired in (False, True):
            if reaching.reach is None:
                spread = Spread(looked, units, None, "nothing bounds it; give --answers of the champion")
            elif not len(sizes):
                spread = Spread(looked, 0, None, "nothing in it carries it", reach=reaching.reach)
            else:
                length = (reaching.reach[1] - reaching.reach[0]) * (2 if paired else 1)
                error = greatest_error(length, effective_units(sizes))
                spread = Spread(looked, units, error, "the worst case", reach=reaching.reach)
            found[metric, cut, paired] = spread
    return found


def count_carrying(cases: Cases, reaching: Reaching, inside: NDArray[np.bool_]) -> tuple[int, int]:
    """How many cases of a slice are looked at, and how many units carry the metric there."""
    if reaching.apart is not None:
        return reaching.apart, reaching.apart
    looked = reaching.counted if reaching.looked is None else reaching.looked
    kinds = [reaching.counted, *([] if reaching.against is None else [reaching.against])]
    return int((looked & inside).sum()), min(len(np.unique(cases.units[kind & inside])) for kind in kinds)


def expect_champion(
    gate: Gate, suite: Suite, reachings: Mapping[str, Reaching], alone: Trial, correlation: float
) -> Mapping[Key, Spread]:
    """The errors that the champion's own answers show, of figures at the gate's confidence.

    A candidate's are taken to be like the champion's: Var(difference) = 2 (1 - correlation) Var(value), with the
    correlation of both models' values over units. 0 is the cautious guess; models of one family go together. What one
    model alone does not show (`flips`) is the worst case.
    """
    figures, found = index_figures(alone), dict(expect_worst(gate, suite, reachings))
    for metric, cut in _list_pairs(gate, suite):
        figure, reach = figures.get((metric, cut)), reachings[metric].reach
        if figure is None:
            continue
        for paired in (False, True):
            factor = sqrt(2 * (1 - correlation)) if paired else 1.0
            spread = _read_spread(figure, factor, gate.confidence, reach)
            if spread.champion is not None or found[metric, cut, paired].error is None:
                found[metric, cut, paired] = spread
    return found


def _read_spread(figure: Figure, factor: float, confidence: float, reach: tuple[float, float] | None) -> Spread:
    value = figure.candidate
    if value is None or value.low is None or value.high is None or figure.units < 2:
        why = figure.why or "the champion's answers give no interval"
        return Spread(figure.n, figure.units, None, why, value.value if value else None, reach)
    error = factor * (value.high - value.low) / 2 / quantile(figure.units, confidence)
    return Spread(figure.n, figure.units, error, "the champion's answers", value.value, reach)


def _list_pairs(gate: Gate, suite: Suite) -> Iterator[tuple[str, Slice]]:
    pairs = ((rule.metric, cut) for rule in gate.rules for cut in list_slices(rule.slices, suite.cases))
    return iter(dict.fromkeys(pairs))


def count_sizes(cases: Cases, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each unit's cases weigh together, of these cases; units without any are left out."""
    sizes = np.bincount(cases.units[inside], cases.counting[inside])
    return sizes[sizes > 0].astype(np.float64)
