"""Figures of scores on one slice: estimates of both models, the paired difference, and why something is not told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from interleaver.lab.evaluation.sheets import Reach, widen
from interleaver.lab.evaluation.sheets import explain as of_group
from interleaver.lab.measures.drawn_intervals import count_moved, find_difference, find_interval
from interleaver.lab.measures.resampling import bound, p_value, settle
from interleaver.lab.measures.score_drawn import Drawn
from interleaver.lab.terms.figure import FEW_UNITS, Estimate, Figure, Slice
from interleaver.lab.terms.metric import Metric


@dataclass(frozen=True)
class Told:
    """An estimate, what stands in its way, and the standard error that belongs to it."""

    estimate: Estimate | None
    why: str
    error: float = float("nan")


@dataclass(frozen=True)
class Compared:
    """One metric of the two models on a slice. The champion is None where there is none, or
    where the metric itself compares."""

    metric: Metric
    reach: Reach
    champion: Drawn | None
    candidate: Drawn

    @property
    def difference(self) -> Drawn | None:
        """Candidate against champion, signed so that positive is better."""
        champion, candidate = self.champion, self.candidate
        if champion is None or np.isnan(champion.value) or np.isnan(candidate.value):
            return None
        sign = self.metric.direction.sign
        return Drawn(
            sign * (candidate.value - champion.value),
            sign * (candidate.resampled - champion.resampled),
            candidate.n,
            candidate.units,
            min(champion.weighty, candidate.weighty),
        )

    @property
    def units(self) -> int:
        """Units that carry what was measured, of the model that has fewer; those of the group where nothing was.

        Eight people with label 1 among thousands are all that an FNR knows of.
        """
        models = [self.candidate, *([self.champion] if self.champion else [])]
        carrying = [model.weighty for model in models if not np.isnan(model.value)]
        return min(carrying, default=self.candidate.units)

    @property
    def moved(self) -> int | None:
        """How many units add something else with the candidate; None where that cannot be counted."""
        if self.champion is None or self.champion.sums is None or self.candidate.sums is None:
            return None
        return count_moved(self.candidate, self.champion)


def tell_all(drawn: Sequence[tuple[Drawn | None, Reach]], confidence: float) -> list[Told]:
    """Estimates with intervals; those over the same number of units are sorted together."""
    told = [Told(None, "")] * len(drawn)
    groups: dict[int, list[tuple[int, Drawn, Reach]]] = {}
    for index, (one, reach) in enumerate(drawn):
        if one is not None and not np.isnan(one.value):
            groups.setdefault(one.weighty, []).append((index, one, reach))
    for units, members in groups.items():
        values = np.array([one.value for _, one, _ in members])
        found = bound(values, np.stack([one.resampled for _, one, _ in members]), units, confidence)
        for column, (index, one, reach) in enumerate(members):
            estimate, why = settle(one.value, found, column, units, confidence, reach)
            error = float(found.error[column])
            ends = None if estimate.low is None else find_interval(one, error, confidence)
            told[index] = Told(replace_ends(estimate, ends, reach), why, error)
    return told


def replace_ends(estimate: Estimate, ends: tuple[float, float] | None, reach: Reach) -> Estimate:
    """The estimate with other ends, where there are such, within reach."""
    if ends is None:
        return estimate
    low, high = ends if reach is None else (max(ends[0], reach[0]), min(ends[1], reach[1]))
    return Estimate(estimate.value, low, high)


def compare_rates(compared: Compared, told: Told, confidence: float) -> Told:
    """The difference; of rates that few units change, with the interval that such a difference needs."""
    if told.estimate is None or compared.champion is None:
        return told
    if is_nowhere(told, compared):
        return Told(Estimate(0.0, 0.0, 0.0), "", 0.0)
    if told.estimate.low is None:
        return told
    ends = find_difference(compared.candidate, compared.champion, confidence)
    if ends and compared.metric.direction.sign < 0:
        ends = (-ends[1], -ends[0])
    return replace(told, estimate=replace_ends(told.estimate, ends, widen(compared.reach)))


def make_figures(compared: Sequence[Compared], cut: Slice, confidence: float) -> list[Figure]:
    """One figure for each metric, without words of better or worse: those take the whole family."""
    wanted: list[tuple[Drawn | None, Reach]] = []
    for one in compared:
        wanted += [(one.champion, one.reach), (one.candidate, one.reach), (one.difference, widen(one.reach))]
    told = tell_all(wanted, confidence)
    figures = []
    for k, one in enumerate(compared):
        champion, candidate, difference = told[3 * k : 3 * k + 3]
        figures.append(make_figure(one, cut, champion, candidate, compare_rates(one, difference, confidence)))
    return figures


def make_figure(compared: Compared, cut: Slice, champion: Told, candidate: Told, difference: Told) -> Figure:
    """The figure of one metric."""
    drawn = compared.difference
    return Figure(
        metric=compared.metric.name,
        slice=cut,
        n=compared.candidate.n,
        units=compared.units,
        champion=champion.estimate,
        candidate=candidate.estimate,
        difference=difference.estimate,
        verdict=None,
        why=explain(compared, champion, candidate, difference),
        p_value=None if drawn is None else p_value(drawn.value, difference.error, drawn.weighty, compared.moved),
    )


def is_nowhere(told: Told, compared: Compared) -> bool:
    """Whether a difference of which nobody knows how great it can be was 0 in every resample of enough units."""
    difference = compared.difference
    if compared.reach is not None or difference is None or difference.units < FEW_UNITS:
        return False
    return told.estimate == Estimate(0.0) and not np.nan_to_num(difference.resampled).any()


def explain(compared: Compared, champion: Told, candidate: Told, difference: Told) -> str:
    """Why something is not told, of either model where they differ in it; or that the group is small."""
    why = find_why(compared, champion, candidate, difference)
    return of_group(compared.units, why) if compared.units else why


def find_why(compared: Compared, champion: Told, candidate: Told, difference: Told) -> str:
    """Why something is not told."""
    of_candidate = compared.candidate.why or candidate.why
    if compared.champion is None:
        return of_candidate
    of_champion = compared.champion.why or champion.why
    if of_champion == of_candidate:
        return of_candidate or difference.why
    said = {"champion": of_champion, "candidate": of_candidate}
    return "; ".join(f"{who}: {why}" for who, why in said.items() if why)
