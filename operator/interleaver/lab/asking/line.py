"""A line to a model: the connection that one of the lab's callers keeps, made anew whenever it must be."""

import asyncio

from .connection import Connection
from .exchange import Exchange, Lost, Trouble
from .wire import Wire


class Line:
    """Carries one request at a time."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.connection: Connection | None = None

    async def exchange(self, request: bytes) -> Exchange:
        """Send a request, and again if the server had just closed the connection that was kept: that is no failure."""
        kept = self.connection
        if kept is None or not kept.open:
            return await self.send_anew(request, asyncio.get_running_loop().time() + self.wire.timeout)
        due = kept.loop.time() + self.wire.timeout
        outcome = await kept.send(request, due)
        if isinstance(outcome, Lost) and outcome.trouble is Trouble.CLOSED and kept.untouched:
            return await self.send_anew(request, due)
        return outcome

    async def send_anew(self, request: bytes, due: float) -> Exchange:
        """Send a request on a new connection."""
        try:
            async with asyncio.timeout_at(due):
                self.connection = await self.connect()
        except TimeoutError:
            return Lost(Trouble.CONNECT, f"{Trouble.CONNECT.value} within {self.wire.timeout:g} s")
        except OSError as error:
            return Lost(Trouble.CONNECT, f"{Trouble.CONNECT.value}: {error.strerror or error}")
        return await self.connection.send(request, due)

    async def connect(self) -> Connection:
        """A new connection."""
        wire, address = self.wire, self.wire.address
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(wire), address.host, address.port, ssl=wire.tls
        )
        return connection

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
