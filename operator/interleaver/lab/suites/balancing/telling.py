"""The mix before and after, for people and programs."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.balancing.balancing import Balance
from interleaver.lab.suites.balancing.cells import Cells
from interleaver.lab.suites.balancing.mix import Mix

EXTREME: Final = 10.0
"""Greatest weight in terms of the least, above which a few cases decide a figure."""


def describe_balance(cells: Cells, mix: Mix, balance: Balance) -> dict[str, Any]:
    """All that is to be said of it."""
    amounts = [cells.sum(weights) for weights in (balance.before, balance.after)]
    before, after = (share(amount) for amount in amounts)
    absent = cells.list_absent()
    return {
        "cases": len(balance.before),
        "kept": int((balance.after > 0).sum()),
        "missing": int((~cells.whole).sum()),
        "worth": round(balance.worth, 1),
        "weights": {"least": float(balance.after.min()), "most": float(balance.after.max())},
        "reached": balance.fit.reached,
        "absent": absent,
        "attributes": {
            name: describe_margin(cells, place, mix, amounts) for place, name in enumerate(cells.attributes)
        },
        "cells": [
            {"cell": cells.name(cell), "before": before[row], "after": after[row]}
            for row, cell in enumerate(cells.cells)
        ],
        "words": list_words(cells, balance, len(absent)),
    }


def share(amounts: NDArray[np.float64]) -> list[float]:
    """What parts of a whole are, to more digits than anybody reads."""
    return [round(float(part), 6) for part in amounts / amounts.sum()]


def describe_margin(cells: Cells, place: int, mix: Mix, amounts: Sequence[NDArray[np.float64]]) -> list[dict[str, Any]]:
    """The values of one attribute with their share before, as stated, and after."""
    before, after = (share(cells.margin(place, part)) for part in amounts)
    if mix.cells is not None:
        wanted = share(cells.margin(place, mix.cells))
    else:
        wanted = [mix.margins[cells.attributes[place]][value] for value in cells.values[place]]
    return [
        {"value": value, "before": before[row], "stated": wanted[row], "after": after[row]}
        for row, value in enumerate(cells.values[place])
    ]


def list_words(cells: Cells, balance: Balance, absent: int) -> list[str]:
    """What a reader must know. `absent` is how many combinations do not occur."""
    words = []
    if absent:
        words.append(f"combinations that do not occur: {absent}; no weight can make up for them")
    if not balance.fit.reached:
        words.append(f"the mix cannot be reached: a share misses the stated one by {balance.fit.missed:.1%}")
    if balance.spread > EXTREME:
        words.append(f"the greatest weight is {balance.spread:.0f} times the least: a few cases decide figures")
    kept = int((balance.after > 0).sum())
    if balance.worth < kept / 2:
        words.append(f"the {kept} cases are worth {balance.worth:.0f} of equal weight: intervals become wide")
    if (~cells.whole).any():
        words.append(f"{(~cells.whole).sum()} cases miss an attribute, and count as much together as before")
    return words
