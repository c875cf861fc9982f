"""What interleaved requests come to: candidate calls that fail or are slow, nothing to compare, and first coins."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interleaver.simulate.moments import VOTES, Flags, Floats, Integers

OUTAGE: Final = 0.5  # of the calls between two looks, how many a burst of errors makes fail


@dataclass(frozen=True, slots=True)
class Requests:
    """The truth about requests. Raises ValueError for what cannot be.

    Votes are what is left of them: no failure makes votes fewer than `votes_per_day` says.
    """

    candidate_errors: float = 0.0  # share of the candidate's calls that fail; no comparison comes of such a request
    slow: float = 0.0  # share of the others that take longer than LatencyP99 allows, and are in time nevertheless
    fallbacks: float = 0.0  # share of the others that answer a list which is too short to be compared
    bursts_of_errors: float = 0.0  # a day: each makes half of the calls between two looks fail
    skew: float = 0.5  # share of units whose first coin falls to the candidate; anything but 0.5 is broken
    requests_per_vote: float = 20.0  # each of another unit; as many as a conversion rate of 5 % makes

    def __post_init__(self) -> None:
        shares = {"candidate errors": self.candidate_errors, "slow": self.slow, "fallbacks": self.fallbacks}
        for name, share in (shares | {"skew": self.skew}).items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name} must be within 0 and 1, not {share:g}")
        if self.bursts_of_errors < 0 or self.requests_per_vote <= 0:
            raise ValueError("bursts of errors must be at least 0, requests per vote above 0")

    @property
    def matter(self) -> bool:
        """Whether they have to be drawn: requests that all go well change nothing."""
        return bool(self.candidate_errors or self.slow or self.fallbacks or self.bursts_of_errors or self.skew != 0.5)

    def expect(self) -> Floats:
        """What one request comes to on average, by moments.COUNTS; bursts are no part of the truth about requests."""
        failed, answered = self.candidate_errors, 1 - self.candidate_errors
        short, compared = answered * self.fallbacks, answered * (1 - self.fallbacks)
        called = (answered * (1 - self.slow), answered * self.slow, failed)
        columns = (compared, failed, short, *called, compared * self.skew, compared * (1 - self.skew))
        return np.array([*([0.0] * len(VOTES)), *columns])

    def draw(self, random: np.random.Generator, expected: Floats, burst: Flags) -> Integers:
        """What `expected` requests come to, shape (n, 8), in the order of `moments.COUNTS` behind the votes."""
        requests = random.poisson(expected)
        failed = random.binomial(requests, np.minimum(self.candidate_errors + burst * OUTAGE, 1.0))
        answered = requests - failed
        short = random.binomial(answered, self.fallbacks)
        slow = random.binomial(answered, self.slow)
        compared = answered - short
        first = random.binomial(compared, self.skew)
        columns = (compared, failed, short, answered - slow, slow, failed, first, compared - first)
        return np.stack(columns, axis=1)
