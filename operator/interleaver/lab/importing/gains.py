"""How a rating becomes a gain: a rule that the user states, because stars are no grades of relevance by themselves."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.terms.unusable import Unusable

OPTION: Final = "--gain"
WANTED: Final = "rating, at-least:4 or above:3"
RULE: Final = re.compile(r"(at-least|above):(-?[0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True)
class GainRule:
    """The rating itself; 1 from a rating on and 0 below it; or how far the rating is above one."""

    kind: Literal["rating", "at-least", "above"]
    bar: float = 0.0

    def __str__(self) -> str:
        if self.kind == "at-least":
            return f"gain is 1 for ratings of at least {self.bar:g}, else 0"
        return "gain is the rating" if self.kind == "rating" else f"gain is the rating above {self.bar:g}, else 0"

    def apply(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Gains, 0 or more; a negative rating is 0."""
        if self.kind == "at-least":
            return (ratings >= self.bar).astype(np.float64)
        return np.maximum(ratings - self.bar, 0.0)

    def greatest(self, top: float | None) -> float | None:
        """The greatest gain where ratings go up to `top`; None where nobody says how far they go. Raises Unusable where
        it is 0."""
        if self.kind == "at-least":
            return 1.0
        if top is not None and top <= self.bar:
            raise Unusable(OPTION, f"no rating up to {top:g} is above {self.bar:g}", "nothing would be relevant")
        return None if top is None else top - self.bar


def read_gain(text: str) -> GainRule:
    """The rule by its words. Raises Unusable."""
    found = RULE.fullmatch(text)
    if text == "rating":
        return GainRule("rating")
    if found is None:
        raise Unusable(OPTION, repr(text), WANTED)
    return GainRule("at-least" if found[1] == "at-least" else "above", float(found[2]))
