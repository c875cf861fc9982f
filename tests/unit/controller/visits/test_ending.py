"""How the operator's end becomes an exit code."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from interleaver.controller.process.assembly import first, outcome


async def end_by_itself() -> None:
    """kopf when its CRD goes."""


async def die() -> None:
    raise RuntimeError("watching failed for good")


@pytest.mark.parametrize(
    ("ending", "was_asked", "code"),
    [(end_by_itself, True, 0), (end_by_itself, False, 1), (die, False, 1), (die, True, 1)],
    ids=["after a signal", "by itself", "by an error", "by an error after a signal"],
)
def test_the_exit_code_when_watching_ends(
    ending: Callable[[], Coroutine[Any, Any, None]], was_asked: bool, code: int
) -> None:
    async def test() -> int:
        stop = asyncio.Event()
        if was_asked:
            stop.set()
        return await outcome(asyncio.create_task(ending()), stop)

    assert asyncio.run(test()) == code


def test_waiting_ends_with_whichever_comes_first() -> None:
    async def test() -> None:
        never = asyncio.create_task(asyncio.Event().wait())
        await first(never, asyncio.sleep(0))
        done = asyncio.create_task(asyncio.sleep(0))
        await first(done, asyncio.Event().wait())
        never.cancel()

    asyncio.run(asyncio.wait_for(test(), 10))
