"""From how many units each client address has cast votes, in bounded memory: for votes that look invented."""

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
        before = self.votes.get(address, 0)
        if not before and len(self.votes) >= self.most:
            del self.votes[next(iter(self.votes))]
        self.votes[address] = before + 1
        return before >= CROWD
