"""What a soak came to, and whether that is what is promised."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from tests.soak.directors import Directors
from tests.soak.memory import find_growth, find_levels
from tests.soak.sampler import Sampler
from tests.soak.shop import Shop
from tests.soak.stage import Stage
from tests.soak.tallies import Tallies

MOST_GROWTH: Final = 0.05  # of a router after warm-up
LIFE_SHARE: Final = 0.5  # of the whole time that a router must have lived for its memory to be judged
JUDGED_SECONDS: Final = 300  # that a soak must last for memory to be judged: before that the interpreter warms up
COUNTED: Final = ("votes.", "conversions.")  # what must agree
LEAST_SHARE: Final = 0.9  # of votes cast that a store counts which may lose the latest ones
LEAST_SHARE_OF_A_MINUTE: Final = 0.6  # the same of a short soak, of which one split of ten seconds is a large part
SET_BACK: Final = "store: StoreSetBack"  # a gap
NEVER: Final = (
    "failed",
    "feedback failed",
    "feedback miscounted",
    "ranking: lost without a kill",
    "feedback: lost without a kill",
)


@dataclass(frozen=True)
class Growth:
    """A router's memory in MB (10^6 bytes) in each sixth of its life; growth after warm-up as shares.

    What is proportional also grows when another router goes, with which pages were shared. What is resident does not.
    """

    router: str
    samples: int
    resident: tuple[float, ...]
    proportional: tuple[float, ...]
    growth_resident: float
    growth_proportional: float


@dataclass(frozen=True)
class Results:
    """Everything that the report shows."""

    shared: bool
    tallies: dict[str, int]
    troubles: dict[str, int]
    cast: dict[str, int]  # by what must be counted
    counted: dict[str, int]
    gap: int  # votes that may be missing: what a router had, but nobody else, when it was killed
    routers: dict[str, int]  # counters of all routers, folded
    extra: dict[str, int]
    growths: list[Growth]
    resident: dict[str, list[int]]  # bytes by router, a sample a second
    failures: list[str]
    gaps: list[str]
    slowest_seconds: float
    slowest_change_seconds: float
    most_buffered: int
    pressure: float | None  # share of time in which some process of the machine waited for a core
    may_lose: bool = False  # whether the store may lose the latest of what it acknowledged

    @property
    def verdicts(self) -> dict[str, bool]:
        """Each promise, and whether it was kept."""
        return {
            "no failed request": not any(self.tallies.get(name) for name in NEVER),
            **(self.judge_losses() if self.may_lose else {"votes counted are votes cast": self.counts_agree()}),
            **({"memory is flat": self.is_flat()} if self.judges_memory else {}),
            "nothing else went wrong": not self.failures,
        }

    @property
    def judges_memory(self) -> bool:
        """Whether memory says anything: without a store a router grows by what it has to remember."""
        return self.shared and self.is_long

    def is_flat(self) -> bool:
        """Whether the routers that could be judged, of which there must be one, hardly grew."""
        growths = [each.growth_resident for each in self.growths]
        return bool(growths) and max(growths) < MOST_GROWTH

    def counts_agree(self) -> bool:
        cast, counted = self.cast, self.counted
        if not self.shared:
            cast, counted = {"votes": sum_votes(cast)}, {"votes": sum_votes(counted)}
        pairs = [(cast.get(kind, 0), counted.get(kind, 0)) for kind in cast.keys() | counted.keys()]
        return self.gap < sum_votes(self.cast) and all(self.agrees(*pair) for pair in pairs)

    @property
    def is_long(self) -> bool:
        """Whether it lasted so long that shares and memory say something."""
        return self.tallies.get("seconds", 0) >= JUDGED_SECONDS

    def judge_losses(self) -> dict[str, bool]:
        """The promises of a store that may lose the latest votes."""
        missing = Counter(self.cast)
        missing.subtract(self.counted)
        counted, least = sum_votes(self.counted), LEAST_SHARE if self.is_long else LEAST_SHARE_OF_A_MINUTE
        return {
            "no vote counts twice": all(number >= 0 for number in missing.values()),
            "what was lost is a gap": SET_BACK in self.gaps or all(number <= 0 for number in missing.values()),
            "nearly all votes are counted": 0 < sum_votes(self.cast) * least <= counted,
        }

    def agrees(self, cast: int, counted: int) -> bool:
        """Whether nothing is missing but what may have gone with a router."""
        # What a router without a store had counted when it was killed before it could say so, the next counted again.
        twice = 0 if self.shared else self.tallies.get("feedback: tried again after a kill", 0)
        return cast - self.gap <= counted <= cast + twice

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"verdicts": self.verdicts}


def sum_votes(counts: dict[str, int]) -> int:
    return sum(number for name, number in counts.items() if name.startswith("votes."))


def collect(
    stage: Stage, directors: Directors, sampler: Sampler, shop: Shop, tallies: Tallies, logs: list[str]
) -> Results:
    """Everything from those who know it."""
    totals, shared = Counter(dict(stage.scrapes.ledger.totals)), stage.store is not None
    counted = {name: number for name, number in totals.items() if name.startswith(COUNTED)}
    return Results(
        shared=shared,
        may_lose=stage.may_lose,
        tallies=dict(tallies.counts),
        troubles=dict(directors.done),
        cast=dict(sum((ledger.expect() for ledger in shop.ledgers.values()), Counter())),
        counted=counted,
        gap=count_waiting(stage, shop) if shared else count_unread(stage, shop),
        routers={name: number for name, number in totals.items() if name not in counted and "place." not in name},
        extra=dict(stage.scrapes.sum_extra()),
        growths=list(list_growths(sampler)),
        resident={name: [each.resident for each in samples] for name, samples in sampler.memory.items()},
        failures=[*tallies.failures, *directors.faults, *logs],
        gaps=stage.scrapes.gaps,
        slowest_seconds=tallies.slowest,
        slowest_change_seconds=directors.slowest_change,
        pressure=directors.pressure.read(),
        most_buffered=stage.scrapes.most_buffered,
    )


def count_waiting(stage: Stage, shop: Shop) -> int:
    """Events that may have waited for the store in a router when it was killed, of which its answers had told."""
    written_at = stage.scrapes.written_at
    return sum(moment > written_at.get(name, 0.0) for name in stage.killed for moment in shop.held[name])


def count_unread(stage: Stage, shop: Shop) -> int:
    """Votes that routers without a store acknowledged after their last reading."""
    read_at = stage.scrapes.read_at
    return sum(moment > read_at[name] for name, moments in shop.times.items() for moment in moments)


def list_growths(sampler: Sampler) -> Iterator[Growth]:
    """The memory of every router that lived long enough."""
    longest = max((len(samples) for samples in sampler.memory.values()), default=0)
    for router, samples in sampler.memory.items():
        resident, proportional = [each.resident for each in samples], [each.proportional for each in samples]
        grown, weighed = find_growth(resident), find_growth(proportional)
        if grown is not None and weighed is not None and len(samples) >= LIFE_SHARE * longest:
            yield Growth(router, len(samples), show_levels(resident), show_levels(proportional), grown, weighed)


def show_levels(samples: Sequence[int]) -> tuple[float, ...]:
    """The level of each sixth in MB."""
    return tuple(level / 1e6 for level in find_levels(samples))
