"""The one router of a simulated cluster: what it counts, what it shows, and what is left of that when it goes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api.observed import Reading, StoreReading
from interleaver.experiment.counting.counts import add_counts
from interleaver.experiment.counting.store import FAMILIES
from interleaver.simulate.moments import COUNTS, FALLBACKS, VOTES

CONVERTED: Final = dict(zip(VOTES, ("candidate", "neutral", "champion"), strict=True))  # whose item makes such a vote
EPOCH: Final = 1  # of the store, which never loses its memory


@dataclass
class Router:
    """A router's pod, its process, what it has counted since that began, and what the vote store holds of it."""

    has_store: bool = False
    pod: int = 0
    process: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)

    def count(self, counts: Iterable[int]) -> None:
        """More of what a moment counts, with one conversion for each vote."""
        cast = dict(zip(COUNTS, counts, strict=False))
        cast |= {f"conversions.{team}": cast[vote] for vote, team in CONVERTED.items()}
        cast.setdefault("requests.ok", sum(cast[vote] for vote in VOTES))
        cast["requests.fallback"] = sum(cast.get(name, 0) for name in FALLBACKS)
        self.counts = add_counts(self.counts, cast)
        self.stored = add_counts(self.stored, {name: cast[name] for name in cast if name.startswith(FAMILIES)})

    def restart(self) -> None:
        """Its process starts anew. The store, if there is one, forgets nothing."""
        self.process, self.counts = self.process + 1, {}

    def move(self) -> None:
        """Its pod is gone; another one takes its place."""
        self.pod += 1
        self.restart()

    def show(self, hash_: str, generation: int | None) -> Reading:
        """What a look reads of the router beside that revision, with that configuration in force."""
        return Reading(
            f"router-{self.pod}",
            hash_,
            ready=True,
            generation=generation,
            start=str(self.process),
            counts=dict(self.counts),
            store=StoreReading(True, EPOCH, dict(self.stored)) if self.has_store else None,
        )
