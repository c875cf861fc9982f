"""What the models answer to a unit, and what a router may make of it. Pure.

Every item names its unit, so that an answer which reached the wrong client is noticed, and every list is as long as
every other.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

from interleaver.interleaving.coins import Lot
from interleaver.interleaving.team_draft import Slot, draft

CHAMPION: Final = "champion"
CANDIDATE: Final = "candidate"
LENGTH: Final = 10
PATH: Final = "/recommend"
UNIT: Final = "X-User-Id"
FIND_UNIT: Final = re.compile(rb"(?i)\r\nx-user-id: *([^\r]*)")


def rank(model: str, unit: str) -> list[str]:
    """A model's list. The candidate has another order and two items of its own; for one unit in three both agree on
    the first item, which is a tie."""
    items = [f"{unit}.{number}" for number in range(LENGTH + 2)]
    if model == CHAMPION:
        return items[:LENGTH]
    turned = items[:1:-1]
    return [items[0], *turned[:-1]] if crc32(unit.encode()) % 3 == 0 else turned


def render(model: str, unit: str) -> bytes:
    """The body of a model's answer."""
    ranked = [{"id": item, "title": f"Title of {item}", "by": model} for item in rank(model, unit)]
    return json.dumps({"model": model, "items": ranked}).encode()


@lru_cache(maxsize=30_000)
def merge(salt: bytes, unit: str) -> Sequence[Slot[str]]:
    """The merged list of a unit, slot by slot, as it must be in every answer during the run."""
    return tuple(draft(rank(CHAMPION, unit), rank(CANDIDATE, unit), LENGTH, Lot(salt, unit).toss()))
