"""What adds up over samples, of one model: columns whose sums under any weights give its rates, costs and errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures import attacks, calibration, rates
from interleaver.lab.measures.curves import Floats, divide
from interleaver.lab.measures.thresholds import Aim

Quotient = tuple[Floats, Floats]


class Kind(StrEnum):
    """What a metric's values are, which decides how its interval is made."""

    SHARE = "share"
    """So many samples of so many: a rate."""
    BOUNDED = "bounded"
    """Between 0 and 1, and no share: AUC, F1."""
    FREE = "free"
    """Anything else: costs, squared errors, a team's own."""


@dataclass(frozen=True)
class Scored:
    """One model's scores of all samples, each of shape (samples,)."""

    labels: NDArray[np.int8]
    scores: Floats
    """Infinite where there is no answer: least for label 1 and greatest for label 0, so that it counts as wrong."""
    weights: Floats
    """What a sample counts beside others; 1 for all where the suite says nothing."""

    def weigh(self, columns: Floats, measured: NDArray[np.bool_] | None = None) -> Floats:
        """Columns of what samples add, weighted, and 0 where they are not measured."""
        return columns * (self.weights if measured is None else self.weights * measured)[:, None]


@dataclass(frozen=True)
class Part:
    """One metric of a sheet."""

    name: str
    columns: Floats
    """What each sample adds, (samples, width); rows of samples that it is not measured on are 0."""
    measured: NDArray[np.bool_]
    """Which samples it is measured on, (samples,)."""
    quotient: Callable[[Floats], Quotient]
    """What it divides by what, out of sums of the columns, (rows, width) -> two of (rows,)."""
    why_not: str
    """Why it was not measured where it divides by 0."""
    kind: Kind = Kind.SHARE
    reach: tuple[float, float] | None = (0.0, 1.0)
    """Its least and greatest value."""
    terms: "tuple[tuple[float, Part], ...]" = ()
    """Shares of which it is the sum, each with its weight: those of a cost, whose columns are its own."""
    have_both: Callable[[Floats], NDArray[np.bool_]] | None = None
    """Of what takes samples of both labels: whether there are such, out of sums of the columns, (rows,)."""

    def values(self, sums: Floats) -> Floats:
        """The metric out of sums of the columns, (rows,)."""
        found = divide(*self.quotient(sums))
        return found if self.have_both is None else np.where(self.have_both(sums), found, np.nan)

    def divisors(self, sums: Floats) -> Floats:
        """What it divides by, (rows,)."""
        return self.quotient(sums)[1]


def find_rates(names: Sequence[str], model: Scored, threshold: float, measured: NDArray[np.bool_]) -> list[Part]:
    """Parts of the rates at a threshold. `names` as figures have them: what stands before an @ is the rate."""
    columns = model.weigh(rates.decide(model.labels, model.scores, threshold), measured)
    return [find_rate(name, columns, measured) for name in names]


def find_rate(name: str, columns: Floats, measured: NDArray[np.bool_]) -> Part:
    """The part of one rate."""
    rate = name.partition("@")[0]
    of_counts = rates.QUOTIENTS[rate]
    kind = Kind.BOUNDED if rate == "F1" else Kind.SHARE
    have_both = (lambda sums: rates.have_both(rates.count(sums))) if rate in rates.OF_BOTH else None
    quotient, why_not = (lambda sums: of_counts(rates.count(sums))), rates.WHY_NOT[rate]
    return Part(name, columns, measured, quotient, why_not, kind, have_both=have_both)


def find_cost(name: str, model: Scored, threshold: float, aim: Aim, measured: NDArray[np.bool_]) -> Part:
    """The part of a mean cost of wrong decisions."""
    columns = model.weigh(rates.decide(model.labels, model.scores, threshold), measured)

    def cost(alarm: float, miss: float) -> Callable[[Floats], Quotient]:
        return lambda sums: rates.mean_cost(rates.count(sums), alarm, miss)

    alarms, misses = (Part(name, columns, measured, cost(*of_one), "no sample") for of_one in ((1, 0), (0, 1)))
    reach, terms = (0.0, max(aim.alarm, aim.miss)), ((aim.alarm, alarms), (aim.miss, misses))
    return Part(name, columns, measured, cost(aim.alarm, aim.miss), "no sample", Kind.FREE, reach, terms)


def find_calibration(model: Scored) -> list[Part]:
    """The parts of Brier score and calibration error."""
    everyone = np.ones(len(model.labels), dtype=bool)
    squares = model.weigh(np.column_stack([calibration.square_errors(model.labels, model.scores), everyone]))
    bins = model.weigh(calibration.spread_over_bins(model.labels, model.scores))
    return [
        Part("Brier", squares, everyone, lambda sums: (sums[:, 0], sums[:, 1]), "no sample", Kind.FREE),
        Part("ECE", bins, everyone, calibration.calibration_error, "no sample", Kind.FREE),
    ]


def find_attacks(
    model: Scored, presentations: attacks.Presentations, threshold: float, measured: NDArray[np.bool_]
) -> list[Part]:
    """The parts of APCER by kind and over all kinds, and of BPCER."""
    columns = model.weigh(attacks.mark_errors(presentations, model.scores >= threshold), measured)
    width = columns.shape[1] // 2

    def pick(place: int) -> Callable[[Floats], Quotient]:
        return lambda sums: (sums[:, place], sums[:, width + place])

    def worst(sums: Floats) -> Quotient:
        found = attacks.worst(attacks.error_rates(sums)[:, :-1])
        return np.nan_to_num(found), np.where(np.isnan(found), 0.0, 1.0)

    kinds = presentations.kinds.names
    return [
        Part("APCER", columns, measured, worst, "no attack", Kind.FREE),
        *(
            Part(f"APCER:{kind}", columns, measured, pick(k), f"no attack of the kind {kind}")
            for k, kind in enumerate(kinds)
        ),
        Part("BPCER", columns, measured, pick(width - 1), "no genuine presentation"),
    ]


def find_flips(
    champion: Scored, candidate: Scored, thresholds: tuple[float, float], measured: NDArray[np.bool_]
) -> Part:
    """The share of samples that are right with the champion and wrong with the candidate, each at its threshold."""
    right, still = (
        (model.scores >= threshold) == np.equal(model.labels, 1)
        for model, threshold in zip((champion, candidate), thresholds, strict=True)
    )
    columns = candidate.weigh(np.column_stack([right & ~still, np.ones(len(right))]), measured)
    return Part("flips", columns, measured, lambda sums: (sums[:, 0], sums[:, 1]), "no sample")
