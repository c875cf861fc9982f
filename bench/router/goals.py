"""What the router is held to, and whether it gets there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf

from bench.router.figures import Range, Samples, read_micros, read_rate
from bench.router.hanging import Hanging
from bench.router.targets import FLOOR, NGINX, OURS, OURS_CHAMPION


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, and the bound that it must keep: at least, or at most if `most`."""

    words: str
    figure: float | None  # None = not measured
    bound: float
    by_processor: float | None = None  # the same by processor time, if there is such a thing
    most: bool = False
    unit: str = ""

    @property
    def is_reached(self) -> bool | None:
        """None if it was not measured."""
        if self.figure is None:
            return None
        return self.figure <= self.bound if self.most else self.figure >= self.bound


def list_goals(samples: Samples, hanging: Iterable[Hanging]) -> list[Goal]:
    """All goals, with the medians of what was measured."""
    return [*list_rates(samples), *list_ratios(samples), *list_costs(samples), *list_hanging(hanging)]


def list_rates(samples: Samples) -> Iterator[Goal]:
    """Requests per second, which say as much about the machine."""
    for connections, bound in ((16, 8_000), (64, 10_000)):
        yield make_rate_goal(samples, OURS, "interleaving", connections, bound)
    yield make_rate_goal(samples, OURS_CHAMPION, "champion-only", 64, 15_000)


def make_rate_goal(samples: Samples, target: str, words: str, connections: int, bound: float) -> Goal:
    rate = pick(samples.summarise(target, partial(read_rate, connections)))
    micros = pick(samples.summarise(target, partial(read_micros, connections)))
    possible = 1e6 / micros if micros else None
    return Goal(f"requests/s, {words}, {connections} connections", rate, bound, possible)


def list_ratios(samples: Samples) -> Iterator[Goal]:
    """Rates at 64 connections against other programs in the same round."""
    nginx = "nginx's proxy of one model"
    yield make_ratio_goal(samples, f"share of {nginx}, interleaving", OURS, NGINX, 0.35)
    yield make_ratio_goal(samples, f"share of {nginx}, champion-only", OURS_CHAMPION, NGINX, 0.6)
    yield make_ratio_goal(samples, "times uvicorn + aiohttp's client", OURS, "uvicorn", 5)
    yield make_ratio_goal(samples, "times Envoy's proxy of one model", OURS, "envoy", 1)
    yield make_ratio_goal(samples, "times the Go router as it comes", OURS, "go", 4)


def make_ratio_goal(samples: Samples, words: str, target: str, other: str, bound: float) -> Goal:
    by_rate, by_processor = samples.divide_rates(target, other, 64), samples.divide_micros(target, other, 64)
    return Goal(words, pick(by_rate), bound, pick(by_processor))


def list_costs(samples: Samples) -> Iterator[Goal]:
    """What a request and a process cost beyond the model."""
    p50 = samples.compare(OURS, FLOOR, lambda a, b: a.p50 - b.p50)
    p99 = samples.compare(OURS, FLOOR, lambda a, b: a.p99 - b.p99)
    yield Goal("added to the median at 1,000 requests/s", pick(p50), 0.3, most=True, unit=" ms")
    yield Goal("added to the 99th percentile at 1,000 requests/s", pick(p99), 0.6, most=True, unit=" ms")
    yield Goal("memory (PSS)", pick(samples.summarise(OURS, lambda sample: sample.memory)), 40, most=True, unit=" MB")


def list_hanging(hanging: Iterable[Hanging]) -> Iterator[Goal]:
    """A candidate that hangs costs no request, and no time after a second."""
    by_target = {each.target: each for each in hanging}
    ours, floor = by_target.get(OURS), by_target.get(FLOOR)
    failed = float(ours.failed) if ours else None
    yield Goal("failed requests while the candidate hangs", failed, 0, most=True)
    added = ours.later - floor.later if ours and floor and ours.later < inf else None
    yield Goal("added to the median a second after the candidate hangs", added, 0.6, most=True, unit=" ms")


def pick(found: Range | None) -> float | None:
    return found.median if found is not None else None
