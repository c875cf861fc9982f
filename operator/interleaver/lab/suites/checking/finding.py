"""One thing that a person should know of a suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding weighs. Neither keeps a suite from being used."""

    DOUBT = "doubt"
    """Figures may mislead because of it: look, and mend."""
    NOTE = "note"
    """What figures cannot say because of it."""


@dataclass(frozen=True)
class Finding:
    """What was found, in words, and where to look."""

    kind: str
    """One word or two, the same for all findings of a kind: `duplicates`."""
    weight: Weight
    words: str
    count: int = 0
    """How many rows, pairs or groups it is about."""
    examples: Sequence[str] = ()
    """The first of them."""
    figures: Mapping[str, float] = field(default_factory=dict)


MOST_EXAMPLES = 5
