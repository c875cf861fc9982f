"""A team draft as a team would write it in an afternoon, and what the Python programs here have in common."""

import json
import random
from typing import Any
from uuid import uuid4

IMPRESSION = "x-interleaver-impression"  # the benchmark looks for it; here it is only a random name
DEPTH = 50


def interleave(champion: list[Any], candidate: list[Any]) -> list[Any]:
    """Both lists in turns of two, each begun by a coin; an item is shown once."""
    merged: list[Any] = []
    shown: set[Any] = set()
    sources = [iter(champion), iter(candidate)]
    while len(merged) < min(len(champion), DEPTH):
        random.shuffle(sources)
        for source in sources:
            item = next((item for item in source if item["id"] not in shown), None)
            if item is not None:
                shown.add(item["id"])
                merged.append(item)
    return merged[: len(champion)]


def answer(champion: bytes, candidate: bytes | None) -> tuple[bytes, str | None]:
    """The body to send and the impression's name; the champion's own and None without a candidate."""
    if candidate is None:
        return champion, None
    ours = json.loads(champion)
    ours["items"] = interleave(ours["items"], json.loads(candidate)["items"])
    return json.dumps(ours).encode(), uuid4().hex
