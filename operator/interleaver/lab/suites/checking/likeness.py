"""Cases that are the same, or nearly: pairs of a case with an earlier one, found without comparing all with all."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAME: Final = "the same"
NEAR: Final = "nearly the same"


@dataclass(frozen=True)
class Pairs:
    """`later[i]` is like `earlier[i]`, which stands above it in the suite; each case is later at most once."""

    earlier: NDArray[np.int64]
    later: NDArray[np.int64]
    same: NDArray[np.bool_]
    """Whether they are the same but for order, case and spaces; else they are nearly so."""

    def __len__(self) -> int:
        return len(self.later)

    def keep(self, mask: NDArray[np.bool_]) -> "Pairs":
        """Some of them."""
        return Pairs(self.earlier[mask], self.later[mask], self.same[mask])


def pair_equal(keys: Sequence[Hashable | None]) -> Pairs:
    """Each case with the first that has an equal key; None is like nothing."""
    first: dict[Hashable, int] = {}
    pairs = [(first[key], row) for row, key in enumerate(keys) if key is not None and first.setdefault(key, row) != row]
    return make_pairs(pairs, same=True)


def make_pairs(pairs: Sequence[tuple[int, int]], *, same: bool) -> Pairs:
    """Pairs of rows, the earlier one first."""
    both = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    return Pairs(both[:, 0], both[:, 1], np.full(len(both), same, dtype=np.bool_))


def join_pairs(parts: Sequence[Pairs]) -> Pairs:
    """All pairs in the order of the later ones; of a later case that is in several, the first part's pair."""
    earlier = np.concatenate([part.earlier for part in parts])
    later = np.concatenate([part.later for part in parts])
    same = np.concatenate([part.same for part in parts])
    _, kept = np.unique(later, return_index=True)
    return Pairs(earlier[kept], later[kept], same[kept])
