"""What all connections of a run have in common."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from .address import Address
from .heads import KnownHeads


@dataclass(frozen=True)
class Wire:
    """Where they lead, and what bounds them."""

    address: Address
    timeout: float
    """Seconds for one attempt."""
    most_bytes: int
    clock: Callable[[], float]
    """Seconds; only differences count."""
    tls: ssl.SSLContext | None = None
    heads: KnownHeads = field(default_factory=KnownHeads)
