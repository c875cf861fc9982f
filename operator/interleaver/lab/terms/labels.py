"""A column of few values: a code for each row, and the name of each code."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Labels:
    """One code a row, int32, shape (rows,); -1 where the value is missing. `names[code]` is its text, each once."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


def label(values: Iterable[str | None]) -> Labels:
    """Codes in the order in which values are met first; None is missing."""
    known: dict[str, int] = {}
    codes = [-1 if value is None else known.setdefault(value, len(known)) for value in values]
    return Labels(np.asarray(codes, dtype=np.int32), tuple(known))
