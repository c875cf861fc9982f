"""Whether a process grows: the median of the last sixth of its samples against that of the third sixth. Pure.

The first third is warm-up: pools, caches and the interpreter's arenas fill, and every trouble comes once, of which each
leaves the mark of the most that was under way at a time. Medians leave out the peak of a moment.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

PARTS: Final = 6
WARM: Final = 2  # of them are warm-up
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


def find_levels(samples: Sequence[int]) -> tuple[float, ...]:
    """The median of each sixth; what does not go into sixths is left out at the beginning."""
    size = len(samples) // PARTS
    start = len(samples) - PARTS * size
    return tuple(median(samples[start + part * size : start + (part + 1) * size]) for part in range(PARTS))


def find_growth(samples: Sequence[int]) -> float | None:
    """Growth after warm-up as a share; None if there are too few samples to say."""
    if len(samples) < FEWEST:
        return None
    levels = find_levels(samples)
    return levels[-1] / levels[WARM] - 1
