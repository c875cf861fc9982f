"""What clients do not read of their answers: bounded in all, for a thousand that read nothing must not take the memory.

A connection counts from the moment at which the kernel and 64 kB of the process hold no more of its answer. Its model
is held back then, so it hardly grows. How long it may stand still is `ClientConnection.expire`'s affair.
"""

from typing import Final

from .exchange import Wire

MOST_BYTES: Final = 33_554_432  # of all connections together, as of the bodies that are on their way


class Unread:
    """How much is held, by connection, the one that has not read for longest first."""

    def __init__(self) -> None:
        self.size = 0  # bytes
        self.by_connection: dict[Wire, int] = {}

    def add(self, connection: Wire, size: int) -> list[Wire]:
        """A client does not read so many bytes; who has to go to make room, which may be that client."""
        self.drop(connection)
        self.by_connection[connection] = size
        self.size += size
        return self.make_room()

    def drop(self, connection: Wire) -> None:
        """The client reads again, or is gone."""
        self.size -= self.by_connection.pop(connection, 0)

    def make_room(self) -> list[Wire]:
        """Forget whoever has not read for longest, until the rest is within the bound."""
        gone = []
        while self.size > MOST_BYTES:
            gone.append(next(iter(self.by_connection)))
            self.drop(gone[-1])
        return gone
