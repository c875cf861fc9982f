"""The entry Service as clients meet it: the routers that are ready, each with the connections that are kept to it."""

import asyncio
import random
from typing import Final

from tests.soak.line import Line, Lost, Reply, dial

PATIENCE: Final = 10.0  # seconds in which an answer must be complete: ten times the champion's deadline


class Endpoint:
    """One router process. `killed` explains a connection that was lost; nothing else does."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.killed = False
        self.idle: list[Line] = []

    async def ask(self, request: bytes, keep: bool) -> Reply:
        """The answer to a request, over a kept connection where there is one and `keep` says so. Raises Lost."""
        line = self.take_idle() if keep else None
        line = line or await dial(self.port)
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await line.ask(request)
        except BaseException:
            line.close()
            raise
        if keep and not reply.closes and not line.closed:
            self.idle.append(line)
        else:
            line.close()
        return reply

    def take_idle(self) -> Line | None:
        while self.idle:
            line = self.idle.pop()
            if not line.closed:
                return line
        return None

    def close(self) -> None:
        for line in self.idle:
            line.close()
        self.idle.clear()


class Entry:
    """The routers that new requests go to. Changed from other threads by replacing the whole tuple."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.endpoints: tuple[Endpoint, ...] = ()

    def add(self, endpoint: Endpoint) -> None:
        self.endpoints = (*self.endpoints, endpoint)

    def remove(self, name: str) -> None:
        self.endpoints = tuple(each for each in self.endpoints if each.name != name)

    def find(self, name: str) -> Endpoint | None:
        return next((each for each in self.endpoints if each.name == name), None)

    def pick(self) -> Endpoint:
        """Any of them. Raises Lost while there is none."""
        if not self.endpoints:
            raise Lost
        return self.chance.choice(self.endpoints)
