"""What the connections of one port share: the handler, their patience, and whether the process is on its way out."""

from typing import TYPE_CHECKING, NamedTuple

from .exchange import Handler

if TYPE_CHECKING:
    from .server import Connection


class Patience(NamedTuple):
    """How long a connection may stand still, in seconds."""

    head: float = 10.0  # from a request's first byte to the end of its headers
    body: float = 30.0  # between two pieces of a request's body
    idle: float = 75.0  # between requests; above the keep-alive of the proxies usually in front, which close first
    stall: float = 60.0  # while an answer is awaited or on its way, and nothing moves in either direction
    linger: float = 2.0  # after our last answer while the client still sends: a reset would destroy the answer


class Listener:
    """What the connections of one port share."""

    def __init__(self, handler: Handler, patience: Patience = Patience()) -> None:  # noqa: B008 - frozen
        self.handler = handler
        self.patience = patience
        self.connections: set[Connection] = set()
        self.leaving = False  # every answer says `Connection: close`
        self.refusals: dict[int, int] = {}  # errors of our own making, by status

    def count_refusal(self, status: int) -> None:
        self.refusals[status] = self.refusals.get(status, 0) + 1

    def sweep(self, now: float) -> None:
        """End what has stood still for too long."""
        for connection in [each for each in self.connections if each.expires <= now]:
            connection.expire()

    def is_busy(self) -> bool:
        """Whether a request is being read or answered anywhere."""
        return any(connection.is_busy() for connection in self.connections)
