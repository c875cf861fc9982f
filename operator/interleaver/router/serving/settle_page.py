"""What becomes of a request for a later page: decided from three outcomes, before anything is sent. Pure.

Beside the request as it came, which the champion answers, both models are asked for all items down to the page's end.
"""

from interleaver.router.config.paging import Later
from interleaver.router.http1.message import Answer
from interleaver.router.models.call import Failure, Outcome
from interleaver.router.rankings.ranked import Ranking, Reader, Unusable

from .settle import CHAMPION_UNMERGED, MERGED, REASONS, Settlement, read_usable, settle_without_list


class PageSettlement(Settlement):
    """A merge: both lists down to the page's end, and the champion's page, into whose answer the list goes."""

    __slots__ = ("own",)

    def __init__(self, reason: str | None, champion: Ranking, candidate: Ranking, own: Ranking) -> None:
        super().__init__(MERGED, reason, False, champion, candidate)
        self.own = own


def settle_page(
    own: Outcome, whole: Outcome, candidate: Outcome, lists: Reader, page: Later, depth: int
) -> Settlement | None:
    """Decide, or None while an outcome that matters is not known yet.

    `own` is the champion's answer to the request as it came, `whole` its list down to the page's end.
    """
    if candidate is None or not isinstance(own, Answer) or own.head.status != 200:
        return settle_without_list(own, candidate, lists)
    if page.asking is None:
        return Settlement(CHAMPION_UNMERGED, "page")
    if whole is None and not isinstance(candidate, Failure):
        return None
    return settle_page_with_lists(own, whole, candidate, lists, page, depth)


def settle_page_with_lists(
    own: Answer, whole: Outcome, candidate: Answer | Failure, lists: Reader, page: Later, depth: int
) -> Settlement:
    """The champion answered: merge, unless one of the answers does not allow it."""
    try:
        shown = lists.read(own.body)
    except Unusable:
        return Settlement(CHAMPION_UNMERGED, "contract")
    if isinstance(candidate, Failure):
        return Settlement(CHAMPION_UNMERGED, REASONS[candidate])
    ours = read_usable(whole, lists) if whole is not None else None
    if ours is None or ours.form != shown.form or len(shown.items) != count_shown(page, len(ours.items)):
        return Settlement(CHAMPION_UNMERGED, "page")
    if candidate.head.status != 200:
        return Settlement(CHAMPION_UNMERGED, "status", blames_candidate=True)
    theirs = read_usable(candidate, lists)
    if theirs is None or theirs.form != ours.form:
        return Settlement(CHAMPION_UNMERGED, "parse", blames_candidate=True)
    return match(shown, ours, theirs, page, depth)


def match(shown: Ranking, ours: Ranking, theirs: Ranking, page: Later, depth: int) -> Settlement:
    """Merge, if the candidate ranks as many items as the draft of both takes.

    A page below the draft holds what is left of the champion's list, which is no comparison.
    """
    drafted = min(len(ours.items), depth)
    if len(theirs.items) < min(drafted, page.end):
        return Settlement(CHAMPION_UNMERGED, "page")
    reason = "page" if page.offset >= drafted else None
    return PageSettlement(reason, ours, theirs, shown)


def count_shown(page: Later, ranked: int) -> int:
    """How many items the page holds of a list of so many: at the end of the catalogue fewer than it asks for.

    A champion whose page holds another number has no longer list, but one that it cuts for reasons of its own.
    """
    return max(0, min(page.end, ranked) - page.offset)
