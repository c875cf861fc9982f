"""Resamples all metrics of several models on one slice together: one table of draws, one product of matrices."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Floats
from interleaver.lab.measures.quick_curves import split_rows
from interleaver.lab.measures.score_drawn import Drawn, Sheet
from interleaver.lab.measures.score_excerpt import Excerpt

DRAWS: Final = 4_000_000
"""Counts of units that are multiplied together: 32 MB in double precision. A product of few rows is a slow one."""


def resample(
    sheets: Sequence[Sheet], rows: NDArray[np.int64], units: NDArray[np.int64], table: NDArray[np.uint8]
) -> list[Mapping[str, Drawn]]:
    """Every metric of every sheet on the samples `rows`, by name. units: the code of each sample, (samples,), a row of
    `table`, which is that of `means.tabulate`."""
    codes, unit_of = np.unique(units[rows], return_inverse=True)
    excerpts = [Excerpt.lay(sheet, rows, unit_of, len(codes)) for sheet in sheets]
    sums: list[list[Floats]] = [[] for _ in sheets]
    curves: list[list[Floats]] = [[] for _ in sheets]
    owns: list[list[Floats]] = [[] for _ in sheets]
    for counts in split_draws(table, codes):
        exact = counts.astype(np.float64)
        for index, one in enumerate(excerpts):
            sums[index].append(exact @ one.sums)
        for part in split_rows(counts, len(rows)):
            weights = part if _in_order(unit_of) else part.take(unit_of, axis=1)
            for index, one in enumerate(excerpts):
                curves[index].append(one.measure_curves(weights))
                owns[index].append(one.measure_owns(weights))
    return [
        {
            **one.read_parts(np.concatenate(sums[index])),
            **one.read_curves(np.concatenate(curves[index])),
            **one.read_owns(np.concatenate(owns[index])),
        }
        for index, one in enumerate(excerpts)
    ]


def split_draws(table: NDArray[np.uint8], codes: NDArray[np.int64]) -> Iterator[NDArray[np.uint8]]:
    """How often each unit is in each resample, (block, units), in blocks that are worth a product of matrices."""
    drawn = table if len(codes) == len(table) else table[codes]
    block = max(1, DRAWS // max(1, len(codes)))
    for start in range(0, table.shape[1], block):
        yield np.ascontiguousarray(drawn[:, start : start + block].T)


def _in_order(unit_of: NDArray[np.int64]) -> bool:
    """Whether each sample is a unit of its own, in the order of the samples."""
    return bool(np.array_equal(unit_of, np.arange(len(unit_of))))
