"""What may become of a write: the columns of the matrix. Each happens once, and everything is well again after it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tests.crashes.clocks import HOUR, Turn
from tests.crashes.process import Operator
from tests.integration.wire import Broken, Fault, Forward, Wire, Write

LAG: Final = 3.0  # seconds
STATUS_WORDS: Final = {409: "Conflict", 429: "TooManyRequests", 500: "InternalError"}


@dataclass(frozen=True)
class Spot:
    """Where a fault happens: the operator, and its wire."""

    operator: Operator
    wire: Wire


Make = Callable[[Spot], Fault]


def kill_before(spot: Spot) -> Fault:
    """The process dies, and the write never comes."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        await spot.operator.replace()
        raise Broken

    return fault


def kill_after(spot: Spot) -> Fault:
    """The write is done, and the process dies before it knows."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        await forward()
        await spot.operator.replace()
        raise Broken

    return fault


def refuse(code: int) -> Make:
    """The API server refuses it."""

    def make(spot: Spot) -> Fault:
        async def fault(write: Write, forward: Forward) -> web.StreamResponse:
            words = {
                "kind": "Status",
                "status": "Failure",
                "reason": STATUS_WORDS[code],
                "message": "a test",
                "code": code,
            }
            return web.Response(status=code, body=json.dumps(words).encode(), content_type="application/json")

        return fault

    return make


def hang(spot: Spot) -> Fault:
    """Nothing is done, and no answer comes."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        await asyncio.sleep(15)
        raise Broken

    return fault


def lose_answer(spot: Spot) -> Fault:
    """It is done, and no answer comes."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        await forward()
        raise Broken

    return fault


def drop_watches(spot: Spot) -> Fault:
    """All watches break off."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        spot.wire.drop_watches()
        return await forward()

    return fault


def let_watches_lag(spot: Spot) -> Fault:
    """From here on watches tell late."""

    async def fault(write: Write, forward: Forward) -> web.StreamResponse:
        spot.wire.lag = LAG
        return await forward()

    return fault


def turn_clock(*turns: Turn) -> Make:
    """The operator's clock is set."""

    def make(spot: Spot) -> Fault:
        async def fault(write: Write, forward: Forward) -> web.StreamResponse:
            spot.operator.clock.turn(turns)
            return await forward()

        return fault

    return make


# What was noted by a clock that was ahead is in the future once it is right: an hour later all of it is over, which
# the last turn stands for.
CLOCKS: Final[dict[str, Make]] = {
    "clock ahead": turn_clock(Turn(0, HOUR)),
    "clock behind": turn_clock(Turn(0, -HOUR), Turn(10, 0)),
    "clock jumps": turn_clock(Turn(0, HOUR), Turn(5, 0), Turn(5, 2 * HOUR)),
}
FAULTS: Final[dict[str, Make]] = {
    "killed before": kill_before,
    "killed after": kill_after,
    "409": refuse(409),
    "429": refuse(429),
    "500": refuse(500),
    "hangs": hang,
    "answer lost": lose_answer,
    "watches dropped": drop_watches,
    "watches late": let_watches_lag,
    **CLOCKS,
}
