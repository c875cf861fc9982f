"""Pools of kept-alive connections to one address each: last in, first out, with a cap and a bounded queue."""

import asyncio
import random
from collections import deque
from typing import NamedTuple, cast

from interleaver.router.system.descriptors import Bounds

from .call import Call, Failure
from .connection import Home, ModelConnection
from .states import CLOSED


class Limits(NamedTuple):
    """Bounds of one pool. Times are in seconds."""

    connections: int = Bounds().upstreams  # one request in flight on each
    waiting: int = 512  # calls without a connection; more are shed at once
    connect: float = 5.0  # to an address that does not answer at all
    idle: float = 4.0  # below the 5 s after which common Python model servers close
    age: float = 60.0  # so that a Service spreads us over new pods; varied by a quarter either way
    draining: int = 8  # late answers that are read to their end, so that the connection can be kept
    drain: float = 10.0  # and for how long


class Pool(Home):
    """Connections to one model server's address."""

    def __init__(
        self,
        host: str,
        port: int,
        local: bool,
        randomness: random.Random,
        limits: Limits = Limits(),  # noqa: B008
    ) -> None:
        super().__init__()
        self.host = host
        self.port = port
        self.local = local  # the model in our own pod
        self.randomness = randomness
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.idle: list[ModelConnection] = []
        self.connections: set[ModelConnection] = set()
        self.draining: set[ModelConnection] = set()
        self.waiting: deque[Call] = deque()
        self.retired = False  # no configuration names this address any more
        self.open = 0  # connections that exist or are being made
        self.dialling: set[asyncio.Task[None]] = set()

    def send(self, call: Call) -> None:
        """Send a call over an idle connection or a new one, or let it wait for one."""
        now = self.loop.time()
        while self.idle:
            connection = self.idle.pop()
            if connection.retires > now:
                return connection.begin(call)
            connection.close()
        self.dial(call)

    def dial(self, call: Call) -> None:
        """Send a call over a new connection, if there may be another one."""
        if self.open < self.limits.connections:
            self.open += 1
            task = self.loop.create_task(self.connect(call))
            self.dialling.add(task)
            task.add_done_callback(self.dialling.discard)
        elif len(self.waiting) < self.limits.waiting:
            self.waiting.append(call)
        else:
            self.loop.call_soon(call.fail, Failure.SHED)

    async def connect(self, call: Call) -> None:
        """Open a connection; the call goes first, or whoever waits if it was cancelled in the meantime."""
        connection = ModelConnection(self)
        try:
            async with asyncio.timeout(self.limits.connect):
                await self.loop.create_connection(lambda: cast(asyncio.Protocol, connection), self.host, self.port)
        except (OSError, UnicodeError):  # a TimeoutError is an OSError; a host name may be none
            self.open -= 1
            call.fail(Failure.REFUSED)
            return self.serve_waiting()
        if connection.state is CLOSED:  # by the model, before it could be given the call: as good as refused
            return call.fail(Failure.REFUSED)
        self.connections.add(connection)
        connection.retires = self.loop.time() + self.limits.age * self.randomness.uniform(0.75, 1.25)
        if call.cancelled:
            self.release(connection)
        else:
            connection.begin(call)

    def release(self, connection: ModelConnection) -> None:
        """A connection is free."""
        self.draining.discard(connection)
        while self.waiting:
            call = self.waiting.popleft()
            if not call.cancelled:
                return connection.begin(call)
        if self.retired:
            return connection.close()
        connection.idle_since = self.loop.time()
        self.idle.append(connection)

    def forget(self, connection: ModelConnection) -> None:
        """A connection is closed."""
        self.open -= 1
        self.connections.discard(connection)
        self.draining.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)
        self.serve_waiting()

    def serve_waiting(self) -> None:
        """There is room for another connection: open it for the call that waits longest."""
        while self.waiting and self.open < self.limits.connections:
            call = self.waiting.popleft()
            if not call.cancelled:
                self.dial(call)

    def may_drain(self, connection: ModelConnection) -> bool:
        """Whether a late answer on this connection may still be read."""
        if len(self.draining) >= self.limits.draining:
            return False
        self.draining.add(connection)
        self.loop.call_later(self.limits.drain, connection.give_up, connection.call)
        return True

    def sweep(self, now: float) -> None:
        """Close what has been idle for too long, oldest first."""
        for connection in [each for each in self.idle if each.idle_since + self.limits.idle <= now]:
            connection.close()

    def retire(self) -> None:
        """Close what is idle; what is busy goes when it is done."""
        self.retired = True
        for connection in list(self.idle):
            connection.close()

    def close(self) -> None:
        """Close everything, at the end of the process."""
        self.retired = True
        self.waiting.clear()  # or each connection that closes would make room for another one
        for task in self.dialling:
            task.cancel()
        for connection in list(self.connections):
            connection.close()
