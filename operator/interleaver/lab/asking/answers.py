"""What one model answered to all cases of a suite."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class State(IntEnum):
    """How asking one case went."""

    ANSWERED = 0
    REFUSED = 1
    """The server answered with a status of 4xx, or another but 200: it was reached, and does not want the request."""
    FAILED = 2
    """No connection, no answer in time, or a status of 408, 425, 429 or 5xx, after all retries."""
    UNREADABLE = 3
    """An answer without what the contract says: no list, an id that cannot be one, a score that is no finite number."""
    NOT_ASKED = 4
    """The run ended before."""


@dataclass(frozen=True)
class Answers:
    """One model's answers, one row for each case in the suite's order."""

    model: str
    """Base URL that was asked."""
    states: NDArray[np.int8]
    milliseconds: NDArray[np.float64]
    """From the request's last byte to the answer's, of the attempt that counts; NaN where there was none."""
    sizes: NDArray[np.int64]
    """Bytes of the answer's body; 0 where there was none."""
    words: Sequence[str]
    """What went wrong, for people; empty where nothing did."""
    rankings: Sequence[Sequence[str]] | None
    """Ranking: ids in JSON spelling, best first, no item twice (the first place is kept). Empty where unanswered."""
    scores: NDArray[np.float64] | None
    """Scoring: NaN where unanswered; never infinite."""
    duplicates: int = 0
    """Items that a list had again, and were left out of it."""
    asked_twice: int = 0
    """Cases that were drawn to be asked a second time, and answered both times."""
    answered_differently: int = 0
    """Those of them whose second answer was another one."""
    retries: int = 0
    """Attempts after the first ones, over all cases."""
    stopped: str = ""
    """Why asking ended before every case was asked, for people; empty where it did not."""
    interrupted: bool = False
    """Whether it was a person who ended it (Ctrl-C)."""
    digest: str = ""
    """SHA-256 of the answers, for the verdict: what was measured."""

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which cases have an answer to measure."""
        return np.equal(self.states, State.ANSWERED)

    @property
    def partial(self) -> bool:
        """Whether something is missing that the server's state, not its choice, kept away: passes no gate."""
        return bool(np.isin(self.states, (State.FAILED, State.NOT_ASKED)).any())


def agree(one: Answers, other: Answers) -> bool:
    """Whether two models answered the very same to all cases, as one does that is given twice."""
    return bool(one.digest) and one.digest == other.digest and bool(one.answered.any())
