"""What the connections of one port share: the handler, their patience, their bounds, and whether the process leaves."""

import time
from typing import Final, NamedTuple

from interleaver.router.http1.requests import Refusal
from interleaver.router.system.descriptors import Bounds
from interleaver.router.system.sampling import Sampling

from .exchange import Handler, Port, Wire
from .unread import Unread

MOST_PARTING: Final = 100  # connections that found no room and are told so; further ones are cut


class Patience(NamedTuple):
    """How long a connection may stand still, in seconds."""

    head: float = 10.0  # from a request's first byte to the end of its headers
    body: float = 30.0  # between two pieces of a request's body
    idle: float = 75.0  # between requests; above the keep-alive of the proxies usually in front, which close first
    stall: float = 60.0  # while an answer is awaited, or on its way and not all read, and nothing moves
    linger: float = 2.0  # after our last answer while the client still sends: a reset would destroy the answer


class Client(Wire):
    """What a listener sees of a connection."""

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.expires = 0.0  # loop time at which it has stood still for too long

    def refuse(self, refusal: Refusal) -> None:
        """Answer with an error once all earlier requests are answered, then close."""
        raise NotImplementedError

    def expire(self) -> None:
        """Nothing moved for too long."""
        raise NotImplementedError

    def is_busy(self) -> bool:
        """Whether a request is being read or answered."""
        raise NotImplementedError


class Listener(Port):
    """What the connections of one port share."""

    def __init__(
        self,
        handler: Handler,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        most: int = Bounds().clients,
        log: Sampling | None = None,
    ) -> None:
        super().__init__()
        self.handler = handler
        self.patience = patience
        self.most = most  # connections at a time
        self.log = log if log is not None else Sampling()
        self.connections: set[Client] = set()
        self.parting: set[Client] = set()  # those that found no room
        self.turned_away = 0
        self.unread = Unread()
        self.cut = 0  # connections whose clients did not read

    def admit(self, connection: Client) -> None:
        """Admit a new connection, or turn it away with a 503 if there are too many; in a crowd without a word."""
        if len(self.connections) < self.most:
            self.connections.add(connection)
            return
        self.turned_away += 1
        self.log.record(time.monotonic(), "client-refused", "connections", open=len(self.connections))
        if len(self.parting) < MOST_PARTING:
            self.parting.add(connection)
            connection.refuse(Refusal(503, "too many connections are open"))
        else:
            connection.abort()

    def release(self, connection: Client) -> None:
        """A connection is gone, or is none of ours any more."""
        self.connections.discard(connection)
        self.parting.discard(connection)
        self.unread.drop(connection)

    def note_unread(self, connection: Client, size: int) -> None:
        """A client does not read so many bytes: too much in all costs those their connection who are behind longest."""
        for slow in self.unread.add(connection, size):
            self.cut += 1
            self.log.record(time.monotonic(), "client-cut", "unread", held=self.unread.size)
            slow.abort()

    def sweep(self, now: float) -> None:
        """End what has stood still for too long."""
        for connection in [each for each in (*self.connections, *self.parting) if each.expires <= now]:
            connection.expire()

    def is_busy(self) -> bool:
        """Whether a request is being read or answered anywhere."""
        return any(connection.is_busy() for connection in self.connections)

    def abort(self) -> None:
        """Cut all connections, at the end of the process."""
        for connection in [*self.connections, *self.parting]:
            connection.abort()
