"""Scenes between a pool and a model that answers nothing until it is told to, on one event loop."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from interleaver.router.http1.message import AnswerHead
from interleaver.router.models.call import AnswerReceiver, Call, Failure
from interleaver.router.models.pool import Limits, Pool


class Model(asyncio.Protocol):
    """A model that answers nothing until it is told to."""

    def __init__(self, living: list["Model"]) -> None:
        self.living, self.asked = living, 0
        living.append(self)  # before it is connected: the loop may look at the others in between

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.asked += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self.living.remove(self)


class Client(AnswerReceiver):
    """Takes what a call brings."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def take_answer_head(self, head: AnswerHead) -> None:
        self.heard.append(head.status)

    def take_answer(self, data: bytes) -> None:
        self.heard.append(data)

    def end_answer(self) -> None:
        self.heard.append("end")

    def fail_answer(self, failure: Failure) -> None:
        self.heard.append(failure)


class Scene:
    """A pool, and the connections that reached the model."""

    def __init__(self, pool: Pool, models: list[Model]) -> None:
        self.pool, self.models = pool, models

    def ask(self) -> tuple[Call, Client]:
        client = Client()
        call = Call(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True, False, client)
        self.pool.send(call)
        return call, client

    async def until(self, claim: Callable[[], bool]) -> None:
        while not claim():  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.005)

    async def abandon(self, number: int) -> list[Client]:
        """So many calls reach the model, and are given up."""
        asked = [self.ask() for _ in range(number)]
        await self.until(lambda: sum(model.asked for model in self.models) == number)
        for call, _ in asked:
            call.cancel(drain=True)
        return [client for _, client in asked]


def play(scene: Callable[[Scene], Awaitable[None]], limits: Limits) -> None:
    async def run() -> None:
        loop, models = asyncio.get_running_loop(), list[Model]()
        server = await loop.create_server(lambda: Model(models), "127.0.0.1", 0)
        pool = Pool("127.0.0.1", server.sockets[0].getsockname()[1], True, random.Random(1), limits)
        stage = Scene(pool, models)
        await scene(stage)
        await stage.until(lambda: len(models) >= len(pool.connections))  # what is accepted later, nobody would close
        pool.close()
        await stage.until(lambda: not models)
        server.close()

    asyncio.run(asyncio.wait_for(run(), 30))
