"""What came of all disturbed requests of a kind, for tables, documents and exit codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from interleaver.lab.evaluation.evaluation import Held

from .judging import Checked

EXAMPLES: Final = 3
"""Broken cases of a kind that are shown in full; more of one kind say the same."""


@dataclass(frozen=True)
class Kind:
    """All cases of a kind of one model."""

    kind: str
    checked: Sequence[Checked]

    def count(self, held: Held) -> int:
        """How many came to that."""
        return sum(each.held is held for each in self.checked)

    @property
    def refused(self) -> int:
        """How many the server refused, which may be as it should."""
        return sum(each.refused for each in self.checked)

    @property
    def overlaps(self) -> list[float]:
        """Of those with two lists."""
        return [each.overlap for each in self.checked if each.overlap is not None]

    @property
    def slowest(self) -> float | None:
        """Milliseconds of the slowest answer."""
        known = [each.milliseconds for each in self.checked if np.isfinite(each.milliseconds)]
        return max(known, default=None)

    @property
    def broken(self) -> Sequence[Checked]:
        """Cases in which something did not hold."""
        return [each for each in self.checked if each.held is Held.BROKEN]


def sum_up(checked: Sequence[Checked]) -> list[Kind]:
    """Kinds in the order in which they were met."""
    names = dict.fromkeys(each.kind for each in checked)
    return [Kind(name, [each for each in checked if each.kind == name]) for name in names]


def write_kind(kind: Kind) -> dict[str, Any]:
    """A kind as the JSON document has it."""
    overlaps = kind.overlaps
    return {
        "kind": kind.kind,
        "n": len(kind.checked),
        "held": kind.count(Held.HELD),
        "broken": kind.count(Held.BROKEN),
        "notTold": kind.count(Held.NOT_TOLD),
        "refused": kind.refused,
        "overlap": {"mean": round(float(np.mean(overlaps)), 6), "least": round(min(overlaps), 6)} if overlaps else None,
        "slowestMilliseconds": kind.slowest,
        "examples": [
            {"case": each.case, "detail": each.detail, "words": each.words} for each in kind.broken[:EXAMPLES]
        ],
    }
