"""How many instructions a router executes for one request, counted by callgrind.

The counts are dumped between batches of requests, so that start-up and warm-up stand in dumps of their own. The driver
and the models are outside valgrind. Sharing the machine does not disturb the counts but by what the router does four
times a second whether or not there are requests: that is measured while there are none, and taken out.
"""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench.client import Client
from bench.instructions.watched import NotMeasured, Watched, start_router
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER, write_scene
from bench.stub import serve_models

INTERLEAVING: Final = "interleaving"
CHAMPION_ONLY: Final = "champion-only"
IDLE: Final = "idle"
BATCHES: Final = 3  # of each kind in one process
# In one batch: a collection of the garbage that falls into it, about a million instructions, must not show.
REQUESTS: Final = {INTERLEAVING: 150, CHAMPION_ONLY: 400}
UNITS: Final = tuple(f"unit-{n:04}" for n in range(200))  # about half of them are interleaved; they are the warm-up
IDLE_SECONDS: Final = 1.0  # after each pair of batches
PERCENT: Final = 50
UNHURRIED: Final = 60_000  # milliseconds: under valgrind no deadline may pass

Counts = dict[str, list[float]]  # instructions per request in each batch, by kind


def gauge(source: Path, folder: Path) -> Counts:
    """Measure the router whose package stands in `source`; `folder` is made, and takes the files."""
    with serve_models(CHAMPION_ANSWER, CANDIDATE_ANSWER) as (champion, candidate):
        config = write_scene(folder, champion, candidate, PERCENT, UNHURRIED)
        with start_router(source, folder, config, champion) as router:
            spans = run_batches(router)
        totals = router.read_dumps()[1:]  # without start-up and warm-up
    return attribute([Batch(kind, seconds, total) for (kind, seconds), total in zip(spans, totals, strict=False)])


class Batch(NamedTuple):
    """What stood between two dumps."""

    kind: str
    seconds: float
    instructions: int


def attribute(batches: Sequence[Batch]) -> Counts:
    """Instructions per request, without those that passing time costs."""
    idle = median(batch.instructions / batch.seconds for batch in batches if batch.kind == IDLE)
    counts: Counts = {INTERLEAVING: [], CHAMPION_ONLY: []}
    for batch in batches:
        if batch.kind != IDLE:
            counts[batch.kind].append((batch.instructions - idle * batch.seconds) / REQUESTS[batch.kind])
    return counts


def run_batches(router: Watched) -> list[tuple[str, float]]:
    """Warm up, then send the batches with a dump after each; their kinds and durations in seconds."""
    client = Client(router.port)
    units: dict[str, list[str]] = {INTERLEAVING: [], CHAMPION_ONLY: []}
    for unit in UNITS:
        units[INTERLEAVING if client.ask(unit).is_merged else CHAMPION_ONLY].append(unit)
    router.dump()
    spans = []
    start = time.monotonic()
    for kind in (INTERLEAVING, CHAMPION_ONLY, IDLE) * BATCHES:
        if kind == IDLE:
            time.sleep(IDLE_SECONDS)
        else:
            send_batch(client, units[kind], kind)
        router.dump()
        spans.append((kind, time.monotonic() - start))
        start = time.monotonic()
    client.close()
    return spans


def send_batch(client: Client, units: list[str], kind: str) -> None:
    if not units:
        raise NotMeasured(f"no unit was served {kind} in the warm-up")
    for unit in islice(cycle(units), REQUESTS[kind]):
        answer = client.ask(unit)
        if answer.status != 200 or answer.is_merged != (kind == INTERLEAVING):
            raise NotMeasured(f"{unit} was not served {kind}: {answer!r}")
