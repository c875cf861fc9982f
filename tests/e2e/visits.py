"""Visits at fixed instants, whatever becomes of those before, for the programs that tests run beside a cluster."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from itertools import count
from math import inf


async def keep_visiting(visit: Callable[[int], Coroutine[None, None, None]], rate: float, most: float = inf) -> None:
    """Start so many visits a second, until there were `most` or the program is told to stop; then wait for all."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    started, visits = time.monotonic(), set[asyncio.Task[None]]()
    for number in count():
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        if stopped.is_set() or number >= most:
            break
        visits.add(task := asyncio.create_task(visit(number)))
        task.add_done_callback(visits.discard)
    await asyncio.gather(*visits)
