"""What surrounds every visit: clocks, randomness, and who we are. Arguments, so that a test can have others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Surroundings:
    """Clocks, randomness, and who we are."""

    now: Callable[[], datetime]  # in UTC
    monotonic: Callable[[], float]  # seconds
    token: Callable[[int], str]  # that many random bytes, in hexadecimal
    instance: str  # the name of this process in events
