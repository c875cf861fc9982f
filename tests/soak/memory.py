"""Whether a process grows: the median of the last sixth of its samples against that of the second sixth. Pure.

The first sixth is warm-up: pools, caches and the interpreter's arenas fill. Medians leave out the peak of a moment.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

PARTS: Final = 6
FEWEST: Final = 4 * PARTS  # samples


class Memory(NamedTuple):
    """Bytes at one moment."""

    resident: int
    proportional: int  # what is shared counts by halves


def read_memory(process: int) -> Memory | None:
    """Of a process; None if it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    proportional = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return Memory(pages * os.sysconf("SC_PAGE_SIZE"), proportional * 1024)


def find_levels(samples: Sequence[int]) -> tuple[float, float]:
    """The medians of the second sixth and of the last."""
    size = len(samples) // PARTS
    return median(samples[size : 2 * size]), median(samples[-size:])


def find_growth(samples: Sequence[int]) -> float | None:
    """Growth after warm-up as a share; None if there are too few samples to say."""
    if len(samples) < FEWEST:
        return None
    before, after = find_levels(samples)
    return after / before - 1
