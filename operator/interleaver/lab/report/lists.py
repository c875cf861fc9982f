"""One query's lists, of both models, as a reader compares them: titles, and how each item was judged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interleaver.lab.suites.suite import Judgments, Suite

LONGEST_LIST = 10


@dataclass(frozen=True)
class Shown:
    """One item of a list."""

    title: str
    gain: str
    """`2`, `0`, or empty where nobody judged it."""
    moved: str
    """Where the other model has it: `3`, or `new` where it does not."""


def show_list(suite: Suite, case: int, ranking: Sequence[str], other: Sequence[str] | None) -> Sequence[Shown]:
    """The first items of a list; `other` is the list of the model beside it."""
    gains = find_gains(suite.judgments, case)
    return [
        Shown(find_title(suite, item), gains.get(item, ""), find_place(item, other)) for item in ranking[:LONGEST_LIST]
    ]


def find_gains(judgments: Judgments | None, case: int) -> Mapping[str, str]:
    """The judged items of one query, by their JSON spelling."""
    if judgments is None:
        return {}
    return {item: f"{gain:g}" for item, gain in judgments.gains_of(case).items()}


def find_title(suite: Suite, item: str) -> str:
    """The item's title, or its id where the suite knows none."""
    title = (suite.items or {}).get(item, {}).get("title")
    return str(title) if title else read_id(item)


def read_id(item: str) -> str:
    """An id without the quotes of its JSON spelling, unless it would look like a number then."""
    value = json.loads(item)
    return value if isinstance(value, str) and not value.isdecimal() else item


def find_place(item: str, other: Sequence[str] | None) -> str:
    if other is None:
        return ""
    return str(other.index(item) + 1) if item in other else "new"
