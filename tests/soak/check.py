"""Whether an answer is what the promise says: whole, right, for this unit, and signed. Pure."""

import json
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

from interleaver.interleaving.coins import Lot, derive_salt
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, Slot
from interleaver.router.tokens.impression import Forged, Impression, hash_run, unseal
from interleaver.router.tokens.keys import KeyRing
from interleaver.router.tokens.sealing import check_item
from tests.soak import lists


class Kind(Enum):
    """Which list an answer holds."""

    MERGED = "merged"
    CHAMPION = "champion's"
    RESCUED = "candidate's"


class Wrong(ValueError):
    """An answer that is not what was promised, in words."""


class Shown(NamedTuple):
    """A good answer: which list, and, if it was merged, the token and the slots."""

    kind: Kind
    token: str = ""
    slots: Sequence[Slot[str]] = ()


class Checker:
    """Knows the experiment's secrets, as no client does."""

    def __init__(self, experiment: str, run: str, ring: KeyRing) -> None:
        self.run = hash_run(experiment, run)
        self.salt = derive_salt(ring.root, run)
        self.ring = ring  # every key that was ever in force

    def check(self, unit: str, status: int, token: str | None, body: bytes) -> Shown:
        """What was shown to a unit. Raises Wrong."""
        if status != 200:
            raise Wrong(f"status {status}: {body[:100]!r}")
        items = read_items(body)
        if token is None:
            return check_single(unit, items)
        slots = lists.merge(self.salt, unit)
        if [item["id"] for item in items] != [slot.item for slot in slots]:
            raise Wrong("the merged list is not this unit's")
        if any(item["by"] != name_author(slot) for item, slot in zip(items, slots, strict=True)):
            raise Wrong("an item is not its owner's")
        self.check_token(unit, token, slots)
        return Shown(Kind.MERGED, token, slots)

    def check_token(self, unit: str, token: str, slots: Sequence[Slot[str]]) -> None:
        """Raises Wrong unless the token says exactly what was shown."""
        try:
            impression = unseal(self.ring, token)
        except Forged as error:
            raise Wrong(f"token: {error}") from None
        if impression.run != self.run or impression.unit != Lot(self.salt, unit).hash:
            raise Wrong("the token is of another run or unit")
        if not says(impression, slots):
            raise Wrong("the token does not say what was shown")


def says(impression: Impression, slots: Sequence[Slot[str]]) -> bool:
    """Whether an impression holds these slots."""
    ranks = [impression.ranks.get(check_item(slot.item)) for slot in slots]
    return impression.teams == [slot.team for slot in slots] and ranks == list(range(len(slots)))


def read_items(body: bytes) -> list[dict[str, Any]]:
    """The items of an answer. Raises Wrong."""
    try:
        items: list[dict[str, Any]] = json.loads(body)["items"]
    except (ValueError, LookupError, TypeError):
        raise Wrong(f"no answer of a model: {body[:100]!r}") from None
    if not isinstance(items, list) or len(items) != lists.LENGTH:
        raise Wrong("the list is not whole")
    return items


AUTHORS: Final = {lists.CHAMPION: Kind.CHAMPION, lists.CANDIDATE: Kind.RESCUED}


def check_single(unit: str, items: list[dict[str, Any]]) -> Shown:
    """One model's own list. Raises Wrong."""
    author = items[0]["by"]
    if author not in AUTHORS or [item["id"] for item in items] != lists.rank(author, unit):
        raise Wrong("the list is neither model's for this unit")
    return Shown(AUTHORS[author])


def name_author(slot: Slot[str]) -> str:
    """Whose bytes an item of a merged list must be; a neutral one's are the champion's."""
    return {CHAMPION: lists.CHAMPION, CANDIDATE: lists.CANDIDATE}.get(slot.team, lists.CHAMPION)
