"""From how many units each client address has cast votes, in bounded memory: for votes that look invented."""

from ipaddress import IPv6Address
from typing import Final

KEPT: Final = 10_000  # addresses, about 1 MB; the oldest goes first
CROWD: Final = 30  # units that vote from one address before it counts as crowded: a household or an office has fewer


class VoteSources:
    """The addresses of clients that sent votes."""

    def __init__(self, most: int = KEPT) -> None:
        self.most = most
        self.votes: dict[bytes, int] = {}

    def add(self, address: bytes) -> bool:
        """Count a vote; whether the address had cast as many as a crowd's before."""
        source = name_source(address)
        before = self.votes.get(source, 0)
        if not before and len(self.votes) >= self.most:
            del self.votes[next(iter(self.votes))]
        self.votes[source] = before + 1
        return before >= CROWD


def name_source(address: bytes) -> bytes:
    """Whom an address stands for: with IPv6 one household or machine has all addresses of a network of 64 bits."""
    if b":" not in address:
        return address
    try:
        found = IPv6Address(address.decode().partition("%")[0])
    except ValueError:
        return address
    mapped = found.ipv4_mapped
    return found.packed[:8] if mapped is None else str(mapped).encode()
