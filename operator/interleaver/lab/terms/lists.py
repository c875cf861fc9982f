"""Lists of different lengths in two arrays, as a hundred thousand rankings fit into memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lists:
    """List i is `items[starts[i]:starts[i + 1]]`: int32 codes of items, best first. `starts` is int64, (lists + 1,)."""

    starts: NDArray[np.int64]
    items: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many items each list has."""
        return np.diff(self.starts)

    def row(self, index: int) -> NDArray[np.int32]:
        """One list."""
        return self.items[self.starts[index] : self.starts[index + 1]]


def gather(rows: Iterable[Sequence[int]]) -> Lists:
    """Lists out of rows of codes."""
    kept = [np.asarray(row, dtype=np.int32) for row in rows]
    starts = np.concatenate(([0], np.cumsum([len(row) for row in kept], dtype=np.int64))).astype(np.int64)
    return Lists(starts, np.concatenate(kept) if kept else np.empty(0, dtype=np.int32))
