"""Position: the curve and the position-weighted preference as the status shows them, beside the decision."""

from typing import Final

import numpy as np

from interleaver.api import names
from interleaver.api.plan import Plan
from interleaver.api.status import Position as Shown
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.counting.exposition import PLACED
from interleaver.stats.position import SHAPE, Floats, Position, estimate

# The ledger's names in the order of the science's array: rank, place, outcome.
CELLS: Final = tuple(
    PLACED[names.PLACED_VOTES.name, (("outcome", vote), ("place", place), ("rank", rank))]
    for rank in names.RANKS
    for place in names.PLACES
    for vote in names.VOTES
)
NUMBERS: Final = {name: number for number, name in enumerate(CELLS)}


def show_position(plan: Plan, totals: Counts) -> Shown | None:
    """What the places of a run's votes say; None before there are enough of them."""
    counts = np.zeros(len(CELLS), np.int64)
    for name in totals.keys() & NUMBERS.keys():  # of hundreds of cells most runs fill a few
        counts[NUMBERS[name]] = totals[name]
    found = estimate(counts.reshape(SHAPE), float(plan.analysis.alpha), plan.analysis.planned_votes)
    return None if found is None else write(found)


def write(found: Position) -> Shown:
    """The estimates as the status holds them: numbers as strings."""
    return Shown(
        curve=write_curve(found.curve),
        curve_low=write_curve(found.curve_low),
        curve_high=write_curve(found.curve_high),
        preference=f"{found.preference:z.4f}",
        interval=[f"{found.low:z.4f}", f"{found.high:z.4f}"],
    )


def write_curve(values: Floats) -> list[str]:
    """Three digits tell ranks apart; more would be noise."""
    return [f"{value:.3g}" for value in values.tolist()]
