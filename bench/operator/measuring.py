"""Measuring: one operator process with experiments at rest."""

import asyncio
import os
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.hostile.process import Operator
from bench.operator.account import Account
from bench.operator.scene import Scene, persist
from bench.router.processes import find_port

TICKS: Final = os.sysconf("SC_CLK_TCK")
PATIENCE: Final = 1200.0  # seconds to come to rest
LOOKS: Final = 5.0  # seconds between looks at everything meanwhile


class Rest(NamedTuple):
    """What experiments at rest cost for a while."""

    who: str
    experiments: int
    seconds: float
    requests: int
    processor: float
    """Seconds."""
    memory: float
    """Megabytes."""


@dataclass(frozen=True)
class Process:
    """A controller, under an account."""

    operator: Operator
    account: Account
    port: int = 0  # of its metrics, where they are read

    def read_processor(self) -> float:
        """Seconds of processor that it has used."""
        fields = Path(f"/proc/{self.operator.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def count_seen(self) -> int:
        """Experiments that it has visited, as its metrics say."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            return 0
        lines = (line for line in text.splitlines() if line.startswith("interleaver_operator_experiments{"))
        return int(sum(float(line.rpartition(" ")[2]) for line in lines))


@contextmanager
def run(source: Path, account: Account, log: Any) -> Iterator[Process]:
    """The operator of a checkout while the block lasts."""
    port = find_port()
    more = {"INTERLEAVER_PORT": str(port)}
    process = Process(Operator.start(source, account.kubeconfig, [account.namespace], log, more), account, port)
    try:
        yield process
    finally:
        process.operator.stop()


async def come_to_rest(scene: Scene, process: Process, quiet: float) -> None:
    """Wait until all are at rest, and a while longer, in which what was put off is done."""
    await wait_for(scene.count_ready, scene.made, "experiments came to rest", process)
    await asyncio.sleep(quiet)


async def begin_runs(scene: Scene, process: Process, number: int, quiet: float) -> None:
    """Have so many experiments run, for a while already."""
    await scene.begin_runs(number)
    await wait_for(scene.count_running, number, "runs began", process)
    await asyncio.sleep(quiet)


async def wait_for(count: Callable[[], Awaitable[int]], wanted: int, words: str, process: Process) -> None:
    """Wait until there are as many. Raises RuntimeError when that takes too long, or the process has ended."""
    end = time.monotonic() + PATIENCE
    while (found := await count()) < wanted:
        if time.monotonic() > end or not process.operator.is_alive():
            raise RuntimeError(f"{found} of {wanted} {words} within {PATIENCE:.0f} s")
        await asyncio.sleep(LOOKS)


async def measure_rest(who: str, scene: Scene, process: Process, seconds: float) -> Rest:
    """What it costs from now on for so long."""
    requests, processor, start = process.account.count(), process.read_processor(), time.monotonic()
    await asyncio.sleep(seconds)
    return Rest(
        who,
        scene.made,
        time.monotonic() - start,
        process.account.count() - requests,
        process.read_processor() - processor,
        process.operator.measure() / 1e6,
    )


async def measure_start(scene: Scene, process: Process) -> float:
    """Seconds from its start, which was just now, until it has visited everything."""
    start = time.monotonic()
    while await asyncio.to_thread(process.count_seen) < scene.made:
        if time.monotonic() > start + PATIENCE or not process.operator.is_alive():
            raise RuntimeError(f"not all experiments were visited within {PATIENCE:.0f} s")
        await asyncio.sleep(0.25)
    return time.monotonic() - start


async def measure_reactions(scene: Scene, number: int) -> list[float]:
    """Seconds from a change of a spec until the Deployment says the same, one after the other."""
    found = []
    for each in range(number):
        name = f"x{each * scene.made // number}"
        start = time.monotonic()
        await persist(partial(scene.api.patch, scene.kind, scene.namespace, name, {"spec": {"replicas": 2}}))
        while not await is_changed(scene, name):
            if time.monotonic() > start + 60:
                break
            await asyncio.sleep(0.02)
        found.append(time.monotonic() - start)
        await asyncio.sleep(0.2)
    return found


async def is_changed(scene: Scene, name: str) -> bool:
    """Whether the experiment's Deployment has two replicas."""
    ask = partial(scene.api.list, "Deployment", scene.namespace, f"interleaver.dev/experiment={name}")
    found = await persist(ask)
    return any(one["spec"]["replicas"] == 2 for one in found)
