"""The merge of two answers into the one that is sent. Pure: the coins are an argument."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import Slot, Team, draft

from .ranked import Ranked, splice


class Merged(NamedTuple):
    """The body to send; the slots of the draft; and the champion's tail below them, which earns nothing."""

    body: bytes
    slots: list[Slot[Identity]]
    tail: list[Identity]


def is_short(champion: Ranked, candidate: Ranked) -> bool:
    """A candidate whose list is shorter than the champion's, duplicates dropped, is no comparison at all."""
    return len(candidate.items) < len(champion.items)


def merge(body: bytes, champion: Ranked, candidate: Ranked, depth: int, coins: Iterable[bool]) -> Merged:
    """Put the draft of both lists into the champion's answer `body`.

    An item carries the bytes of the model that owns it, a neutral one the champion's. The champion's ranks below
    `depth` follow, without what is shown already.
    """
    ours, theirs = champion.items, candidate.items
    slots = draft(list(ours), list(theirs), min(len(ours), depth), coins)
    shown = {slot.item for slot in slots}
    tail = [item for item in islice(ours, depth, None) if item not in shown]
    items = [theirs[item] if team is Team.CANDIDATE else ours.get(item) or theirs[item] for item, team in slots]
    return Merged(splice(body, champion, [*items, *(ours[item] for item in tail)]), slots, tail)


def find_first_winner(slots: Iterable[Slot[Identity]]) -> Team | None:
    """Who won the coin of the first contested turn; None if the models never disagreed."""
    return next((slot.team for slot in slots if slot.team in (Team.CHAMPION, Team.CANDIDATE)), None)
