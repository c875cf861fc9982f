"""The tally: all that the votes of a run say, as three counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of votes from the candidate's side, one vote per unit. Tallies add, in any order.

    Raises ValueError for a count that is negative or not a whole number.
    """

    wins: int = 0
    ties: int = 0
    losses: int = 0

    def __post_init__(self) -> None:
        for name, count in (("wins", self.wins), ("ties", self.ties), ("losses", self.losses)):
            if type(count) is not int or count < 0:
                raise ValueError(f"{name} must be a whole number of at least 0, not {count!r}")

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.wins + other.wins, self.ties + other.ties, self.losses + other.losses)

    @property
    def votes(self) -> int:
        """How many units have voted."""
        return self.wins + self.ties + self.losses

    @property
    def preference(self) -> float:
        """Delta = (W + T/2) / (W + T + L) - 1/2, in [-0.5, 0.5]; above 0 favours the candidate; 0 without any vote.

        Chapelle, Joachims, Radlinski, Yue, "Large-scale validation and analysis of interleaved search evaluation",
        ACM TOIS 30(1), 2012.
        """
        return (self.wins - self.losses) / (2 * self.votes) if self.votes else 0.0

    @property
    def mirrored(self) -> "Tally":
        """The same votes from the champion's side."""
        return Tally(self.losses, self.ties, self.wins)
