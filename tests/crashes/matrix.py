"""The matrix: every write of every story, with every fault, compared with how the story ends undisturbed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.crashes.ending import compare
from tests.crashes.story import Story
from tests.crashes.telling import Point, Telling, Told
from tests.integration.api import connect
from tests.integration.shield import Shield

Tell = Callable[[str], None]
PAST: Final = "past the last write"  # of its telling, which had fewer than the undisturbed one: there was no fault


@dataclass(frozen=True)
class Result:
    """One cell, and what was wrong with it."""

    point: Point
    met: str  # the write at which it happened; empty if the story was over before
    faults: tuple[str, ...]
    seconds: float
    log: str = field(default="", repr=False)


def choose(points: Sequence[Point], sample: int | None, seed: str) -> list[Point]:
    """All points, or so many of them, by chance."""
    if sample is None or sample >= len(points):
        return list(points)
    return random.Random(seed).sample(points, sample)


class Matrix:
    """Tells stories, several at a time."""

    def __init__(self, shield: Shield, parallel: int, tell: Tell) -> None:
        self._shield = shield
        self._kubeconfig = shield.cluster.kubeconfig.read_text()
        self._slots = asyncio.Semaphore(parallel)
        self._tell = tell

    async def run(self, stories: Sequence[Story], faults: Sequence[str], sample: int | None, seed: str) -> list[Result]:
        """What came of the chosen points. Raises AssertionError for a story that goes wrong undisturbed."""
        told = await asyncio.gather(*(self._tell_one(Point(story, "")) for story in stories))
        undisturbed = {story.name: one for story, one in zip(stories, told, strict=True)}
        for name, one in undisturbed.items():
            self._tell(f"{name}: {len(one.writes)} writes in {one.seconds:.0f} s undisturbed")
        broken = [f"{name}: {one.trouble}\n{one.log}" for name, one in undisturbed.items() if one.trouble]
        assert not broken, "\n".join(broken)
        points = [
            Point(story, fault, number)
            for story in stories
            for number in range(1, len(undisturbed[story.name].writes) + 1)
            for fault in faults
        ]
        chosen = choose(points, sample, seed)
        return await asyncio.gather(*(self._try(point, undisturbed[point.story.name]) for point in chosen))

    async def _try(self, point: Point, undisturbed: Told) -> Result:
        told = await self._tell_one(point)
        faults = [told.trouble] if told.trouble else []
        faults += compare(told.ending, undisturbed.ending)
        if "Traceback" in told.log:
            faults.append("a traceback in the log")
        met = told.met or PAST
        word = "; ".join(faults) or "ok"
        self._tell(f"{point.story.name} {point.fault} at {point.number} ({met}) {told.seconds:.0f} s: {word}")
        return Result(point, told.met, tuple(faults), told.seconds, told.log)

    async def _tell_one(self, point: Point) -> Told:
        async with self._slots:
            api = await connect(self._kubeconfig)
            try:
                return await Telling(api, self._kubeconfig, point, self._shield).tell()
            finally:
                await api.close()


def count(results: Sequence[Result]) -> str:
    """How many points ended as undisturbed, of those at which something happened."""
    met = [result for result in results if result.met]
    good, past = sum(not result.faults for result in met), len(results) - len(met)
    words = f"{good} of {len(met)} points ended as undisturbed"
    return f"{words}, {past} more lay {PAST}" if past else words


def write_table(results: Sequence[Result], faults: Sequence[str]) -> str:
    """The matrix: for each kind of write how many points of each fault were right, of how many."""
    rows = sorted({result.met for result in results if result.met})
    width = max([len(row) for row in rows] + [5])
    lines = [f"{'write':<{width}}  " + "  ".join(f"{fault:>15}" for fault in faults)]
    for row in [*rows, ""]:
        cells = []
        for fault in faults:
            found = [one for one in results if one.point.fault == fault and one.met and row in ("", one.met)]
            good = sum(not one.faults for one in found)
            cells.append(f"{f'{good}/{len(found)}' if found else '-':>15}")
        lines.append(f"{row or 'all':<{width}}  " + "  ".join(cells))
    return "\n".join(lines)
