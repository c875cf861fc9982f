"""Quantiles of times, with the values that they have under each resample of the units."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

ROWS: Final = 4096
"""Units whose weights are added up at once."""


def quantile(values: NDArray[np.float64], share: float) -> float:
    """The least value that a `share` of all values does not exceed; NaN of none."""
    if not len(values):
        return float("nan")
    place = max(int(np.ceil(share * len(values) - 1e-9)) - 1, 0)
    return float(np.partition(values, place)[place])


def resample_quantile(
    values: NDArray[np.float64],
    owners: NDArray[np.int64],
    table: NDArray[np.uint8],
    share: float,
    total: NDArray[np.int32],
) -> NDArray[np.float64]:
    """The quantile under each resample, (resamples,); NaN where a resample holds none of the values.

    `owners` has the unit of each value, a row of `table`, (units, resamples); `total` is what `weigh` says of them.
    All values that could be the quantile in a resample lie near the quantile of all: only among those, weights are
    added up one by one.
    """
    order = np.argsort(values, kind="stable")
    reach = 8 * np.sqrt(len(values) * share * (1 - share)) + 8  # eight standard deviations, where units have one case
    while True:
        low = max(0, int(share * len(values) - reach))
        high = min(len(values), int(share * len(values) + reach) + 1)
        below = weigh(owners[order[:low]], table) if share <= 0.5 else total - weigh(owners[order[low:]], table)
        near = below + np.cumsum(table[owners[order[low:high]]], axis=0, dtype=np.int32)
        wanted = share * total - 1e-9
        if (low == 0 or (below < wanted).all()) and (high == len(values) or (near[-1] >= wanted).all()):
            found = values[order[low:high]][np.minimum((near < wanted).sum(axis=0), high - low - 1)]
            return np.where(total > 0, found, np.nan)
        reach *= 4


def weigh(owners: NDArray[np.int64], table: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The sum of the weights of these cases under each resample."""
    counts = np.bincount(owners, minlength=1)
    known = np.flatnonzero(counts)
    total = np.zeros(table.shape[1], dtype=np.int32)
    for start in range(0, len(known), ROWS):
        part = slice(start, start + ROWS)
        found = counts[known[part]].astype(np.float32) @ table[known[part]].astype(np.float32)
        total += np.rint(found).astype(np.int32)
    return total
