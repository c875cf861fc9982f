"""How logs become judgments: what a person may choose, with the reason for each default."""

from dataclasses import dataclass
from enum import StrEnum


class Weigh(StrEnum):
    """What a query counts in figures."""

    CONVERSIONS = "conversions"
    """Its conversions, each by its weight: right also where every request comes once, whose one conversion says nothing
    about the gains of its own query, but much about how often such queries would convert."""
    TRAFFIC = "traffic"
    """How often it was asked."""
    NOTHING = "nothing"
    """All the same."""


@dataclass(frozen=True)
class Settings:
    """The choices."""

    curve: str = "coins"
    """How much each rank is looked at: `coins` (estimated from pairs that a coin put in order), `flat`, or the exponent
    of 1/rank^eta."""
    cap: float = 10.0
    """Largest weight of a conversion. Beyond it a handful far down would decide alone; as the router's own estimate."""
    minimum_looks: float = 1.0
    """Looks, by the curve, that an item without a conversion must have had to be judged 0: what nobody looked at is
    unjudged, and not bad."""
    keep_unconverted: bool = False
    """Whether queries without any conversion stay, with gains of 0. They tell no two models apart."""
    weigh: Weigh = Weigh.CONVERSIONS
