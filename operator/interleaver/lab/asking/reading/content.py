"""What an answer says by its contract, and how anybody reads it."""

import msgspec


class Unreadable(ValueError):
    """The answer does not hold what the contract says; in words."""


class Content(msgspec.Struct, frozen=True, gc=False):
    """A ranking or a score; the other one is None."""

    ranking: tuple[str, ...] | None = None
    """Ids in JSON spelling, best first, none twice."""
    score: float | None = None
    duplicates: int = 0
    """Ids that the list had again."""

    def is_like(self, other: "Content") -> bool:
        """Whether the model said the same."""
        return self.ranking == other.ranking and self.score == other.score


class Reader:
    """Reads answers by a contract."""

    def read(self, body: bytes) -> Content:
        """What an answer says. Raises Unreadable."""
        raise NotImplementedError
