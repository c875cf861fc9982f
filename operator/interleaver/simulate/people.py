"""What people do in a run: who confirms a promotion, and when the run is paused."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["Automatic", "Manual"]


@dataclass(frozen=True, slots=True)
class People:
    """Times in seconds since the first interleaved request. Raises ValueError for a pause that ends before it begins.

    In mode Manual nothing is promoted before `confirm_after`; None is a person who never confirms.
    """

    mode: Mode = "Automatic"
    confirm_after: float | None = None
    pause: tuple[float, float] | None = None  # from, to

    def __post_init__(self) -> None:
        if self.pause is not None and self.pause[0] >= self.pause[1]:
            raise ValueError("a pause must end after it begins")
        if self.confirm_after is not None and self.mode == "Automatic":
            raise ValueError("there is nothing to confirm unless the mode is Manual")

    def has_confirmed(self, now: float) -> bool:
        """Whether somebody has said by then that the candidate may be promoted."""
        return self.confirm_after is not None and now >= self.confirm_after

    def may_promote(self, now: float) -> bool:
        """Whether nobody's word is missing then."""
        return self.mode == "Automatic" or self.has_confirmed(now)

    def is_paused(self, now: float) -> bool:
        """Whether the ramp and a promotion are held then."""
        return self.pause is not None and self.pause[0] <= now < self.pause[1]
