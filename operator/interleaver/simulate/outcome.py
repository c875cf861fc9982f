"""How a simulated run ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one run, when it came, and what it stands on."""

    verdict: str
    reason: str
    look: int  # at which look: number 0 is the start, without a vote
    days: float  # from the first interleaved request
    tally: tuple[int, int, int]  # wins, ties, losses
    exposure: float  # days of all traffic: a day at 10 % is 0.1
    path: tuple[int, ...]  # the looks at which the steps of the ramp were taken
    on_par_look: int | None  # at which on par was first proven

    @property
    def votes(self) -> int:
        """All votes that were counted."""
        return sum(self.tally)
