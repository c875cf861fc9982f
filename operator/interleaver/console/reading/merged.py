"""The merged list of one request, as a router would make it: who put what where, and what moved since the last one."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from interleaver.interleaving.team_draft import Team, draft


class Placed(NamedTuple):
    """One place of the merged list, with where both models have the item; None where they do not."""

    place: int
    item: str
    team: Team
    champion: int | None
    candidate: int | None


def merge(champion: Sequence[str], candidate: Sequence[str], depth: int, seed: int) -> list[Placed]:
    """As many places as the champion's list has, `depth` at most. The seed stands for the unit that is served: another
    one has other coins. Both rankings are JSON spellings without duplicates, so that equal ids are equal texts."""
    length = min(len(champion), depth)
    chance = Random(seed)
    coins = [chance.random() < 0.5 for _ in range(length)]
    ours, theirs = rank(champion), rank(candidate)
    slots = draft(champion, candidate, length, coins)
    return [
        Placed(place, slot.item, slot.team, ours.get(slot.item), theirs.get(slot.item))
        for place, slot in enumerate(slots, 1)
    ]


def rank(items: Sequence[str]) -> dict[str, int]:
    """Where each item stands, from 1."""
    return {item: place for place, item in enumerate(items, 1)}


def tell_move(now: int | None, before: int | None) -> str:
    """How a rank changed, for people: up is towards the first place."""
    if now == before:
        return "=" if now is not None else ""
    if before is None:
        return "new"
    if now is None:
        return "gone"
    return f"▲ {before - now}" if now < before else f"▼ {now - before}"


def list_moves(now: Sequence[str], before: Sequence[str] | None) -> Mapping[str, str]:
    """How each item of a list moved since an earlier one; nothing where there was none."""
    if before is None:
        return {}
    earlier = rank(before)
    return {item: tell_move(place, earlier.get(item)) for item, place in rank(now).items()}
