"""Whether an answer is what the target owes: a status says little."""

import json
from enum import Enum
from typing import Any, Final

from bench.client import Answer
from bench.scene import CANDIDATE_ANSWER, CANDIDATE_ITEMS, CHAMPION_ANSWER, CHAMPION_ITEMS, ITEMS

CHAMPION: Final = json.loads(CHAMPION_ANSWER)
CANDIDATE: Final = json.loads(CANDIDATE_ANSWER)
KNOWN: Final = {item["id"]: item for model in (CHAMPION, CANDIDATE) for item in model["items"]}


class Kind(Enum):
    """What a target makes of two answers."""

    PLAIN = "the champion's answer"
    MERGED = "one merged list"
    COLLECTED = "both answers under their names"


def find_fault(kind: Kind, answer: Answer) -> str | None:
    """What is wrong with an answer, in words; None if nothing is."""
    if answer.status != 200:
        return f"status {answer.status}"
    if kind is Kind.PLAIN:
        return None if answer.body == CHAMPION_ANSWER and not answer.is_merged else "not the champion's answer"
    try:
        document = json.loads(answer.body)
    except ValueError:
        return "no JSON"
    if kind is Kind.COLLECTED:
        return None if document == {"champion": CHAMPION, "candidate": CANDIDATE} else "not both answers"
    return find_fault_of_list(document.get("items")) if answer.is_merged else "no impression"


def find_fault_of_list(items: Any) -> str | None:
    """A merged list has the champion's length, no item twice, only items of the models as these wrote them, and begins
    with both models' first items in the order of a coin."""
    if not isinstance(items, list) or len(items) != ITEMS:
        return f"not {ITEMS} items"
    ids = [item.get("id") for item in items]
    if len(set(ids)) != ITEMS:
        return "an item twice"
    if any(KNOWN.get(item["id"]) != item for item in items):
        return "an item that no model sent"
    return None if set(ids[:2]) == {CHAMPION_ITEMS[0], CANDIDATE_ITEMS[0]} else "no draft"
