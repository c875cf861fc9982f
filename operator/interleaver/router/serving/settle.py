"""What becomes of an interleaved request: decided from both models' outcomes, before anything is sent. Pure."""

from enum import Enum
from typing import Final

from interleaver.router.http1.message import Answer
from interleaver.router.models.call import Failure, Outcome
from interleaver.router.rankings.ranked import Ranking, Reader, Unusable


class Served(Enum):
    """Which answer the client gets."""

    MERGED = "merged"
    CHAMPION_UNMERGED = "champion, unmerged"
    CANDIDATE_UNMERGED = "candidate, unmerged"
    NO_ANSWER = "no answer"  # an error of the router's own


# Read once: an Enum's class hands out its members by a call in Python.
MERGED: Final = Served.MERGED
CHAMPION_UNMERGED: Final = Served.CHAMPION_UNMERGED
CANDIDATE_UNMERGED: Final = Served.CANDIDATE_UNMERGED
NO_ANSWER: Final = Served.NO_ANSWER


class Settlement:
    """What is served; why there is no comparison (None when there is one); both lists when there is."""

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
    if isinstance(champion, Answer) and champion.head.status == 200 and candidate is not None:
        return settle_with_lists(champion, candidate, lists)
    return settle_without_list(champion, candidate, lists)


def settle_without_list(champion: Outcome, candidate: Outcome, lists: Reader) -> Settlement | None:
    """What becomes of a request for which the champion has no list, or an outcome is not known yet."""
    if champion is None:
        return None
    if isinstance(champion, Answer) and champion.head.status < 500 and champion.head.status != 200:
        return Settlement(CHAMPION_UNMERGED, "champion")
    return rescue(champion, candidate, lists) if candidate is not None else None


def rescue(champion: Answer | Failure, candidate: Answer | Failure, lists: Reader) -> Settlement:
    """The champion failed: a usable answer of the candidate is sent unchanged, else the champion's error."""
    if read_usable(candidate, lists) is not None:
        return Settlement(CANDIDATE_UNMERGED, "champion")
    if isinstance(champion, Answer):
        return Settlement(CHAMPION_UNMERGED, "champion")
    return Settlement(NO_ANSWER, "champion")


def settle_with_lists(champion: Answer, candidate: Answer | Failure, lists: Reader) -> Settlement:
    """The champion answered: merge, unless one of the answers does not allow it."""
    try:
        ours = lists.read(champion.body)
    except Unusable:
        return Settlement(CHAMPION_UNMERGED, "contract")
    if isinstance(candidate, Failure):
        return Settlement(CHAMPION_UNMERGED, REASONS[candidate])
    if candidate.head.status != 200:
        return Settlement(CHAMPION_UNMERGED, "status", blames_candidate=True)
    try:
        theirs = lists.read(candidate.body)
    except Unusable:
        return Settlement(CHAMPION_UNMERGED, "parse", blames_candidate=True)
    if ours.form != theirs.form:
        return Settlement(CHAMPION_UNMERGED, "parse", blames_candidate=True)
    if len(theirs.items) < len(ours.items):
        # Than the champion's, duplicates dropped: no comparison, and no fault.
        return Settlement(CHAMPION_UNMERGED, "short")
    return Settlement(MERGED, None, False, ours, theirs)


def read_usable(outcome: Answer | Failure, lists: Reader) -> Ranking | None:
    """The list of a good answer; None for any other."""
    if isinstance(outcome, Failure) or outcome.head.status != 200:
        return None
    try:
        return lists.read(outcome.body)
    except Unusable:
        return None
