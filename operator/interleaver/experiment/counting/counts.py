"""Counts by name: they add up, and they are checked when they come back from the status."""

from collections.abc import Iterable, Mapping
from typing import Any

Counts = Mapping[str, int]


def add_counts(*parts: Counts) -> dict[str, int]:
    """The sum by name, sorted by name, without zeros: equal counts are written equally."""
    sums: dict[str, int] = {}
    for part in parts:
        for name, count in part.items():
            sums[name] = sums.get(name, 0) + count
    return {name: sums[name] for name in sorted(sums) if sums[name]}


def pick(counts: Counts, family: str, members: Iterable[str]) -> dict[str, int]:
    """The counts of one family by member, those of 0 included."""
    return {member: counts.get(f"{family}.{member}", 0) for member in members}


def check_counts(document: Any, where: str) -> Counts:
    """The document, if it is counts. Raises ValueError naming the part that is not."""
    if not isinstance(document, Mapping):
        raise ValueError(f"{where} is no object")
    for name, count in document.items():
        if type(count) is not int or count < 0:
            raise ValueError(f"{where}.{name} must be a whole number of at least 0, not {count!r}")
    return dict(document)
