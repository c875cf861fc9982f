"""Answers that nobody waits for any more: a few are read to their end, so that their connections can be used again."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from interleaver.router.http1.message import AnswerHead
from interleaver.router.models.call import AnswerReceiver, Call, Failure
from interleaver.router.models.pool import Limits, Pool

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


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
        pool.close()
        await stage.until(lambda: not models)
        server.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_eight_late_answers_are_read_and_the_other_connections_are_closed() -> None:
    async def scene(stage: Scene) -> None:
        clients = await stage.abandon(12)
        await stage.until(lambda: len(stage.models) == 8)
        assert len(stage.pool.connections) == stage.pool.open == 8
        for model in stage.models:
            model.transport.write(ANSWER)
        await stage.until(lambda: len(stage.pool.idle) == 8)
        assert [client.heard for client in clients] == [[]] * 12, "nobody hears of a late answer"
        _, client = stage.ask()
        await stage.until(lambda: sum(model.asked for model in stage.models) == 9)
        assert stage.pool.open == 8, "no new connection was needed"
        next(model for model in stage.models if model.asked == 2).transport.write(ANSWER)
        await stage.until(lambda: client.heard == [200, b"{}", "end"])

    play(scene, Limits())


def test_a_late_answer_that_never_ends_is_not_read_for_ever() -> None:
    async def scene(stage: Scene) -> None:
        await stage.abandon(3)
        for model in stage.models:
            model.transport.write(ANSWER[:-1])
        await stage.until(lambda: stage.pool.open == 0)
        assert not stage.pool.draining

    play(scene, Limits(drain=0.05))


def test_a_place_among_the_late_ones_is_free_again_once_its_answer_is_read() -> None:
    async def scene(stage: Scene) -> None:
        await stage.abandon(1)
        stage.models[0].transport.write(ANSWER)
        await stage.until(lambda: len(stage.pool.idle) == 1)
        stage.models[0].asked = 0
        await stage.abandon(1)
        assert len(stage.pool.draining) == 1

    play(scene, Limits(draining=1))
