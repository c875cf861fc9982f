"""Which ratings of a user are held out to judge by; what is left is the history that a model may learn from."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.terms.unusable import Unusable

OPTION: Final = "--held-out"
WANTED: Final = "all, latest:10, latest:20% or random:50%"
RULE: Final = re.compile(r"(latest|random):([0-9]{1,6})(%?)")


@dataclass(frozen=True)
class HeldOut:
    """A rule: so many ratings of each user, or such a share of them, rounded down."""

    kind: Literal["all", "latest", "random"]
    amount: int = 0
    percent: bool = False

    def __str__(self) -> str:
        if self.kind == "all":
            return "all ratings judge"
        share = f"{self.amount} %" if self.percent else str(self.amount)
        return f"the {'latest' if self.kind == 'latest' else 'randomly drawn'} {share} of each user's ratings judge"

    def choose(
        self, users: NDArray[np.int64], times: NDArray[np.float64] | None, chance: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Which ratings are held out: shape (ratings,). Of equal times the later row is the later rating.

        Raises Unusable where the latest are asked for and there are no times.
        """
        if self.kind == "all":
            return np.ones(len(users), dtype=np.bool_)
        if self.kind == "latest" and times is None:
            raise Unusable(OPTION, "the ratings have no timestamp", "draw them: --held-out random:20%")
        keys = chance.random(len(users)) if times is None or self.kind == "random" else times
        order = np.lexsort((np.arange(len(users)), keys, users))
        counts = np.bincount(users)
        ends = np.cumsum(counts)
        left = np.repeat(ends, counts) - 1 - np.arange(len(users))
        held = np.empty(len(users), dtype=np.bool_)
        held[order] = left < self.sizes(counts)[users[order]]
        return held

    def sizes(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many ratings of each user are held out."""
        return counts * self.amount // 100 if self.percent else np.minimum(counts, self.amount)


def read_held_out(text: str) -> HeldOut:
    """The rule by its words. Raises Unusable."""
    if text == "all":
        return HeldOut("all")
    found = RULE.fullmatch(text)
    if found is None or int(found[2]) == 0 or (found[3] and int(found[2]) > 100):
        raise Unusable(OPTION, repr(text), WANTED)
    return HeldOut("latest" if found[1] == "latest" else "random", int(found[2]), bool(found[3]))
