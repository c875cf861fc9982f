"""Which cases are asked a second time, to see whether the model says the same again."""

from random import Random
from typing import Final

FEWEST_CASES: Final = 20  # of fewer a hundredth is none, and a single one costs more than it shows


def draw_twice(cases: int, share: float, seed: int) -> list[int]:
    """Rows of the cases to ask again, in order: a share of them, and at least one of twenty or more."""
    if share <= 0 or cases < FEWEST_CASES:
        return []
    count = min(cases, max(1, round(cases * share)))
    return sorted(Random(seed).sample(range(cases), count))
