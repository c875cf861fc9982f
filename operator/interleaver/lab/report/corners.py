"""Corner cases: what both models did where it was said beforehand what must come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interleaver.lab.evaluation.evaluation import CornerOutcome, Held

from .bounded import Bounded, bound

MOST: Final = 200
ORDER: Final = (Held.BROKEN, Held.NOT_TOLD, Held.HELD)


@dataclass(frozen=True)
class CornerRow:
    """One case with both outcomes; the champion's is empty where there is none."""

    case: str
    champion: str
    candidate: str
    words: str


def list_corners(champion: Sequence[CornerOutcome], candidate: Sequence[CornerOutcome]) -> Bounded[CornerRow]:
    """The cases that the candidate breaks first, then in the order of the file."""
    theirs = {outcome.case: str(outcome.held) for outcome in champion}
    ordered = sorted(candidate, key=lambda outcome: ORDER.index(outcome.held))
    rows = [CornerRow(one.case, theirs.get(one.case, ""), str(one.held), one.words) for one in ordered]
    return bound(rows, MOST)
