"""The position curve: how much each rank is looked at, in millionths of the first.

By default it is not fitted to anything: where a coin put an item at one of two neighbouring ranks, the conversions at
both estimate the ratio of looks, whatever the items are (`stats.position` says why). Ranks between which too few
conversions tell get what the last known rank gets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interleaver.lab.terms.unusable import Unusable
from interleaver.stats.position import FIRST, LEAST_LINK, RANKS, SECOND, SHAPE, Chain

MILLION: Final = 1_000_000
COINS: Final = "coins"
FLAT: Final = "flat"
DEEPEST: Final = 200  # as deep as a draft may be
STEEPEST: Final = 5.0
OPTION: Final = "--curve"
WANTED: Final = f"coins, flat, or the exponent of 1/rank^eta, above 0 and at most {STEEPEST:g}"
FALLBACK: Final = 1.0


@dataclass(frozen=True)
class Curve:
    """Looks at ranks 1, 2, … in millionths; ranks below those told get as many as the last."""

    looks: tuple[int, ...]
    words: str
    """Where it is from, for people."""

    @property
    def told(self) -> str:
        """Its first ranks for people."""
        shown = ", ".join(f"{look / MILLION:.2f}" for look in self.looks[:10])
        return f"{self.words}: looks at ranks 1, 2, … are {shown}" + (", …" if len(self.looks) > 10 else "")


def check_curve(text: str) -> None:
    """Raises Unusable for words that name no curve."""
    if text not in (COINS, FLAT):
        read_exponent(text)


def make_curve(text: str, pairs: Sequence[Mapping[str, int]]) -> Curve:
    """The curve that is meant; `pairs` are conversions by the upper rank of a pair, and whether it was there."""
    if text == FLAT:
        return Curve((MILLION,), "every rank is looked at alike (assumed)")
    if text != COINS:
        return draw_power(read_exponent(text), "given")
    looks = estimate(pairs)
    if len(looks) == 1:
        return draw_power(FALLBACK, f"assumed, for fewer than {LEAST_LINK} conversions tell ranks 1 and 2 apart")
    return Curve(looks, "estimated from pairs whose order a coin decided")


def estimate(pairs: Sequence[Mapping[str, int]]) -> tuple[int, ...]:
    """The curve as far as the coins tell it."""
    counts = np.zeros(SHAPE, dtype=np.int64)
    for pair in pairs:
        above = pair["above"]
        if above < RANKS:
            place = (above - 1, FIRST) if pair["first"] else (above, SECOND)
            counts[place][0] += pair["conversions"]
    shares = np.exp(Chain(counts).logs)
    return tuple(round_look(share) for share in shares)


def draw_power(eta: float, why: str) -> Curve:
    """1/rank^eta."""
    looks = tuple(round_look(rank**-eta) for rank in range(1, DEEPEST + 1))
    return Curve(looks, f"1/rank^{eta:g} ({why})")


def round_look(share: float) -> int:
    """Looks in millionths: at least one, and no more than would make weights meaningless."""
    return int(min(max(round(share * MILLION), 1), 10 * MILLION))


def read_exponent(text: str) -> float:
    """The exponent that words name. Raises Unusable."""
    try:
        eta = float(text)
    except ValueError:
        eta = 0.0
    if not 0 < eta <= STEEPEST:
        raise Unusable(OPTION, repr(text), WANTED)
    return eta
