"""What becomes of an interleaved request: decided from both models' outcomes, before anything is sent. Pure."""

from enum import Enum
from typing import Final

from interleaver.router.http1.message import Answer
from interleaver.router.models.call import Failure, Outcome
from interleaver.router.rankings.ranked import Ranking, Reader, Unusable


class Served(Enum):
    """Whose answer the client gets."""

    MERGED = "merged"
    CHAMPION = "champion"
    CANDIDATE = "candidate"
    NOBODY = "nobody"


# Read once: an Enum's class hands out its members by a call in Python.
MERGED: Final = Served.MERGED
CHAMPION: Final = Served.CHAMPION
CANDIDATE: Final = Served.CANDIDATE
NOBODY: Final = Served.NOBODY


class Settlement:
    """Who is served; why there is no comparison (None when there is one); both lists when there is."""

    __slots__ = ("blames_candidate", "candidate", "champion", "reason", "served")

    def __init__(
        self,
        served: Served,
        reason: str | None = None,
        blames_candidate: bool = False,
        champion: Ranking | None = None,
        candidate: Ranking | None = None,
    ) -> None:
        self.served = served
        self.reason = reason
        self.blames_candidate = blames_candidate  # its answer was no good where the champion's was
        self.champion = champion
        self.candidate = candidate


REASONS: Final = {
    Failure.REFUSED: "refused",
    Failure.CLOSED: "refused",
    Failure.GARBLED: "parse",
    Failure.SHED: "shed",
    Failure.TIMEOUT: "timeout",
    Failure.BREAKER: "breaker",
}


def settle(champion: Outcome, candidate: Outcome, lists: Reader) -> Settlement | None:
    """Decide, or None while an outcome that matters is not known yet."""
    if champion is None:
        return None
    if isinstance(champion, Answer) and champion.head.status < 500 and champion.head.status != 200:
        return Settlement(CHAMPION, "champion")
    if candidate is None:
        return None
    if isinstance(champion, Failure) or champion.head.status != 200:
        return rescue(champion, candidate, lists)
    return compare(champion, candidate, lists)


def rescue(champion: Answer | Failure, candidate: Answer | Failure, lists: Reader) -> Settlement:
    """The champion failed: a usable answer of the candidate is sent unchanged, else the champion's error."""
    if read_usable(candidate, lists) is not None:
        return Settlement(CANDIDATE, "champion")
    if isinstance(champion, Answer):
        return Settlement(CHAMPION, "champion")
    return Settlement(NOBODY, "champion")


def compare(champion: Answer, candidate: Answer | Failure, lists: Reader) -> Settlement:
    """The champion answered: merge, unless one of the answers does not allow it."""
    try:
        ours = lists.read(champion.body)
    except Unusable:
        return Settlement(CHAMPION, "contract")
    if isinstance(candidate, Failure):
        return Settlement(CHAMPION, REASONS[candidate])
    if candidate.head.status != 200:
        return Settlement(CHAMPION, "status", blames_candidate=True)
    try:
        theirs = lists.read(candidate.body)
    except Unusable:
        return Settlement(CHAMPION, "parse", blames_candidate=True)
    if ours.form != theirs.form:
        return Settlement(CHAMPION, "parse", blames_candidate=True)
    if len(theirs.items) < len(ours.items):
        return Settlement(CHAMPION, "short")  # than the champion's, duplicates dropped: no comparison, and no fault
    return Settlement(MERGED, None, False, ours, theirs)


def read_usable(outcome: Answer | Failure, lists: Reader) -> Ranking | None:
    """The list of a good answer; None for any other."""
    if isinstance(outcome, Failure) or outcome.head.status != 200:
        return None
    try:
        return lists.read(outcome.body)
    except Unusable:
        return None
