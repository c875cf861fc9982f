"""A shop whose shoppers look at the top: logs as a router's own writer makes them, with the truth behind them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from interleaver.router.samples.lines import write_line
from tests.router.samples.entries import make_conversion, make_rule, make_shown

ITEMS = 8
QUERIES = 12


def look(rank: int) -> float:
    """How much a rank is looked at: an eighth already at rank 4."""
    return float(rank**-1.5)


@dataclass(frozen=True)
class Shop:
    """Items 0, 1, … of every query convert the better the greater their number; `relevance` is the truth."""

    seed: int = 1
    impressions: int = 500  # of each query
    relevance: Sequence[float] = field(default_factory=lambda: [0.05 + 0.07 * item for item in range(ITEMS)])

    def rank(self, query: int) -> tuple[list[int], list[int]]:
        """Champion and candidate of the trial: the worst first, in pairs of which the two models swap the order."""
        champion = list(range(ITEMS))
        return champion, swap(champion, query % 2)

    def write(self) -> Iterator[bytes]:
        """The lines."""
        random, rule = Random(self.seed), make_rule()
        for query in range(QUERIES):
            body = json.dumps({"query": query}).encode()
            champion, candidate = (json.dumps(ids) for ids in self.rank(query))
            for number in range(self.impressions):
                nonce = random.randbytes(8)
                unit = f"u{query}-{number}"
                shown = make_shown(rule, body, champion, candidate, unit, nonce=nonce, headers={})
                # The unit's header would make a query of each unit.
                shown.request.fields.pop(b"x-user-id")
                yield write_line(shown)
                for rank, item in enumerate(shown.items, 1):
                    if random.random() < look(rank) * self.relevance[int(str(item))]:
                        yield write_line(make_conversion(rule, item, nonce))

    def save(self, file: Path) -> Path:
        """A log with all lines."""
        file.write_bytes(b"".join(self.write()))
        return file


def swap(items: list[int], start: int) -> list[int]:
    """Neighbours swapped, from a place on, so that there are pairs at all ranks."""
    swapped = items.copy()
    for place in range(start, len(items) - 1, 2):
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    return swapped
